import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "./page.js";
import { gateway, session, signIn, signOut, start } from "../src/app/session.js";
import "../src/pages/commands/forget.js";
import { sentCommands } from "../src/pages/commands/history.js";
import { lastResult, send } from "../src/pages/commands/results.js";

interface Request {
  path: string;
  key: string | null;
  answer: (status: number, body?: unknown) => void;
  fail: () => void;
}

let requests: Request[] = [];
globalThis.fetch = (input, init) => new Promise((resolve, reject) => {
  requests.push({
    path: new URL(String(input), location.href).pathname,
    key: new Headers(init?.headers).get("Authorization"),
    answer: (status, body) => resolve(new Response(JSON.stringify(body), { status })),
    fail: () => reject(new TypeError("the network is gone")),
  });
});

beforeEach(() => { requests = []; });

test("a request of one person is not tried again in the name of the next", { timeout: 5000 }, async () => {
  await signInAs("anna");
  const reset = gateway.reset("web1");
  const first = await requestOf("/vms/web1/reset");
  signOut();
  await signInAs("bert");
  first.fail();
  await assert.rejects(reset, { outcome: "unknown" });
  assert.deepEqual(requests.filter(({ path }) => path === "/vms/web1/reset").map(({ key }) => key), ["Bearer anna"]);
});

test("a late refusal of one person's request does not sign out the next", { timeout: 5000 }, async () => {
  await signInAs("anna");
  const list = gateway.getVersion();
  const first = await requestOf("/version");
  signOut();
  await signInAs("bert");
  first.answer(401);
  await assert.rejects(list);
  assert.equal(session.value.state, "signed-in");
});

test("who signed out stays signed out when an answer of before comes", { timeout: 5000 }, async () => {
  await signInAs("anna");
  const again = start();
  (await requestOf("/ui/sign-in.json")).answer(404);
  const me = await requestOf("/me");
  signOut();
  me.answer(200, { who: "anna", grants: [] });
  await again;
  assert.equal(session.value.state, "signed-out");
});

test("an attempt that fails late does not undo a later one that did not", { timeout: 5000 }, async () => {
  await signInAs("anna");
  const early = start();
  const hanging = await requestOf("/ui/sign-in.json");
  const late = start();
  (await requestOf("/ui/sign-in.json")).answer(404);
  (await requestOf("/me")).answer(200, { who: "anna", grants: [] });
  await late;
  hanging.fail();
  await early;
  assert.equal(session.value.state, "signed-in");
});

test("what a command of one person returns late is not shown to the next", { timeout: 5000 }, async () => {
  await signInAs("anna");
  const sending = send("web1", "query-status", {}, null, undefined);
  const command = await requestOf("/vms/web1/commands/query-status");
  signOut();
  await signInAs("bert");
  command.answer(200, { status: "running" });
  await sending;
  assert.equal(lastResult("web1", "query-status"), undefined);
  assert.deepEqual(sentCommands.value, []);
});

async function signInAs(who: string): Promise<void> {
  const signedIn = signIn(who);
  (await requestOf("/me")).answer(200, { who, grants: [] });
  assert.equal(await signedIn, undefined);
}

const taken = new Set<Request>();

async function requestOf(path: string): Promise<Request> {
  for (;;) {
    const found = requests.find((request) => request.path === path && !taken.has(request));
    if (found !== undefined) {
      taken.add(found);
      return found;
    }

    await new Promise((resolve) => { setImmediate(resolve); });
  }
}
