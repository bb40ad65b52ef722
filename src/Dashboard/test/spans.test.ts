import assert from "node:assert/strict";
import { test } from "node:test";
import { momentOf, type Moment, type Span, spansOf } from "../src/fleet/spans.js";
import { event, vm } from "./samples.js";

const RUNNING = { status: "running", running: true };
const PAUSED = { status: "paused", running: false };

test("without a change, the state now was the state as long as the VM was connected", () => {
  assert.deepEqual(told(spansOf([], vm({ since: 0 }), 0, 100)), ["0-100 Running"]);
  assert.deepEqual(told(spansOf([], vm({ since: 60 }), 0, 100)), ["60-100 Running"]);
});

test("changes part the range, and the first tells what was before it", () => {
  const moments = [
    moment(event(20, "VM_STATUS_CHANGED", { status: PAUSED, previous: RUNNING, cause: null })),
    moment(event(40, "VM_STATUS_CHANGED", { status: RUNNING, previous: PAUSED, cause: null })),
  ];
  assert.deepEqual(told(spansOf(moments, vm({}), 0, 100)), ["0-20 Running", "20-40 Paused", "40-100 Running"]);
});

test("a gap in which the VM was unreachable is not its last state", () => {
  const moments = [
    moment(event(20, "VM_DISCONNECTED", { reason: "gone" })),
    moment(event(50, "VM_CONNECTED", { qemu: {}, run: "r", endpoint: null, status: RUNNING, resumed: true })),
  ];
  assert.deepEqual(told(spansOf(moments, vm({}), 0, 100)), ["20-50 Unreachable", "50-100 Running"]);
  const lost = spansOf(moments.slice(0, 1), vm({ connection: "no-socket" }), 0, 100);
  assert.deepEqual(told(lost), ["0-20 Running", "20-100 Running, unreachable"]);
});

test("a QEMU that hung for a while goes on in its state before", () => {
  const moments = [
    moment(event(10, "VM_STATUS_CHANGED", { status: PAUSED, previous: RUNNING, cause: null })),
    moment(event(20, "VM_CONNECTION_CHANGED", { state: "stuck", previous: "connected", reason: null })),
    moment(event(30, "VM_CONNECTION_CHANGED", { state: "connected", previous: "stuck", reason: null })),
    moment(event(40, "VM_STATUS_CHANGED", { status: RUNNING, previous: PAUSED, cause: null })),
  ];
  assert.deepEqual(told(spansOf(moments, vm({}), 0, 100)), ["0-10 Running", "10-20 Paused", "20-30 Unreachable", "30-40 Paused", "40-100 Running"]);
});

test("what began before the range is cut, and nothing lies outside it", () => {
  const moments = [
    moment(event(10, "VM_STATUS_CHANGED", { status: PAUSED, previous: RUNNING, cause: null })),
    moment(event(90, "VM_ENDED", { at: "", reason: "guest-shutdown", guest: true, cause: null })),
  ];
  const ended = { ...vm({}), status: null, ended: { at: new Date(90).toISOString(), reason: "guest-shutdown", guest: true, cause: null } };
  assert.deepEqual(told(spansOf(moments, ended, 50, 100)), ["50-90 Paused", "90-100 Off"]);
  assert.deepEqual(told(spansOf(moments, undefined, 50, 80)), ["50-80 Paused"]);
});

test("an event of QEMU, even of the same name, is no change", () => {
  assert.equal(momentOf({ ...event(1, "VM_STATUS_CHANGED", { status: PAUSED, previous: null, cause: null }), origin: "qemu" }), undefined);
  assert.equal(momentOf(event(1, "VM_CHANGED", { who: "me" })), undefined);
});

function moment(one: Parameters<typeof momentOf>[0]): Moment {
  const found = momentOf(one);
  assert.ok(found);
  return found;
}

function told(spans: readonly Span[]): string[] {
  return spans.map(({ from, to, shown }) => `${from}-${to} ${shown.word}`);
}
