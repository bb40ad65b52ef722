import { bugcheck } from "./bugchecks.js";
import { hex, register } from "./numbers.js";
import { crashReason, psw, type PswPart } from "./psw.js";
import type { Data } from "./words.js";

/** A register of a guest's report of its panic. */
export interface Register {
  /** QEMU's name for it. */
  name: string;
  /** What the guest puts there, if that is known. */
  meaning?: string;
  value: bigint;
}

/** A guest's report of its panic (QAPI: GuestPanicInformation), in words. */
export interface Panic {
  /** In a few words: `hyper-v 0x7b INACCESSIBLE_BOOT_DEVICE`. */
  short: string;
  /** What it means, a sentence each. */
  sentences: readonly string[];
  registers: readonly Register[];
  /** The parts of a program status word. */
  parts?: readonly PswPart[];
  /** The guest's message, which is untrusted text. */
  message?: string;
}

const WINDOWS = ["the stop code", "first parameter", "second parameter", "third parameter", "fourth parameter"] as const;
const LINUX = ["the error code of the fault", "Linux, and its version", "address of the instruction (RIP)", "RAX", "stack pointer (RSP)"] as const;

/** Linux writes this into the highest bits of its id (Hyper-V TLFS: guest OS identity of open source systems). */
const LINUX_ID = 0x8100n;

// AMD's GHCB specification: reasons of set 0. Linux: arch/x86/include/asm/sev-common.h for set 1.
const SEV: Readonly<Record<string, string>> = {
  "0/0": "a general termination request",
  "0/1": "the guest does not support this range of the GHCB protocol",
  "0/2": "the host does not support SEV-SNP features that the guest needs",
  "1/0": "the host did not register the guest's GHCB page",
  "1/1": "a page could not be made private or shared",
  "1/2": "a page could not be validated",
  "1/3": "the guest does not run at VMPL 0",
  "1/4": "the CPUID page is not valid",
  "1/5": "the CPUID values of the host are not valid",
  "1/6": "the secrets page is not valid",
  "1/7": "there is no SVSM",
  "1/8": "the SVSM runs at VMPL 0",
  "1/9": "the calling area of the SVSM is not valid",
};

/** A panic report in words; undefined if the guest sent none, as with pvpanic. */
export function panic(info: unknown): Panic | undefined {
  if (typeof info !== "object" || info === null) {
    return undefined;
  }

  const data = info as Data;
  switch (data.type) {
    case "hyper-v":
      return hyperV(data);
    case "s390":
      return s390(data);
    case "tdx":
      return tdx(data);
    case "sev":
      return sev(data);
    default:
      return {
        short: typeof data.type === "string" ? data.type : "",
        sentences: ["This dashboard does not know this kind of panic report. Its data is shown as QEMU sent it."],
        registers: registersOf(data, Object.keys(data)),
      };
  }
}

function hyperV(data: Data): Panic {
  const names = ["arg1", "arg2", "arg3", "arg4", "arg5"];
  const code = register(data.arg1) ?? 0n;
  const id = register(data.arg2) ?? 0n;
  if (id >> 48n === LINUX_ID) {
    const version = (id >> 16n) & 0xffff_ffffn;
    const release = `${version >> 16n}.${(version >> 8n) & 0xffn}.${version & 0xffn}`;
    return {
      short: `hyper-v, Linux ${release}`,
      sentences: [`The guest is Linux ${release}. Its console or a memory dump may show what happened.`],
      registers: registersOf(data, names, LINUX),
    };
  }

  const known = bugcheck(code);
  return {
    short: `hyper-v ${hex(code)}${known === undefined ? "" : ` ${known.name}`}`,
    sentences: [
      known === undefined ? `Windows stop code ${hex(code)}, which this dashboard does not know by name.` : `Windows stop code ${hex(code)}: ${known.name}.`,
      ...(known?.hint === undefined ? [] : [known.hint]),
    ],
    registers: registersOf(data, names, WINDOWS),
  };
}

function s390(data: Data): Panic {
  const reason = typeof data.reason === "string" ? data.reason : "unknown";
  const mask = register(data["psw-mask"]);
  const core = register(data.core);
  return {
    short: `s390 ${reason}`,
    sentences: [crashReason(reason), ...(core === undefined ? [] : [`It happened on core ${core}.`])],
    registers: registersOf(data, ["psw-mask", "psw-addr"], ["program status word: mask", "program status word: address"]),
    ...(mask !== undefined && { parts: psw(mask).parts }),
  };
}

function tdx(data: Data): Panic {
  const code = register(data["error-code"]);
  return {
    short: `tdx${code === undefined ? "" : ` error ${hex(code)}`}`,
    sentences: [
      "The guest, an Intel TDX trust domain, reported a fatal error.",
      ...(data.gpa === undefined || data.gpa === null ? [] : ["More text is in its memory, at the address below."]),
    ],
    registers: registersOf(data, ["error-code", "gpa"], ["error code", "guest-physical address"]),
    ...(typeof data.message === "string" && { message: data.message }),
  };
}

function sev(data: Data): Panic {
  const [set, code] = [register(data.set), register(data.code)];
  const words = SEV[`${set}/${code}`];
  return {
    short: `sev set ${set ?? "?"}, code ${code ?? "?"}`,
    sentences: [
      `The guest, protected by AMD SEV, requested its termination: ${words ?? "for a reason that this dashboard does not know"}.`,
      "Reason set 0 is defined by the protocol, and set 1 by Linux.",
    ],
    registers: registersOf(data, ["set", "code"]),
  };
}

function registersOf(data: Data, names: readonly string[], meanings: readonly string[] = []): Register[] {
  return names.flatMap((name, i) => {
    const value = register(data[name]);
    return value === undefined ? [] : [{ name, value, ...(meanings[i] !== undefined && { meaning: meanings[i] }) }];
  });
}
