import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOf } from "../src/qemu/eventMeanings.js";
import { isAlarm } from "../src/qemu/events.js";
import { eventWords } from "../src/qemu/eventWords.js";
import { memoryFailure } from "../src/qemu/memoryFailures.js";
import { bytes, visible } from "../src/qemu/words.js";

interface Sample { event: string; origin: string; data: Record<string, unknown> }
type Event = Parameters<typeof eventWords>[0];

const qemu = (event: string, data: Record<string, unknown> = {}): Event => ({ event, origin: "qemu", data } satisfies Sample as Event);
const gateway = (event: string, data: Record<string, unknown> = {}): Event => ({ event, origin: "gateway", data } satisfies Sample as Event);

const RUN_STATE = [
  "SHUTDOWN", "POWERDOWN", "RESET", "STOP", "RESUME", "SUSPEND", "SUSPEND_DISK", "WAKEUP", "WATCHDOG", "GUEST_PANICKED", "GUEST_CRASHLOADED", "GUEST_PVSHUTDOWN", "MEMORY_FAILURE",
];
const GATEWAY = [
  "VM_ADDED", "VM_REMOVED", "VM_CHANGED", "VM_CONNECTED", "VM_DISCONNECTED", "VM_CONNECTION_CHANGED", "VM_ENDED", "VM_STATUS_CHANGED", "COMMAND_FINISHED_LATE", "EVENTS_LOST",
];

test("run-state events in a few words", () => {
  assert.equal(eventWords(qemu("RESET", { guest: true, reason: "guest-reset" })), "reason guest-reset");
  assert.equal(eventWords(qemu("WATCHDOG", { action: "pause" })), "action pause");
  assert.equal(eventWords(qemu("STOP")), "");
  assert.equal(eventWords(qemu("GUEST_PANICKED", { action: "pause" })), "action pause");
  assert.equal(eventWords(qemu("GUEST_PANICKED", { action: "pause", info: { type: "hyper-v", arg1: 0x7b, arg2: 0, arg3: 0, arg4: 0, arg5: 0 } })),
    "action pause, hyper-v 0x7b INACCESSIBLE_BOOT_DEVICE");
  assert.equal(eventWords(qemu("MEMORY_FAILURE", { recipient: "guest", action: "inject", flags: { "action-required": true, recursive: false } })),
    "memory of the guest, action inject, action required");
});

test("the gateway's events in a few words", () => {
  assert.equal(eventWords(gateway("VM_STATUS_CHANGED", { previous: { status: "running" }, status: { status: "guest-panicked" }, cause: { event: "GUEST_PANICKED", id: "7" } })),
    "running → guest-panicked, by GUEST_PANICKED");
  assert.equal(eventWords(gateway("VM_STATUS_CHANGED", { previous: null, status: { status: "paused" }, cause: { command: "stop", who: "ops" } })), "paused, by ops (stop)");
  assert.equal(eventWords(gateway("VM_REMOVED", { source: "api", who: "ops" })), "by ops");
  assert.equal(eventWords(gateway("VM_CONNECTION_CHANGED", { previous: "busy", state: "no-socket", reason: "No such file" })), "busy → no-socket, No such file");
  assert.equal(eventWords(gateway("EVENTS_LOST", { count: 12, from: "2026-11-29T05:00:00.000001Z", to: "2026-11-29T05:00:01Z" })),
    "12 events are missing, received 2026-11-29 05:00:00.000001 UTC to 2026-11-29 05:00:01 UTC, the gateway could not store them");
  assert.equal(eventWords(gateway("EVENTS_LOST", { count: null, from: null, to: null })), "an unknown number of events is missing, the gateway could not store them");
  assert.equal(eventWords(gateway("COMMAND_FINISHED_LATE", { command: "system_reset", outcome: "done", who: "ops", traceId: null })), "system_reset done, by ops");
  assert.equal(eventWords(gateway("VM_ENDED", { at: "x", reason: null, guest: null, cause: null })), "QEMU did not say why");
});

test("events of disks, devices and displays in a few words", () => {
  assert.equal(eventWords(qemu("BLOCK_IO_ERROR", { device: "vda", operation: "write", action: "stop", nospace: true, reason: "No space left on device" })),
    "write on vda failed: No space left on device, action stop");
  assert.equal(eventWords(qemu("BLOCK_JOB_READY", { type: "mirror", device: "job0", len: 10 * 2 ** 30, offset: 3 * 2 ** 30, speed: 0 })), "mirror job0, 3 GiB of 10 GiB");
  assert.equal(eventWords(qemu("JOB_STATUS_CHANGE", { id: "job0", status: "ready" })), "job0 ready");
  assert.equal(eventWords(qemu("DEVICE_DELETED", { path: "/machine/x" })), "/machine/x");
  assert.equal(eventWords(qemu("VNC_CONNECTED", { client: { host: "::1", service: "5", family: "ipv6" }, server: {} })), "::1:5");
  assert.equal(eventWords(qemu("SPICE_CONNECTED", { client: { host: "10.0.0.1", port: "5" }, server: {} })), "10.0.0.1:5");
  assert.equal(eventWords(qemu("BALLOON_CHANGE", { actual: 1073741824 })), "the guest has 1 GiB");
});

test("what the page does not know is its data, exactly, and not for ever long", () => {
  assert.equal(eventWords(qemu("NEW", { big: 18446744073709551615n, text: "a" })), '"big":18446744073709551615,"text":"a"');
  assert.ok(eventWords(qemu("NEW", { text: "a".repeat(5000) })).length < 400);
  assert.equal(meaningOf(qemu("NEW")), undefined);
  assert.equal(eventWords(qemu("constructor")), "");
});

test("an event of QEMU cannot pass for the gateway's", () => {
  assert.match(eventWords(qemu("VM_ENDED", { reason: null })), /^sent by QEMU, not by the gateway/);
  assert.equal(isAlarm(qemu("EVENTS_LOST", { count: 1 })), false);
  assert.equal(isAlarm(gateway("EVENTS_LOST", { count: 1 })), true);
  assert.equal(isAlarm(gateway("GUEST_PANICKED")), false);
  assert.equal(meaningOf(qemu("VM_ENDED", { reason: null })), undefined);
});

test("every event of the run state and of the gateway has a meaning, whatever its data is", () => {
  for (const event of [...RUN_STATE.map((name) => qemu(name)), ...GATEWAY.map((name) => gateway(name))]) {
    assert.ok(meaningOf(event)!.length > 10, event.event);
    for (const data of [{}, null, [], "text", { action: "constructor", reason: "constructor", recipient: "toString" }, { action: 1, info: 2, flags: 3, status: "x", previous: [], cause: "y", qemu: 1, client: 7 }]) {
      eventWords({ ...event, data } as Event);
      assert.doesNotMatch(meaningOf({ ...event, data } as Event)!, /native code/);
      isAlarm({ ...event, data } as Event);
    }
  }
});

test("alarms are what a person should look at", () => {
  assert.equal(isAlarm(gateway("VM_ENDED", { reason: null })), true);
  assert.equal(isAlarm(gateway("VM_ENDED", { reason: "guest-shutdown" })), false);
  assert.equal(isAlarm(gateway("VM_STATUS_CHANGED", { status: { status: "internal-error", running: false } })), true);
  assert.equal(isAlarm(gateway("VM_STATUS_CHANGED", { status: { status: "running", running: true } })), false);
  assert.equal(isAlarm(gateway("VM_CONNECTION_CHANGED", { state: "stuck" })), true);
  assert.equal(isAlarm(qemu("BLOCK_IO_ERROR")), true);
  assert.equal(isAlarm(qemu("RTC_CHANGE")), false);
});

test("a memory failure is spelled out", () => {
  const words = memoryFailure({ recipient: "hypervisor", action: "fatal", flags: { "action-required": true, recursive: true } }).join(" ");
  assert.match(words, /QEMU itself uses.*power cut.*handled immediately.*earlier failure.*memory checked/s);
  assert.match(memoryFailure({ recipient: "guest", action: "newer", flags: {} }).join(" "), /"newer"/);
});

test("characters that cannot be seen are seen", () => {
  assert.equal(visible("a\u202eb\u0000\u0007\u200f"), "a\\u202eb\\u0000\\u0007\\u200f");
  assert.equal(visible("two\nlines\tü 漢字"), "two\nlines\tü 漢字");
});

test("bytes in the unit that fits", () => {
  assert.deepEqual([0, 1023, 1536, 2 ** 40, 18446744073709551615n, "x"].map(bytes), ["0 B", "1023 B", "1.5 KiB", "1 TiB", "16384 PiB", "x"]);
});
