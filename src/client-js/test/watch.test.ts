import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { applyEvent, GatewayClient, type GatewayEvent, type Vm, type WatchOptions } from "../src/index.js";
import { block, FakeGateway, FakeStream, json, problem, refused, settle } from "./fakes.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] }));
afterEach(() => mock.timers.reset());

const RUNNING = { status: "running", running: true, singlestep: false };
const PAUSED = { status: "paused", running: false, singlestep: false };

test("a watch lists, then reports each change from the list's cursor on", async () => {
  const stream = new FakeStream();
  const { gateway, seen } = watching({}, list("10", vm("web1"), vm("web2")), stream.answer);
  await settle();
  assert.deepEqual(seen, ["listed web1 running", "listed web2 running"]);
  assert.equal(gateway.sent[1]?.url.searchParams.get("after"), "10");
  stream.write(change(11, "VM_STATUS_CHANGED", { status: PAUSED, previous: RUNNING, cause: { command: "stop", who: "me" } }));
  stream.write(change(12, "VM_REMOVED", { source: "api", who: "me" }));
  stream.write(change(13, "VM_ADDED", { source: "api", endpoint: "unix:/x", labels: {}, actions: {}, who: "me" }));
  await settle();
  assert.deepEqual(seen.slice(2), ["changed web1 paused", "removed web1 paused", "added web1 null"]);
});

test("a watch of some VMs leaves the others out", async () => {
  const { seen, gateway } = watching({ vms: ["web-*", "db.1"] }, list("1", vm("web-1"), vm("web1"), vm("db.1"), vm("dbx1")), new FakeStream().answer);
  await settle();
  assert.deepEqual(seen, ["listed web-1 running", "listed db.1 running"]);
  assert.deepEqual(gateway.sent[1]?.url.searchParams.getAll("vm"), ["web-*", "db.1"]);
});

test("a gateway that is not there yet is waited for", async () => {
  const { seen } = watching({}, ...Array.from({ length: 12 }, refused), list("1", vm("web1")), new FakeStream().answer);
  for (let second = 0; second < 60; second++) {
    await settle();
    mock.timers.tick(1000);
  }

  await settle();
  assert.deepEqual(seen, ["listed web1 running"]);
});

test("events that are no longer kept lead to another list, and only what differs is reported", async () => {
  const { seen } = watching({}, list("1", vm("a"), vm("b"), vm("c")), problem("cursor-expired", 410, { oldest: "50" }),
    list("60", { ...vm("a"), cursor: "60" }, { ...vm("b"), status: PAUSED }, vm("d")), new FakeStream().answer);
  await settle();
  assert.deepEqual(seen, ["listed a running", "listed b running", "listed c running", "removed c running", "changed b paused", "added d running"]);
});

test("a watch also reads the events that are asked for, and tells signs of life and what it missed", async () => {
  const told: string[] = [];
  const stream = new FakeStream();
  const { seen, gateway } = watching(
    {
      events: ["GUEST_*"], happened: (event) => told.push(event.event), heard: () => told.push("heard"),
      missed: (failure) => told.push(`missed until ${failure.oldest}`),
    },
    list("10", vm("web1")), stream.answer, problem("cursor-expired", 410, { oldest: "50" }), list("60", vm("web1")), new FakeStream().answer);
  await settle();
  assert.ok(gateway.sent[1]?.url.searchParams.getAll("event").includes("GUEST_*"));
  assert.ok(gateway.sent[1]?.url.searchParams.getAll("event").includes("VM_ADDED"));
  stream.write(block(11, "GUEST_PANICKED", { vm: "web1" }));
  await settle();
  stream.write(": still here\n\n");
  await settle();
  assert.deepEqual(told, ["heard", "GUEST_PANICKED", "heard"]);
  stream.end();
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual(told.slice(3), ["missed until 50"]);
  assert.deepEqual(seen, ["listed web1 running"]);
});

test("the events of a run lead to what a list shows", () => {
  let now: Vm | undefined = vm("web1");
  const tell = (name: string, data: object): void => {
    now = applyEvent(now, { id: "9", vm: "web1", event: name, origin: "gateway", timestamp: null, receivedAt: "T", data } as unknown as GatewayEvent);
  };

  tell("VM_DISCONNECTED", { reason: "gone" });
  assert.deepEqual([now?.connection.state, now?.connection.reason, now?.status?.status], ["disconnected", "gone", "running"]);
  tell("VM_ENDED", { at: "T", reason: "guest-shutdown", guest: true, cause: null });
  assert.deepEqual([now?.ended?.reason, now?.status, now?.statusCause], ["guest-shutdown", null, null]);
  tell("VM_CONNECTION_CHANGED", { state: "no-socket", previous: "disconnected", reason: "no such file" });
  assert.equal(now?.connection.state, "no-socket");
  tell("VM_CONNECTED", { qemu: { version: "10.0.0", package: "" }, run: "r2", endpoint: "unix:/x", status: PAUSED, resumed: false });
  assert.deepEqual([now?.connection.state, now?.connection.reason, now?.run, now?.ended, now?.qemu?.version], ["connected", null, "r2", null, "10.0.0"]);
  tell("VM_STATUS_CHANGED", { status: PAUSED, previous: null, cause: null });
  assert.equal(now?.status?.status, "paused");
  tell("VM_CHANGED", { labels: { rack: "b" }, who: "me" });
  assert.deepEqual([now?.labels, now?.endpoint], [{ rack: "b" }, "unix:/x"]);
});

test("an event of QEMU cannot pass for one of the gateway", () => {
  const forged = { id: "9", vm: "web1", event: "VM_REMOVED", origin: "qemu", timestamp: null, receivedAt: "T", data: {} } as unknown as GatewayEvent;
  assert.equal(applyEvent(vm("web1"), forged)?.status?.status, "running");
});

function vm(id: string): Vm {
  return {
    id, endpoint: "unix:/x", source: "api", labels: {}, actions: {},
    connection: { state: "connected", since: "S", reason: null, attempts: 0, lastMessageAt: "L" },
    status: RUNNING as Vm["status"], statusObservedAt: "O", statusCause: null, ended: null, run: "r1", qemu: null, cursor: "1",
  };
}

function list(cursor: string, ...items: object[]): Response {
  return json(JSON.stringify({ items, cursor }));
}

function change(id: number, name: string, data: object): string {
  return block(id, name, { origin: "gateway", data });
}

function watching(options: WatchOptions, ...answers: ConstructorParameters<typeof FakeGateway>): { gateway: FakeGateway; seen: string[] } {
  const gateway = new FakeGateway(...answers);
  const seen: string[] = [];
  void (async () => {
    for await (const { kind, vm: one } of new GatewayClient("http://gw", { fetch: gateway.fetch, silence: 1e9 }).watch(options)) {
      seen.push(`${kind} ${one.id} ${one.status?.status ?? null}`);
    }
  })();
  return { gateway, seen };
}
