import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "../src/fleet/fleet.js";
import { needOf, needs } from "../src/fleet/needs.js";
import { countTones, filtered, grouped } from "../src/pages/vms/filter.js";
import { event, vm } from "./samples.js";

const NOW = 7_200_000;

test("a calm fleet needs nobody", () => {
  assert.deepEqual(needs([row(vm({})), row(vm({ status: "paused" })), row(vm({ status: "suspended" })), row(vm({ connection: "connecting" }))], NOW), []);
});

test("what is worse comes first, and what is newer among the same", () => {
  const all = needs([
    row(vm({ id: "a", connection: "no-socket" })), row(vm({ id: "b", status: "io-error" })), row(vm({ id: "c", connection: "stuck" })),
    { ...row(vm({ id: "d", status: "guest-panicked" })), moments: [{ at: 5, event: "1", shown: { tone: "broken", word: "", means: "" } }] },
    { ...row(vm({ id: "e", status: "guest-panicked" })), moments: [{ at: 9, event: "2", shown: { tone: "broken", word: "", means: "" } }] },
    row(vm({ id: "f", connection: "busy" })), row(vm({ id: "g", status: "internal-error" })),
  ], NOW);
  assert.deepEqual(all.map((need) => need.vm.id), ["e", "d", "g", "b", "c", "f", "a"]);
  assert.equal(all[0]?.since, "1970-01-01T00:00:00.009Z");
});

test("a need names the event that led there, and the command that helps", () => {
  const panicked = { ...vm({ status: "guest-panicked" }), statusCause: { event: "GUEST_PANICKED", id: "7" } };
  const need = needOf(row(panicked), NOW);
  assert.deepEqual([need?.event, need?.helps], [{ name: "GUEST_PANICKED", id: "7" }, "reset"]);
});

test("a reason is told once, in the gateway's words first", () => {
  assert.match(needOf(row(vm({ connection: "busy", reason: "another client holds it" })), NOW)?.advice ?? "", /^another client holds it\. Another program/);
});

test("a QEMU that ended unexpectedly needs attention; one that was shut down does not", () => {
  const ended = (reason: string | null): Row => row({ ...vm({}), status: null, ended: { at: new Date(NOW).toISOString(), reason, guest: null, cause: null } });
  assert.equal(needOf(ended(null), NOW)?.what, "Ended unexpectedly");
  assert.equal(needOf(ended("guest-shutdown"), NOW), undefined);
});

test("lost events need a person for an hour", () => {
  const lost = { ...row(vm({})), last: event(NOW, "EVENTS_LOST", { count: 12, from: null, to: null }) };
  assert.equal(needOf(lost, NOW)?.what, "12 events lost");
  assert.equal(needOf(lost, NOW + 3_600_001), undefined);
  assert.equal(needOf({ ...lost, last: { ...lost.last, origin: "qemu" } }, NOW), undefined);
});

test("words narrow by id, label and state, and all of them must fit", () => {
  const rows = [row(vm({ id: "web1", labels: { rack: "a" } })), row(vm({ id: "web2", labels: { rack: "b" } })), row(vm({ id: "db1", status: "paused" }))];
  const ids = (words: string): string[] => filtered(rows, [], { words, show: undefined }).map((one) => one.vm.id);
  assert.deepEqual([ids("WEB rack=a"), ids("paused"), ids(""), ids("nothing")], [["web1"], ["db1"], ["db1", "web1", "web2"], []]);
  assert.deepEqual(filtered(rows, [], { words: "", show: "paused" }).map((one) => one.vm.id), ["db1"]);
  assert.deepEqual([...countTones(rows)], [["running", 2], ["paused", 1]]);
});

test("groups have a heading each, and those without the label come last", () => {
  const rows = [row(vm({ id: "a", labels: { rack: "2" } })), row(vm({ id: "b" })), row(vm({ id: "c", labels: { rack: "1" } }))];
  assert.deepEqual(grouped(rows, "rack").map((line) => ("vm" in line ? line.vm.id : `${line.heading} ${line.count}`)), ["rack=1 1", "c", "rack=2 1", "a", "Without rack 1", "b"]);
});

function row(one: Row["vm"]): Row {
  return { vm: one, moments: [] };
}

test("a state with the name of a member of every object needs nobody", () => {
  assert.deepEqual(needs(["constructor", "toString", "__proto__"].map((status) => row(vm({ status }))), NOW), []);
});

test("a label with the name of a member of every object is a label, and only where it is", () => {
  const rows = [row(vm({ id: "a" })), row(vm({ id: "b", labels: JSON.parse('{"constructor":"x","__proto__":"y"}') as Record<string, string> }))];
  assert.deepEqual(grouped(rows, "constructor").filter((line) => "heading" in line), [{ heading: "constructor=x", count: 1 }, { heading: "Without constructor", count: 1 }]);
  assert.deepEqual(grouped(rows, "__proto__").filter((line) => "heading" in line), [{ heading: "__proto__=y", count: 1 }, { heading: "Without __proto__", count: 1 }]);
});
