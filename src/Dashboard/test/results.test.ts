import { GatewayError } from "@qmp-gateway/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultOf, resultOfItem, type Sent, settle } from "../src/fleet/results.js";
import { type LifecycleName, offered } from "../src/qemu/lifecycle.js";
import { event, vm } from "./samples.js";

const problem = (slug: string, status: number, more: object = {}): GatewayError => new GatewayError({ type: `urn:qmp-gateway:${slug}`, title: slug, status, ...more });
const sent = (command: LifecycleName, failure: unknown): Sent => ({ vm: "web1", command, at: 0, result: resultOf(failure) });
const late = (command: string, traceId: string | null, more: object = {}): ReturnType<typeof event> =>
  event(9, "COMMAND_FINISHED_LATE", { command, outcome: "done", who: "ops", traceId }, more);

test("a failure says what became of the command", () => {
  const kinds = [
    problem("command-refused", 409, { outcome: "refused" }), problem("vm-unreachable", 503, { outcome: "not-sent" }), problem("wait-timed-out", 504), problem("wait-aborted", 503),
    problem("timed-out", 504, { outcome: "unknown" }), problem("outcome-unknown", 0, { outcome: "unknown" }),
    problem("run-changed", 412), problem("forbidden", 403), problem("about:blank", 500), problem("about:blank", 502), new TypeError("not JSON"),
  ].map((failure) => resultOf(failure).kind);
  assert.deepEqual(kinds, ["refused", "not-sent", "incomplete", "incomplete", "unknown", "unknown", "not-sent", "not-sent", "unknown", "unknown", "unknown"]);
});

test("a late answer settles the unknown command that it is about, and no other", () => {
  const unknown = sent("reset", problem("timed-out", 504, { outcome: "unknown", traceId: "t1" }));
  assert.equal(settle(unknown, late("system_reset", "t1")).result.kind, "settled");
  for (const other of [late("system_reset", "t2"), late("system_reset", null), late("stop", "t1"), late("system_reset", "t1", { vm: "web2" }), late("system_reset", "t1", { origin: "qemu" })]) {
    assert.equal(settle(unknown, other), unknown);
  }

  const refused = sent("reset", problem("command-refused", 409, { outcome: "refused", traceId: "t1" }));
  assert.equal(settle(refused, late("system_reset", "t1")), refused);
});

test("an event that comes after all completes what was acknowledged", () => {
  const incomplete = sent("powerdown", problem("wait-timed-out", 504));
  assert.deepEqual(settle(incomplete, event(5, "SHUTDOWN", {}, { origin: "qemu" })).result.kind, "done");
  assert.equal(settle(incomplete, event(5, "STOP", {}, { origin: "qemu" })), incomplete);
  assert.equal(settle(incomplete, event(5, "SHUTDOWN", {})), incomplete);
});

test("commands that make sense come first, and those that cannot work are not offered", () => {
  const of = (status: string): string => offered(vm({ status })).first.join();
  assert.deepEqual([of("running"), of("paused"), of("guest-panicked"), of("suspended"), of("io-error"), of("inmigrate"), of("future-state")],
    ["stop,powerdown", "cont", "reset,quit", "wakeup", "cont,reset", "", "cont"]);
  assert.ok(!offered(vm({ status: "internal-error" })).rest.includes("cont"));
  assert.ok(!offered(vm({ status: "running" })).rest.includes("wakeup"));
});

test("a QEMU that does not run or is not reached gets no commands; one that hangs may", () => {
  assert.deepEqual(offered({ ...vm({}), ended: { at: "", reason: null, guest: null, cause: null } }), { first: [], rest: [] });
  assert.deepEqual(offered(vm({ connection: "no-socket" })), { first: [], rest: [] });
  const stuck = offered(vm({ connection: "stuck" }));
  assert.ok(stuck.first.length === 0 && stuck.rest.includes("quit"));
});

test("each of many VMs has a result of its own", () => {
  const problem = { type: "urn:qmp-gateway:command-refused", title: "", status: 409, outcome: "refused", qmpError: { class: "GenericError", desc: "no" } };
  assert.deepEqual(resultOfItem({ vm: "a", outcome: "done" }), { kind: "done", event: null });
  assert.equal(resultOfItem({ vm: "a", outcome: "refused", problem }).kind, "refused");
  assert.equal(resultOfItem({ vm: "a", outcome: "unknown", problem: { ...problem, outcome: "unknown" } }).kind, "unknown");
  assert.equal(resultOfItem({ vm: "a", outcome: "done", problem: { ...problem, type: "urn:qmp-gateway:wait-timed-out", status: 504 } }).kind, "incomplete");
  assert.equal(resultOfItem(undefined).kind, "not-sent");
});
