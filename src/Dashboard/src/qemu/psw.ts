import { named } from "./words.js";

/** One part of an s390 program status word: its name, and its value in words. */
export interface PswPart {
  name: string;
  value: string;
}

/** A program status word in its parts (z/Architecture Principles of Operation, chapter 4). */
export interface Psw {
  /** Whether it waits with everything masked that could wake it. */
  isDisabledWait: boolean;
  parts: readonly PswPart[];
}

const SPACES = ["primary space", "access register mode", "secondary space", "home space"] as const;
const PROGRAM_MASK = ["fixed-point overflow", "decimal overflow", "HFP exponent underflow", "HFP significance"] as const;

// Bits that must be zero in a valid program status word of 128 bits: 0, 2 to 4, 12, 25 to 30, and 33 to 63.
const RESERVED = 0xb808_007e_7fff_ffffn;

/** Decodes the mask half of a program status word. IBM counts bits from the left: bit 0 is the most significant. */
export function psw(mask: bigint): Psw {
  const bits = (from: number, to = from): number => Number((mask >> BigInt(63 - to)) & ((1n << BigInt(to - from + 1)) - 1n));
  const is = (bit: number): boolean => bits(bit) === 1;
  const enabled = (bit: number): string => (is(bit) ? "enabled" : "disabled");
  const traps = PROGRAM_MASK.filter((_, i) => is(20 + i));
  const isMasked = !is(6) && !is(7) && !is(13);
  return {
    isDisabledWait: is(14) && isMasked,
    parts: [
      { name: "Program event recording (PER)", value: is(1) ? "on" : "off" },
      { name: "Address translation (DAT)", value: is(5) ? "on" : "off" },
      { name: "I/O interrupts", value: enabled(6) },
      { name: "External interrupts", value: enabled(7) },
      { name: "Storage key", value: String(bits(8, 11)) },
      { name: "Machine checks", value: enabled(13) },
      { name: "Wait state", value: is(14) ? `waiting${isMasked ? ", and nothing can end the wait" : ""}` : "no" },
      { name: "State", value: is(15) ? "problem (a program's)" : "supervisor (the kernel's)" },
      { name: "Address space", value: is(5) ? SPACES[bits(16, 17)]! : `${SPACES[bits(16, 17)]!}, unused while DAT is off` },
      { name: "Condition code", value: String(bits(18, 19)) },
      { name: "Program mask", value: traps.length === 0 ? "none" : traps.join(", ") },
      { name: "Runtime instrumentation", value: is(24) ? "on" : "off" },
      { name: "Addressing mode", value: modeOf(is(31), is(32)) },
      ...((mask & RESERVED) === 0n ? [] : [{ name: "Reserved bits", value: "set: this is not a valid program status word" }]),
    ],
  };
}

function modeOf(extended: boolean, basic: boolean): string {
  return extended ? (basic ? "64 bits" : "not valid (EA without BA)") : basic ? "31 bits" : "24 bits";
}

const REASONS: Readonly<Record<string, string>> = {
  "unknown": "QEMU recorded no reason.",
  "disabled-wait": "The processor waits with interrupts disabled, so nothing can wake it. s390 operating systems stop like this after a fatal error. Some leave a code in the address.",
  "extint-loop": "The handler for external interrupts runs with external interrupts enabled, so the same interrupt would repeat forever.",
  "pgmint-loop": "The address of the program interrupt handler is invalid, so each program interrupt would cause another.",
  "opint-loop": "The program interrupt handler begins with an invalid instruction, so it would interrupt itself forever.",
};

/** Why QEMU considers the processor crashed (QAPI: S390CrashReason), in a sentence. */
export function crashReason(reason: string): string {
  return named(REASONS, reason) ?? `QEMU's reason is "${reason}", which this dashboard does not know.`;
}
