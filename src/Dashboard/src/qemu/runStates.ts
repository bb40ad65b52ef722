import type { StatusInfo, Vm } from "@qmp-gateway/client";
import { named } from "./words.js";

/** How a state looks: a colour and a shape each. What is `broken` needs a person; what is `away` is not known now. */
export type Tone = "running" | "paused" | "asleep" | "off" | "broken" | "away";

/** A state in words. */
export interface Shown {
  tone: Tone;
  word: string;
  /** What it means for the guest, and what ends it. */
  means: string;
}

// QAPI: RunState, with the meaning for whoever runs the guest.
const RUN_STATES: Readonly<Record<string, Shown>> = {
  "running": { tone: "running", word: "Running", means: "The guest's processors run." },
  "paused": { tone: "paused", word: "Paused", means: "The guest stands still, with its memory as it was. Continue lets it run on." },
  "suspended": { tone: "asleep", word: "Suspended", means: "The guest sleeps (suspend to RAM). Wake up, a key press or a timer of its own ends that." },
  "shutdown": { tone: "off", word: "Shut down", means: "The guest has shut down and QEMU was told to stay (-no-shutdown). Reset and continue start it again; quit ends QEMU." },
  "guest-panicked": { tone: "broken", word: "Guest panicked", means: "The guest's kernel crashed, and QEMU holds it as it was. Take a dump if you need one, then reset it." },
  "io-error": { tone: "broken", word: "I/O error", means: "A disk failed, and QEMU stopped the guest in the middle of the request. Mend the disk, then continue: the request is tried again." },
  "internal-error": { tone: "broken", word: "Internal error", means: "QEMU or the kernel of the host cannot run this guest on. Only a reset helps; QEMU's log says more." },
  "watchdog": { tone: "broken", word: "Watchdog expired", means: "The guest stopped feeding its watchdog, so QEMU paused it. Look at it, then continue or reset it." },
  "debug": { tone: "paused", word: "In debugger", means: "A debugger (gdbstub) holds the guest." },
  "prelaunch": { tone: "paused", word: "Not started", means: "QEMU was started with -S. Continue starts the guest." },
  "inmigrate": { tone: "paused", word: "Waiting for migration", means: "QEMU waits for the state of a guest that migrates here." },
  "finish-migrate": { tone: "paused", word: "Migrating", means: "The guest is paused for the last part of its migration." },
  "postmigrate": { tone: "off", word: "Migrated away", means: "The guest runs elsewhere now. Continue it here only if that failed." },
  "save-vm": { tone: "paused", word: "Saving snapshot", means: "The guest is paused while a snapshot is written." },
  "restore-vm": { tone: "paused", word: "Restoring snapshot", means: "The guest is paused while a snapshot is read." },
  "colo": { tone: "paused", word: "Synchronizing (COLO)", means: "The guest is paused while its replica is brought to the same state." },
};

/** QEMU's word for a state, in the page's words. A state that the page does not know is shown as QEMU names it. */
export function runState(status: StatusInfo): Shown {
  return named(RUN_STATES, status.status) ?? {
    tone: status.running ? "running" : "paused",
    word: status.status,
    means: `This page does not know this state of a newer QEMU. QEMU says that the guest ${status.running ? "runs" : "does not run"}.`,
  };
}

/** The state of a VM, as known now. A lost connection changes what is known, not the state: the last one is named. */
export function stateOf(vm: Vm): Shown {
  if (vm.ended !== null) {
    return endOf(vm.ended);
  }

  const last = vm.status === null ? undefined : runState(vm.status);
  if (vm.connection.state === "connected") {
    return last ?? { tone: "away", word: "Not known yet", means: "QEMU has not told its state yet." };
  }

  const word = CONNECTION_WORDS[vm.connection.state] ?? vm.connection.state;
  return {
    tone: "away",
    word: last === undefined ? word : `${last.word}, ${vm.connection.state === "stuck" ? "QEMU hangs" : "not reached"}`,
    means: last === undefined ? "The gateway has never reached this VM." : `${last.word} is the last state known. It may have changed since.`,
  };
}

/** The end of a run, in words. Without a reason, nobody told why: QEMU was killed, or its watchdog ended it. */
export function endOf(ended: { reason?: string | null; cause?: { event?: string | null } | null }): Shown {
  const cause = ended.cause?.event;
  return cause === "GUEST_PANICKED" ? { tone: "broken", word: "Ended by a panic", means: "The guest panicked, and QEMU ended, as its action says." }
    : ended.reason === null || ended.reason === undefined
      ? { tone: "broken", word: "Ended without a word", means: "QEMU ended and did not say why: it crashed, was killed, or its watchdog powered it off. Its log or the host's says more." }
      : { tone: "off", word: "Off", means: named(ENDS, ended.reason) ?? `QEMU ended: ${ended.reason}.` };
}

/** Words for `connection.state`. */
export const CONNECTION_WORDS: Readonly<Record<string, string>> = {
  "connecting": "Connecting",
  "connected": "Connected",
  "no-socket": "Nothing listens",
  "busy": "Monitor busy",
  "stuck": "QEMU hangs",
  "not-qmp": "Not a QMP monitor",
  "disconnected": "Disconnected",
};

// QAPI: ShutdownCause.
const ENDS: Readonly<Record<string, string>> = {
  "guest-shutdown": "The guest shut itself down.",
  "guest-reset": "The guest asked for a reset, which ends QEMU as its action says.",
  "guest-panic": "The guest panicked, and QEMU ended, as its action says.",
  "host-qmp-quit": "Somebody sent quit.",
  "host-qmp-system-reset": "Somebody sent system_reset, which ends QEMU as its action says.",
  "host-signal": "QEMU was told to end by a signal on its host.",
  "host-ui": "The window of QEMU was closed.",
  "host-error": "QEMU ended by an error of its host.",
  "subsystem-reset": "A subsystem of the guest was reset.",
  "snapshot-load": "A snapshot was loaded.",
};
