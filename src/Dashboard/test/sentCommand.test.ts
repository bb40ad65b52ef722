import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "@qmp-gateway/client";
import { deedOf, outcomeOf, type AuditRecord } from "../src/pages/audit/records.js";
import { type SentCommand, settledBy } from "../src/pages/commands/sentCommand.js";
import { event } from "./samples.js";

const TIMED_OUT = new GatewayError({ type: "urn:qmp-gateway:timed-out", title: "", status: 504, outcome: "unknown", traceId: "t1" });
const UNKNOWN: SentCommand = { vm: "web1", command: "device_del", at: 0, result: { kind: "unknown", failure: TIMED_OUT } };
const late = (data: object, more = {}): ReturnType<typeof event> => event(5, "COMMAND_FINISHED_LATE", { command: "device_del", outcome: "done", who: "me", traceId: "t1", ...data }, more);

test("QEMU's late answer settles what was unknown", () => {
  const by = late({});
  assert.deepEqual(settledBy(UNKNOWN, by).result, { kind: "settled", by });
});

test("the late answer to another's command, or of another VM, settles nothing", () => {
  for (const other of [late({ traceId: "t2" }), late({ traceId: null }), late({ command: "device_add" }), late({}, { vm: "web2" }), late({}, { origin: "qemu" }), event(5, "RESUME", {})]) {
    assert.equal(settledBy(UNKNOWN, other), UNKNOWN);
  }
});

test("without a trace, the name of the command is enough", () => {
  const lost: SentCommand = { ...UNKNOWN, result: { kind: "unknown", failure: new TypeError("network") } };
  assert.equal(settledBy(lost, late({ traceId: "t9" })).result.kind, "settled");
});

test("what is known already is not settled again", () => {
  const done: SentCommand = { ...UNKNOWN, result: { kind: "done", value: {}, took: 1 } };
  assert.equal(settledBy(done, late({})), done);
});

const record = (more: Partial<AuditRecord>): AuditRecord => ({
  time: "2026-11-24T03:53:00.123456Z", who: "ci", whoKind: "key", remote: "127.0.0.1", vm: "web 1", command: null, arguments: null, method: "POST", path: "/vms/web%201/reset",
  outcome: "done", problem: null, traceId: "t", replayed: false, ...more,
});

test("an audit record says what somebody tried", () => {
  assert.deepEqual(deedOf(record({ command: "system_reset" })), { command: "system_reset" });
  assert.deepEqual(deedOf(record({ method: "PUT", path: "/vms/web%201" })), { words: "Define the VM" });
  assert.deepEqual(deedOf(record({ method: "DELETE", path: "/vms/web%201" })), { words: "Remove the VM" });
  assert.deepEqual(deedOf(record({ method: "POST", path: "/else" })), { words: "POST /else" });
});

test("an audit record says what became of it, also of problems of a newer gateway", () => {
  const words = (more: Partial<AuditRecord>): string => outcomeOf(record(more)).words;
  assert.equal(words({}), "Done.");
  assert.equal(words({ problem: "wait-timed-out" }), "Acknowledged by QEMU, but the event that completes it did not arrive in time.");
  assert.equal(words({ outcome: "not-sent", problem: "run-changed" }), "Nothing was sent: the VM had been restarted since.");
  assert.equal(words({ outcome: "forbidden", problem: "command-forbidden" }), "Not allowed: the command policy denies it.");
  assert.equal(words({ outcome: "unknown", problem: "of-2030" }), "Unknown whether it took effect: of-2030.");
  assert.equal(words({ outcome: "of-2030" }), "of-2030.");
  assert.match(words({ replayed: true }), /^Done\. This was a repeated request/);
});
