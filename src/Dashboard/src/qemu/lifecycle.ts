import type { Vm } from "@qmp-gateway/client";

/** The commands of a VM's life, as the gateway's routes name them. */
export type LifecycleName = "stop" | "cont" | "reset" | "powerdown" | "wakeup" | "quit" | "nmi";

/** A command of a VM's life, in words. */
export interface LifecycleCommand {
  name: LifecycleName;
  /** QMP's name, which events and the audit log use. */
  qmp: string;
  /** What the button does: "Reset". */
  verb: string;
  /** While it is on its way: "Resetting". */
  doing: string;
  /** Once it is done: "Reset". */
  done: string;
  /** The event that completes it, and how long to wait for it, in seconds; undefined if there is none. */
  completes?: { event: string; wait: number };
  /** What is lost. A command that has this asks first. */
  loses?: string;
  /** What it means that QEMU did it without sending its event: the VM was in the state already. */
  already?: string;
  /** Why its event may not come. */
  mayHang?: string;
}

/** All commands of a VM's life. */
export const LIFECYCLE: Readonly<Record<LifecycleName, LifecycleCommand>> = {
  stop: { name: "stop", qmp: "stop", verb: "Stop", doing: "Stopping", done: "Stopped", completes: { event: "STOP", wait: 10 }, already: "The guest was not running." },
  cont: { name: "cont", qmp: "cont", verb: "Continue", doing: "Continuing", done: "Continued", completes: { event: "RESUME", wait: 10 }, already: "The guest was running already." },
  wakeup: { name: "wakeup", qmp: "system_wakeup", verb: "Wake up", doing: "Waking up", done: "Woken up", completes: { event: "WAKEUP", wait: 10 }, already: "The guest was awake." },
  reset: {
    name: "reset", qmp: "system_reset", verb: "Reset", doing: "Resetting", done: "Reset", completes: { event: "RESET", wait: 10 },
    loses: "The guest starts again at once, as if its reset button were pressed. What it has not written to disk is lost.",
  },
  powerdown: {
    name: "powerdown", qmp: "system_powerdown", verb: "Power down", doing: "Powering down", done: "Powered down", completes: { event: "SHUTDOWN", wait: 60 },
    loses: "The guest is asked to shut down, as if its power button were pressed. It ends its programs first, and its services stop. It may also ignore the button.",
    mayHang: "The guest decides whether and when it shuts down: it may be busy, may ask somebody at its screen, or may ignore the power button.",
  },
  quit: {
    name: "quit", qmp: "quit", verb: "Quit", doing: "Quitting", done: "Quit", completes: { event: "SHUTDOWN", wait: 20 },
    loses: "QEMU ends at once, as if the machine's plug were pulled. What the guest has not written to disk is lost, and only the VM's host can start it again.",
  },
  nmi: {
    name: "nmi", qmp: "inject-nmi", verb: "Inject NMI", doing: "Injecting an NMI", done: "NMI injected",
    loses: "The guest's kernel gets a non-maskable interrupt. Many kernels then panic or write a crash dump, as they are set to: the guest may not run on.",
  },
};

/** Which commands make sense: those to offer first, best first, and the rest. None are offered for a QEMU that cannot get them. */
export function offered(vm: Vm): { first: LifecycleName[]; rest: LifecycleName[] } {
  const first = firstOf(vm);
  return first === undefined ? { first: [], rest: [] } : { first, rest: ORDER.filter((name) => !first.includes(name) && isPossible(name, vm)) };
}

const ORDER: readonly LifecycleName[] = ["cont", "stop", "wakeup", "powerdown", "reset", "quit", "nmi"];

const FIRST: Readonly<Record<string, LifecycleName[]>> = {
  "running": ["stop", "powerdown"],
  "paused": ["cont"],
  "prelaunch": ["cont"],
  "debug": ["cont"],
  "suspended": ["wakeup"],
  "guest-panicked": ["reset", "quit"],
  "internal-error": ["reset", "quit"],
  "io-error": ["cont", "reset"],
  "watchdog": ["cont", "reset"],
  "shutdown": ["reset", "quit"],
  // These end by themselves, or what comes next is decided elsewhere.
  "inmigrate": [],
  "finish-migrate": [],
  "postmigrate": [],
  "save-vm": [],
  "restore-vm": [],
  "colo": [],
};

function firstOf(vm: Vm): LifecycleName[] | undefined {
  if (vm.ended !== null) {
    return undefined;
  }

  // To a QEMU that hangs on an open connection, commands are still sent; they wait with it.
  if (vm.connection.state !== "connected") {
    return vm.connection.state === "stuck" && vm.run !== null ? [] : undefined;
  }

  return vm.status === null ? [] : (FIRST[vm.status.status] ?? (vm.status.running ? FIRST.running : FIRST.paused)) ?? [];
}

function isPossible(name: LifecycleName, vm: Vm): boolean {
  const state = vm.status?.status;
  return name === "wakeup" ? state === "suspended" : name === "stop" ? state !== "paused" : name === "cont" ? state !== "running" && state !== "internal-error" : true;
}
