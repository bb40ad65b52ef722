import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "@qmp-gateway/client";
import { bugcheck } from "../src/qemu/bugchecks.js";
import { hex64, register } from "../src/qemu/numbers.js";
import { panic } from "../src/qemu/panics.js";

test("a register has all its 64 bits, in groups of four hex digits", () => {
  assert.equal(hex64(0n), "0000 0000 0000 0000");
  assert.equal(hex64(0x7en), "0000 0000 0000 007e");
  assert.equal(hex64(18446744073709551615n), "ffff ffff ffff ffff");
  assert.equal(hex64(0x123456789abcdef0n), "1234 5678 9abc def0");
});

test("only an integer of 64 bits is a register", () => {
  assert.equal(register(123), 123n);
  assert.equal(register(18446744073709551615n), 18446744073709551615n);
  for (const wrong of ["123", 1.5, -1, null, undefined, {}, 18446744073709551616n, 2 ** 60]) {
    assert.equal(register(wrong), undefined);
  }
});

test("a stop code of Windows has its name, and its parameters are told apart", () => {
  const info = parseJson('{"type":"hyper-v","arg1":123,"arg2":18446687285104246880,"arg3":18446744072635809844,"arg4":0,"arg5":18446744073709551615}');
  const report = panic(info)!;
  assert.equal(report.short, "hyper-v 0x7b INACCESSIBLE_BOOT_DEVICE");
  assert.match(report.sentences.join(" "), /virtio/);
  assert.deepEqual(report.registers.map(({ name, meaning, value }) => [name, meaning, value]), [
    ["arg1", "the stop code", 123n],
    ["arg2", "first parameter", 18446687285104246880n],
    ["arg3", "second parameter", 18446744072635809844n],
    ["arg4", "third parameter", 0n],
    ["arg5", "fourth parameter", 18446744073709551615n],
  ]);
});

test("a stop code that is not known is shown by its number, also beyond 32 bits", () => {
  assert.equal(panic({ type: "hyper-v", arg1: 0xfff, arg2: 0, arg3: 0, arg4: 0, arg5: 0 })?.short, "hyper-v 0xfff");
  assert.equal(panic({ type: "hyper-v", arg1: 0x1_0000_007b, arg2: 0, arg3: 0, arg4: 0, arg5: 0 })?.short, "hyper-v 0x10000007b");
});

test("stop codes have Microsoft's names", () => {
  for (const [code, name] of [
    [0xan, "IRQL_NOT_LESS_OR_EQUAL"], [0x1an, "MEMORY_MANAGEMENT"], [0x50n, "PAGE_FAULT_IN_NONPAGED_AREA"], [0x7en, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"],
    [0xd1n, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"], [0xefn, "CRITICAL_PROCESS_DIED"], [0x101n, "CLOCK_WATCHDOG_TIMEOUT"], [0x124n, "WHEA_UNCORRECTABLE_ERROR"],
    [0x133n, "DPC_WATCHDOG_VIOLATION"], [0x139n, "KERNEL_SECURITY_CHECK_FAILURE"], [0xc000021an, "STATUS_SYSTEM_PROCESS_TERMINATED"],
  ] as const) {
    assert.equal(bugcheck(code)?.name, name);
  }

  assert.equal(bugcheck(0n), undefined);
});

test("Linux on Hyper-V's registers is told by its id, with its version", () => {
  // 6.1.90: LINUX_VERSION_CODE 0x06015a.
  const report = panic({ type: "hyper-v", arg1: 0, arg2: 0x8100_0006_015a_0000n, arg3: 0xffff_ffff_8107_3a10n, arg4: 1, arg5: 2 })!;
  assert.equal(report.short, "hyper-v, Linux 6.1.90");
  assert.match(report.registers[2]!.meaning!, /RIP/);
});

test("an s390 panic has its reason, its core and the parts of its program status word", () => {
  const report = panic({ type: "s390", core: 3, "psw-mask": 562956395872256, "psw-addr": 1213194, reason: "disabled-wait" })!;
  assert.equal(report.short, "s390 disabled-wait");
  assert.match(report.sentences.join(" "), /interrupts disabled.*core 3/s);
  assert.deepEqual(report.registers.map(({ value }) => hex64(value)), ["0002 0001 8000 0000", "0000 0000 0012 830a"]);
  assert.ok(report.parts!.length > 10);
});

test("a message of a TDX guest is untrusted text of its own, with the address of more", () => {
  const report = panic({ type: "tdx", "error-code": 16, message: "<img src=x>", gpa: 4294967296 })!;
  assert.equal(report.short, "tdx error 0x10");
  assert.equal(report.message, "<img src=x>");
  assert.deepEqual(report.registers.map(({ name }) => name), ["error-code", "gpa"]);
  assert.deepEqual(panic({ type: "tdx", "error-code": 0, message: "" })!.registers.map(({ name }) => name), ["error-code"]);
});

test("an SEV guest's reason is named where it is known", () => {
  assert.match(panic({ type: "sev", set: 1, code: 2 })!.sentences[0]!, /could not be validated/);
  assert.match(panic({ type: "sev", set: 7, code: 2 })!.sentences[0]!, /does not know/);
});

test("no report, a report of a newer QEMU and a report of nonsense harm nothing", () => {
  assert.equal(panic(undefined), undefined);
  assert.equal(panic(null), undefined);
  assert.equal(panic("text"), undefined);
  assert.deepEqual(panic({ type: "new-kind", reg: 18446744073709551615n, word: "w" })?.registers, [{ name: "reg", value: 18446744073709551615n }]);
  assert.equal(panic({ type: "hyper-v", arg1: "a", arg2: null })?.registers.length, 0);
  assert.equal(panic({ type: "s390", "psw-mask": "x" })?.short, "s390 unknown");
  assert.equal(panic({})?.short, "");
});
