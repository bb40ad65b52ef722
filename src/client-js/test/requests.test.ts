import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { GatewayClient, GatewayError } from "../src/index.js";
import { broken, FakeGateway, json, problem, refused, settle } from "./fakes.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] }));
afterEach(() => mock.timers.reset());

test("a request has the path, the query and the key", async () => {
  const gateway = new FakeGateway(json('{"items":[],"cursor":"1"}'));
  const client = new GatewayClient("http://gw.example.org/qmp/", { key: async () => "secret", fetch: gateway.fetch });
  await client.listVms({ labels: { rack: "a&b" }, ended: false, connection: "connected" });
  assert.equal(gateway.sent[0]?.url.href, "http://gw.example.org/qmp/vms?ended=false&connection=connected&label=rack%3Da%26b");
  assert.equal(gateway.sent[0]?.headers.get("Authorization"), "Bearer secret");
  assert.equal(gateway.sent[0]?.headers.get("Idempotency-Key"), null);
});

test("a lifecycle command returns its event, or null for 204", async () => {
  const gateway = new FakeGateway(json('{"id":"7","event":"STOP","data":{}}'), new Response(null, { status: 204 }));
  const client = new GatewayClient("http://gw", { fetch: gateway.fetch });
  assert.equal((await client.stop("web.1", { wait: 5, ifRun: "r1" }))?.event, "STOP");
  assert.equal(await client.stop("web.1"), null);
  assert.equal(`${gateway.sent[0]?.url.pathname}${gateway.sent[0]?.url.search}`, "/vms/web.1/stop?wait=5");
  assert.equal(gateway.sent[0]?.headers.get("If-Match"), '"r1"');
});

test("many VMs at once return an item for each", async () => {
  const result =
    '{"items":[{"vm":"a","outcome":"done","event":{"id":"7","vm":"a","event":"STOP","origin":"qemu","timestamp":null,"receivedAt":"2026-11-24T03:53:00.123999Z","data":{}}},' +
    '{"vm":"b","outcome":"unknown","problem":{"type":"urn:qmp-gateway:timed-out","title":"Command timed out","status":504,"vm":"b","outcome":"unknown"}}],"summary":{"done":1,"unknown":1}}';
  const gateway = new FakeGateway(broken(), json(result), json('{"items":[{"vm":"a"}],"summary":{}}'));
  const client = new GatewayClient("http://gw", { fetch: gateway.fetch });
  const sending = client.bulk({ action: "stop", vms: ["*"], labels: { rack: "a" }, wait: 10 });
  await elapse(10);
  const { items, summary } = await sending;
  assert.deepEqual(items.map(({ vm, outcome, event, problem }) => [vm, outcome, event?.event, problem?.status]), [["a", "done", "STOP", undefined], ["b", "unknown", undefined, 504]]);
  assert.deepEqual(summary, { done: 1, unknown: 1 });
  assert.deepEqual([gateway.sent[1]?.url.pathname, gateway.sent[1]?.body], ["/bulk", '{"action":"stop","vms":["*"],"labels":{"rack":"a"},"wait":10}']);
  assert.equal(gateway.sent[0]?.headers.get("Idempotency-Key"), gateway.sent[1]?.headers.get("Idempotency-Key"));
  assert.equal((await client.bulk({ action: "quit", vms: ["a"], dryRun: true })).items[0]?.outcome, undefined);
});

test("a result for many VMs may take long", async () => {
  let answer: (response: Response) => void = () => undefined;
  const gateway = new FakeGateway(
    (_, signal) =>
      new Promise((resolve, reject) => {
        answer = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      }),
  );
  const client = new GatewayClient("http://gw", { fetch: gateway.fetch, retries: 0 });
  const sending = client.bulk({ action: "powerdown", vms: ["*"], wait: 300 });
  await elapse(1000);
  answer(json('{"items":[],"summary":{}}'));
  assert.deepEqual((await sending).items, []);
});

test("a problem is an error with slug and outcome", async () => {
  const gateway = new FakeGateway(problem("command-refused", 409, { detail: "QEMU refused it", outcome: "refused", qmpError: { class: "GenericError", desc: "no" }, traceId: "t" }));
  const failure = await new GatewayClient("http://gw", { fetch: gateway.fetch }).reset("web1").catch((error: unknown) => error);
  assert.ok(failure instanceof GatewayError);
  assert.deepEqual([failure.slug, failure.outcome, failure.status, failure.message, failure.problem.traceId], ["command-refused", "refused", 409, "QEMU refused it", "t"]);
});

test("a proxy's page is an error with its status", async () => {
  const gateway = new FakeGateway(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const failure = await new GatewayClient("http://gw", { fetch: gateway.fetch }).getVm("web1").catch((error: unknown) => error);
  assert.ok(failure instanceof GatewayError);
  assert.deepEqual([failure.status, failure.message, failure.outcome], [502, "HTTP 502", undefined]);
});

for (const body of ["{}", "[1]", "null", "<html>A proxy's page</html>"]) {
  test(`a response that is not what the API document says is an error: ${body}`, async () => {
    const gateway = new FakeGateway(json(body));
    const failure = await new GatewayClient("http://gw", { fetch: gateway.fetch }).readHistory().catch((error: unknown) => error);
    assert.ok(failure instanceof GatewayError);
    assert.deepEqual([failure.slug, failure.status, gateway.sent.length], ["unexpected-response", 0, 1]);
    assert.match(failure.message, /\/events is not what/);
  });
}

test("a write whose connection broke is tried again with the same key", async () => {
  const gateway = new FakeGateway(broken(), refused(), problem("in-progress", 409, {}, { "Retry-After": "1" }), new Response(null, { status: 204 }));
  const result = new GatewayClient("http://gw", { fetch: gateway.fetch }).reset("web1");
  await elapse(10);
  assert.equal(await result, null);
  assert.equal(gateway.sent.length, 4);
  assert.equal(new Set(gateway.sent.map((sent) => sent.headers.get("Idempotency-Key"))).size, 1);
});

test("a gateway that never could be reached means not-sent", async () => {
  const gateway = new FakeGateway(refused(), refused(), refused());
  const result = new GatewayClient("http://gw", { fetch: gateway.fetch, retries: 2 }).reset("web1").catch((error: unknown) => error);
  await elapse(10);
  const failure = await result;
  assert.ok(failure instanceof GatewayError);
  assert.deepEqual([failure.slug, failure.outcome, gateway.sent.length], ["gateway-unreachable", "not-sent", 3]);
});

test("an outcome that was unknown once stays unknown", async () => {
  const gateway = new FakeGateway(broken(), refused(), refused());
  const result = new GatewayClient("http://gw", { fetch: gateway.fetch, retries: 2 }).reset("web1").catch((error: unknown) => error);
  await elapse(10);
  const failure = await result;
  assert.ok(failure instanceof GatewayError);
  assert.deepEqual([failure.slug, failure.outcome], ["outcome-unknown", "unknown"]);
});

test("a DELETE whose connection broke is not tried again", async () => {
  const gateway = new FakeGateway(broken(), new Response(null, { status: 204 }));
  const failure = await new GatewayClient("http://gw", { fetch: gateway.fetch }).deleteVm("web1").catch((error: unknown) => error);
  assert.ok(failure instanceof GatewayError);
  assert.deepEqual([failure.slug, gateway.sent.length], ["outcome-unknown", 1]);
});

test("a refusal is not tried again", async () => {
  const gateway = new FakeGateway(problem("run-changed", 412), json("{}"));
  await assert.rejects(new GatewayClient("http://gw", { fetch: gateway.fetch }).stop("web1"), GatewayError);
  assert.equal(gateway.sent.length, 1);
});

test("a gateway that does not respond is given up after the timeout and what the request waits for", async () => {
  const gateway = new FakeGateway();
  const result = new GatewayClient("http://gw", { fetch: gateway.fetch, retries: 0, timeout: 1000 }).stop("web1", { wait: 20 }).catch((error: unknown) => error);
  await elapse(20.5);
  assert.equal(gateway.sent.length, 1);
  let isOver = false;
  void result.then(() => { isOver = true; });
  await settle();
  assert.equal(isOver, false);
  await elapse(1);
  const failure = await result;
  assert.ok(failure instanceof GatewayError);
  assert.equal(failure.outcome, "unknown");
});

test("an aborted request rejects with the reason of the signal", async () => {
  const over = new AbortController();
  const gateway = new FakeGateway();
  const result = new GatewayClient("http://gw", { fetch: gateway.fetch }).getVm("web1", over.signal).catch((error: unknown) => error);
  await settle();
  over.abort("enough");
  assert.equal(await result, "enough");
});

test("64-bit integers are exact both ways", async () => {
  const gateway = new FakeGateway(json('{"return":{"value":18446744073709551615}}'));
  const result = await new GatewayClient("http://gw", { fetch: gateway.fetch }).executeQmp("web1", { execute: "x", arguments: { n: 9007199254740993n } });
  assert.deepEqual(result, { value: 18446744073709551615n });
  assert.equal(gateway.sent[0]?.body, '{"execute":"x","arguments":{"n":9007199254740993}}');
});

async function elapse(seconds: number): Promise<void> {
  for (let tick = 0; tick < seconds * 10; tick++) {
    await settle();
    mock.timers.tick(100);
  }

  await settle();
}
