import assert from "node:assert/strict";
import { test } from "node:test";
import { crashReason, psw } from "../src/qemu/psw.js";

const part = (mask: bigint, name: string): string | undefined => psw(mask).parts.find((one) => one.name.startsWith(name))?.value;
/** IBM counts bits from the left. */
const bit = (...numbers: number[]): bigint => numbers.reduce((mask, n) => mask | (1n << BigInt(63 - n)), 0n);

test("Linux's disabled wait is one, in 64-bit mode", () => {
  const mask = 0x0002_0001_8000_0000n;
  assert.equal(psw(mask).isDisabledWait, true);
  assert.equal(part(mask, "Wait state"), "waiting, and nothing can end the wait");
  assert.equal(part(mask, "Addressing mode"), "64 bits");
  assert.equal(part(mask, "Reserved"), undefined);
});

test("an idle Linux waits, and interrupts can end that", () => {
  const mask = 0x0706_0001_8000_0000n;
  assert.equal(psw(mask).isDisabledWait, false);
  assert.equal(part(mask, "Wait state"), "waiting");
  assert.deepEqual(["Address translation", "I/O", "External", "Machine"].map((name) => part(mask, name)), ["on", "enabled", "enabled", "enabled"]);
});

test("each part is where the Principles of Operation have it", () => {
  assert.equal(part(bit(1), "Program event"), "on");
  assert.equal(part(bit(5), "Address translation"), "on");
  assert.equal(part(bit(6), "I/O"), "enabled");
  assert.equal(part(bit(7), "External"), "enabled");
  assert.equal(part(bit(8, 11), "Storage key"), "9");
  assert.equal(part(bit(13), "Machine"), "enabled");
  assert.equal(part(bit(15), "State"), "problem (a program's)");
  assert.equal(part(0n, "State"), "supervisor (the kernel's)");
  assert.deepEqual([[], [17], [16], [16, 17]].map((bits) => part(bit(5, ...bits), "Address space")), ["primary space", "access register mode", "secondary space", "home space"]);
  assert.deepEqual([[], [19], [18], [18, 19]].map((bits) => part(bit(...bits), "Condition")), ["0", "1", "2", "3"]);
  assert.equal(part(bit(20, 23), "Program mask"), "fixed-point overflow, HFP significance");
  assert.equal(part(0n, "Program mask"), "none");
  assert.equal(part(bit(24), "Runtime"), "on");
  assert.deepEqual([[], [32], [31, 32], [31]].map((bits) => part(bit(...bits), "Addressing")), ["24 bits", "31 bits", "64 bits", "not valid (EA without BA)"]);
});

test("bits that must be zero are told", () => {
  for (const reserved of [0, 2, 3, 4, 12, 25, 30, 33, 63]) {
    assert.match(part(bit(reserved), "Reserved")!, /not a valid/);
  }

  assert.equal(part(bit(1, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 31, 32), "Reserved"), undefined);
});

test("a reason of a newer QEMU is named as it is", () => {
  assert.match(crashReason("pgmint-loop"), /program interrupt handler/);
  assert.match(crashReason("newer"), /"newer"/);
});
