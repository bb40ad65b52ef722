import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { CursorExpiredError, GatewayClient, GatewayError, type GatewayEvent } from "../src/index.js";
import { block, broken, FakeGateway, FakeStream, problem, refused, settle } from "./fakes.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] }));
afterEach(() => mock.timers.reset());

test("events come in order, with the filter asked for", async () => {
  const stream = new FakeStream();
  const { gateway, read } = reading({ vms: ["web-*"], events: ["STOP", "GUEST_*"], labels: { rack: "a" }, data: { "id": "job0" }, after: "41" }, stream.answer);
  stream.write(block(42) + block(43));
  await settle();
  assert.deepEqual(read.ids, ["42", "43"]);
  assert.equal(gateway.sent[0]?.url.search, "?vm=web-*&event=STOP&event=GUEST_*&label=rack%3Da&data.id=job0&after=41");
  assert.equal(gateway.sent[0]?.headers.get("Accept"), "text/event-stream");
});

test("integers of 64 bits are exact", async () => {
  const stream = new FakeStream();
  const { read } = reading({}, stream.answer);
  stream.write(block(1, "GUEST_PANICKED").replace('"data":{}', '"data":{"info":{"type":"hyper-v","arg1":18446744073709551615}}'));
  await settle();
  assert.deepEqual(read.events[0]?.data, { info: { type: "hyper-v", arg1: 18446744073709551615n } });
});

test("wherever the stream is cut, each event comes once", async () => {
  const text = block(2) + ": nothing\nid: 3\n\n" + block(4);
  for (let cut = 0; cut <= text.length; cut++) {
    const first = new FakeStream();
    const second = new FakeStream();
    const { gateway, read, over } = reading({ after: "1" }, first.answer, second.answer);
    await settle();
    first.write(text.slice(0, cut));
    await settle();
    first.break();
    await settle();
    mock.timers.tick(1000);
    await settle();
    const after = gateway.sent[1]?.url.searchParams.get("after");
    second.write([2, 4].filter((id) => id > Number(after)).map((id) => block(id)).join(""));
    await settle();
    assert.deepEqual(read.ids, ["2", "4"], `cut at ${cut}`);
    over.abort();
    await settle();
  }
});

test("a stream that broke before its first event goes on from its X-Cursor", async () => {
  const first = new FakeStream({ "X-Cursor": "17" });
  const second = new FakeStream();
  const { gateway } = reading({}, first.answer, second.answer);
  await settle();
  first.end();
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual(gateway.sent.map((sent) => sent.url.searchParams.get("after")), [null, "17"]);
});

test("a gateway that is away is asked again, ever less often but at least every few seconds", async () => {
  const stream = new FakeStream();
  const { gateway, read } = reading({ after: "1" }, broken(), ...Array.from({ length: 9 }, refused), problem("storage-unavailable", 503), stream.answer);
  for (let second = 0; second < 5 * 12; second++) {
    await settle();
    mock.timers.tick(1000);
  }

  await settle();
  stream.write(block(2));
  await settle();
  assert.equal(gateway.sent.length, 12);
  assert.deepEqual(read.ids, ["2"]);
});

test("a stream that is silent is opened again", async () => {
  const first = new FakeStream({ "X-Cursor": "5" });
  const { gateway, read } = reading({ silence: 30_000 }, first.answer, new FakeStream().answer);
  await settle();
  mock.timers.tick(20_000);
  first.write(": still here\n\n");
  await settle();
  mock.timers.tick(20_000);
  await settle();
  assert.equal(gateway.sent.length, 1);
  mock.timers.tick(14_000);
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.equal(gateway.sent.length, 2);
  assert.equal(read.failure, undefined);
});

test("after a computer's sleep the stream is opened again at once", async () => {
  const { gateway } = reading({ silence: 30_000 }, new FakeStream({ "X-Cursor": "5" }).answer, new FakeStream().answer);
  await settle();
  mock.timers.setTime(Date.now() + 3_600_000);
  mock.timers.tick(2000);
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.equal(gateway.sent.length, 2);
});

test("a stream is opened again when the network is back", async (context) => {
  // What a browser's window has.
  const window = new EventTarget();
  const of = (name: "addEventListener" | "removeEventListener") => ({ configurable: true, value: window[name].bind(window) });
  Object.defineProperties(globalThis, { addEventListener: of("addEventListener"), removeEventListener: of("removeEventListener") });
  context.after(() => { for (const name of ["addEventListener", "removeEventListener"]) { Reflect.deleteProperty(globalThis, name); } });
  const { gateway, read } = reading({}, new FakeStream({ "X-Cursor": "5" }).answer, new FakeStream().answer);
  await settle();
  window.dispatchEvent(new Event("online"));
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.equal(gateway.sent[1]?.url.searchParams.get("after"), "5");
  assert.equal(read.failure, undefined);
});

test("a cursor that expired before or during the stream is an error with the oldest one", async () => {
  const before = reading({ after: "1" }, problem("cursor-expired", 410, { oldest: "90" }));
  await settle();
  assert.ok(before.read.failure instanceof CursorExpiredError);
  assert.equal(before.read.failure.oldest, "90");

  const stream = new FakeStream();
  const during = reading({ after: "1" }, stream.answer);
  stream.write('event: cursor-expired\ndata: {"oldest":"91"}\n\n');
  await settle();
  assert.ok(during.read.failure instanceof CursorExpiredError);
  assert.deepEqual([during.read.failure.oldest, during.read.failure.slug], ["91", "cursor-expired"]);
});

test("an event that a VM names cursor-expired is an event", async () => {
  const stream = new FakeStream();
  const { read } = reading({}, stream.answer);
  stream.write(block(7, "cursor-expired"));
  await settle();
  assert.deepEqual([read.ids, read.failure], [["7"], undefined]);
});

test("a refusal ends the reading", async () => {
  const { read } = reading({}, problem("unauthenticated", 401));
  await settle();
  assert.ok(read.failure instanceof GatewayError);
  assert.equal(read.failure.slug, "unauthenticated");
});

test("a reader that leaves the loop ends the request", async () => {
  const stream = new FakeStream();
  const gateway = new FakeGateway(stream.answer);
  stream.write(block(1) + block(2));
  for await (const event of new GatewayClient("http://gw", { fetch: gateway.fetch }).readEvents()) {
    assert.equal(event.id, "1");
    break;
  }

  await settle();
  assert.equal(stream.isCancelled, true);
});

test("an aborted reader ends with the reason of the signal", async () => {
  const { read, over } = reading({}, new FakeStream().answer);
  await settle();
  over.abort("enough");
  await settle();
  assert.equal(read.failure, "enough");
});

interface Reading {
  vms?: string[];
  events?: string[];
  labels?: Record<string, string>;
  data?: Record<string, string>;
  after?: string;
  silence?: number;
}

function reading({ silence = 1e9, ...filter }: Reading, ...answers: ConstructorParameters<typeof FakeGateway>): {
  gateway: FakeGateway; over: AbortController; read: { events: GatewayEvent[]; ids: string[]; failure: unknown };
} {
  const gateway = new FakeGateway(...answers);
  const over = new AbortController();
  const read = { events: [] as GatewayEvent[], ids: [] as string[], failure: undefined as unknown };
  void (async () => {
    try {
      for await (const event of new GatewayClient("http://gw", { fetch: gateway.fetch, silence }).readEvents({ ...filter, signal: over.signal })) {
        read.events.push(event);
        read.ids.push(event.id);
      }
    } catch (failure) {
      read.failure = failure;
    }
  })();
  return { gateway, over, read };
}
