import type { StatusInfo, Vm } from "@qmp-gateway/client";
import { named } from "./words.js";

/** How a state looks: a colour and a shape each. A `broken` VM needs attention. The current state of an `away` VM is unknown. */
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
  "paused": { tone: "paused", word: "Paused", means: "The guest is paused. Its memory is intact, and Continue resumes it." },
  "suspended": { tone: "asleep", word: "Suspended", means: "The guest sleeps (suspend to RAM). Wake up, a key press or one of its own timers wakes it." },
  "shutdown": { tone: "off", word: "Shut down", means: "The guest has shut down, and QEMU still runs (-no-shutdown). Reset it, then continue it to start it again. Quit ends QEMU." },
  "guest-panicked": { tone: "broken", word: "Guest panicked", means: "The guest's kernel crashed, and QEMU paused it. Take a dump if you need one, then reset and continue it." },
  "io-error": { tone: "broken", word: "I/O error", means: "A disk request failed, and QEMU paused the guest. Fix the disk, then continue the guest: the request is retried." },
  "internal-error": { tone: "broken", word: "Internal error", means: "QEMU or the host's kernel cannot continue running the guest. Reset and continue it. QEMU's log may say why." },
  "watchdog": { tone: "broken", word: "Watchdog expired", means: "The guest stopped feeding its watchdog, so QEMU paused it. Look at it, then continue or reset it." },
  "debug": { tone: "paused", word: "In debugger", means: "A debugger has paused the guest (gdbstub)." },
  "prelaunch": { tone: "paused", word: "Not started", means: "QEMU was started with -S, or the guest was reset while it was paused. Continue starts the guest." },
  "inmigrate": { tone: "paused", word: "Waiting for migration", means: "QEMU waits for a guest that is being migrated here." },
  "finish-migrate": { tone: "paused", word: "Migrating", means: "The guest is paused for the last phase of its migration." },
  "postmigrate": { tone: "off", word: "Migrated away", means: "The guest now runs on another QEMU. Continue it here only if it does not run there." },
  "save-vm": { tone: "paused", word: "Saving snapshot", means: "The guest is paused while a snapshot is written." },
  "restore-vm": { tone: "paused", word: "Restoring snapshot", means: "The guest is paused while a snapshot is read." },
  "colo": { tone: "paused", word: "Synchronizing (COLO)", means: "The guest is paused while its replica is synchronized." },
};

/** A QEMU state in words. An unknown state is shown by QEMU's name for it. */
export function runState(status: StatusInfo): Shown {
  return named(RUN_STATES, status.status) ?? {
    tone: status.running ? "running" : "paused",
    word: status.status,
    means: `This page does not know this state of a newer QEMU. QEMU says that the guest ${status.running ? "is running" : "is not running"}.`,
  };
}

/** The state of a VM, as known now. After a lost connection, it names the last known state. */
export function stateOf(vm: Vm): Shown {
  if (vm.ended !== null) {
    return endOf(vm.ended);
  }

  const last = vm.status === null ? undefined : runState(vm.status);
  if (vm.connection.state === "connected") {
    return last ?? { tone: "away", word: "Not known yet", means: "QEMU has not reported its state yet." };
  }

  const word = CONNECTION_WORDS[vm.connection.state] ?? vm.connection.state;
  return {
    tone: "away",
    word: last === undefined ? word : `${last.word}, ${vm.connection.state === "stuck" ? "QEMU hangs" : "unreachable"}`,
    means: last === undefined ? "The gateway has never reached this VM." : `The last known state is: ${last.word}. It may have changed since.`,
  };
}

/** The end of a run, in words. Without a reason, QEMU crashed, was killed, or was powered off by a watchdog. */
export function endOf(ended: { reason?: string | null; cause?: { event?: string | null } | null }): Shown {
  const cause = ended.cause?.event;
  return cause === "GUEST_PANICKED" ? { tone: "broken", word: "Ended by a panic", means: "The guest panicked, and QEMU exited, as its panic action says." }
    : ended.reason === null || ended.reason === undefined
      ? { tone: "broken", word: "Ended unexpectedly", means: "QEMU ended without giving a reason: it crashed, was killed, or the guest's watchdog powered it off. See QEMU's log and the host's log." }
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
  "guest-reset": "The guest asked for a reset, and QEMU exited, as its reboot action says.",
  "guest-panic": "The guest panicked, and QEMU exited, as its panic action says.",
  "host-qmp-quit": "Somebody sent quit.",
  "host-qmp-system-reset": "Somebody sent system_reset, and QEMU exited, as its reboot action says.",
  "host-signal": "A signal on the host ended QEMU, such as SIGTERM.",
  "host-ui": "QEMU's window was closed.",
  "host-error": "QEMU ended because an error made the guest unusable.",
  "subsystem-reset": "A subsystem of the guest was reset.",
  "snapshot-load": "A snapshot was loaded.",
};
