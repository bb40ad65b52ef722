import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, choicesOf, ACTIONS } from "../src/pages/vm/actionWords.js";
import { connectionWords } from "../src/pages/vm/connectionWords.js";
import { detailOf, headline } from "../src/pages/vm/headline.js";
import { readLabels, writeLabels } from "../src/pages/vm/labels.js";
import { offered } from "../src/qemu/lifecycle.js";
import { event, vm } from "./samples.js";

const NOW = 3_600_000;
const changed = (at: number, status: string, previous: string | null = "running"): GatewayEvent =>
  event(at, "VM_STATUS_CHANGED", { status: { status, running: false }, previous: previous && { status: previous, running: true }, cause: null });
const because = (status: string, statusCause: Vm["statusCause"], change: GatewayEvent | undefined = changed(NOW - 120_000, status)): string => headline({ ...vm({ status }), statusCause }, change, NOW);

test("a headline says what, for how long, and because of what", () => {
  assert.equal(because("guest-panicked", { event: "GUEST_PANICKED", id: "7" }), "Paused for 2 min because the guest panicked.");
  assert.equal(because("paused", { command: "stop", who: "ops" }), "Paused for 2 min because ops sent stop.");
  assert.equal(because("paused", { command: "stop", who: "anonymous" }), "Paused for 2 min because somebody sent stop.");
  assert.equal(because("suspended", { event: "SUSPEND", id: "7" }), "Suspended for 2 min because the guest suspended itself.");
});

test("a headline guesses neither a cause nor a time", () => {
  assert.equal(because("paused", null), "Paused for 2 min.");
  assert.equal(because("paused", { event: "STOP", id: "7" }), "Paused for 2 min.");
  assert.equal(because("paused", null, changed(NOW - 120_000, "paused", null)), "Paused for 2 min or longer.");
  assert.equal(headline(vm({ status: "paused" }), undefined, NOW), "Paused.");
  assert.equal(headline({ ...vm({}), status: null }, undefined, NOW), "Its state is not known yet.");
});

test("a VM that is not reached is said to be that, whatever it was before", () => {
  assert.equal(headline(vm({ status: "guest-panicked", connection: "no-socket", since: NOW - 60_000 }), changed(0, "guest-panicked"), NOW), "Unreachable for 1 min: nothing listens at its endpoint.");
  assert.equal(headline(vm({ connection: "stuck", since: NOW - 60_000 }), undefined, NOW), "QEMU has hung for 1 min.");
});

test("an ended run says how it ended", () => {
  const ended = (reason: string | null): string => headline({ ...vm({}), status: null, ended: { at: new Date(NOW - 60_000).toISOString(), reason, guest: null, cause: null } }, undefined, NOW);
  assert.deepEqual([ended("guest-shutdown"), ended(null)], ["Off for 1 min.", "Ended unexpectedly, 1 min ago."]);
});

test("an I/O error names the disk and QEMU's reason", () => {
  assert.equal(detailOf(event(1, "BLOCK_IO_ERROR", { device: "", "node-name": "disk0", operation: "write", reason: "Input/output error", nospace: false })),
    " The disk is disk0. It could not write: Input/output error.");
  assert.equal(detailOf(event(1, "BLOCK_IO_ERROR", { device: "ide0", operation: "write", reason: "No space left on device", nospace: true })), " The disk is ide0. It could not write: its storage is full.");
});

test("a connection says whether the run is another", () => {
  const connected = (at: number, run: string, resumed: boolean): GatewayEvent => event(at, "VM_CONNECTED", { run, resumed, qemu: { version: "7.2.22", package: "" }, status: null, endpoint: null });
  assert.equal(connectionWords(connected(1, "a", false), []), "Connected to QEMU 7.2.22");
  assert.match(connectionWords(connected(2, "a", true), [connected(1, "a", false)]), /^Reconnected to the same run/);
  assert.match(connectionWords(connected(2, "b", true), [connected(1, "a", false)]), /new run/);
  assert.equal(connectionWords(event(3, "VM_DISCONNECTED", { reason: "the connection was closed" }), []), "Disconnected: the connection was closed");
});

test("only what was chosen and differs is set", () => {
  assert.equal(changesOf({ panic: "pause", reboot: null }, { panic: "pause", reboot: "" }), undefined);
  assert.deepEqual(changesOf({ panic: "pause", reboot: null }, { panic: "none", reboot: "reset" }), { reboot: "reset", panic: "none" });
  assert.ok(choicesOf(ACTIONS[2]!, "explode").some((one) => one.value === "explode"));
});

test("labels are lines, and a line that is none is named", () => {
  assert.deepEqual(readLabels("rack=a\n\n note = x=y \n"), { labels: Object.assign(Object.create(null), { rack: "a", note: "x=y" }) });
  assert.equal(writeLabels({ b: "2", a: "1" }), "a=1\nb=2");
  assert.ok(["rack", "=a", "a=1\na=2"].every((wrong) => "wrong" in readLabels(wrong)));
});

test("a state or an event with the name of a member of every object is only another that is not known", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    assert.equal(because(name, { event: name, id: "7" }), `${name} for 2 min.`);
    assert.deepEqual(offered(vm({ status: name })).first, ["cont"]);
  }
});

test("what an event tells of itself is text, whatever QEMU sent", () => {
  const odd = { toString: 1 };
  assert.equal(detailOf(event(0, "BLOCK_IO_ERROR", { device: "d0", operation: odd, reason: odd })), ' The disk is d0. It could not {"toString":1}: {"toString":1}.');
  assert.equal(detailOf({ ...event(0, "GUEST_PANICKED", {}), data: null } as unknown as GatewayEvent), "");
});
