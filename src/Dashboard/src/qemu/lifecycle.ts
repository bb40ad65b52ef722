import type { Vm } from "@qmp-gateway/client";
import { named } from "./words.js";

/** The lifecycle commands, as the gateway's routes name them. */
export type LifecycleName = "stop" | "cont" | "reset" | "powerdown" | "wakeup" | "quit" | "nmi";

/** A lifecycle command, in words. */
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

/** All lifecycle commands. */
export const LIFECYCLE: Readonly<Record<LifecycleName, LifecycleCommand>> = {
  stop: { name: "stop", qmp: "stop", verb: "Pause", doing: "Pausing", done: "Paused", completes: { event: "STOP", wait: 10 }, already: "The guest was not running." },
  cont: { name: "cont", qmp: "cont", verb: "Continue", doing: "Continuing", done: "Continued", completes: { event: "RESUME", wait: 10 }, already: "The guest was running already." },
  wakeup: { name: "wakeup", qmp: "system_wakeup", verb: "Wake up", doing: "Waking up", done: "Woken up", completes: { event: "WAKEUP", wait: 10 }, already: "The guest was already awake." },
  reset: {
    name: "reset", qmp: "system_reset", verb: "Reset", doing: "Resetting", done: "Reset", completes: { event: "RESET", wait: 10 },
    loses: "The guest restarts immediately, as if its reset button were pressed. Data that it has not written to disk is lost. A paused guest stays paused: continue it after the reset.",
  },
  powerdown: {
    name: "powerdown", qmp: "system_powerdown", verb: "Power down", doing: "Powering down", done: "Powered down", completes: { event: "SHUTDOWN", wait: 60 },
    loses: "The guest is asked to shut down, as if its power button were pressed. Its services stop. It may also ignore the button.",
    mayHang: "The guest decides whether and when it shuts down: it may be busy, wait for somebody at its screen, or ignore the power button.",
  },
  quit: {
    name: "quit", qmp: "quit", verb: "Quit", doing: "Quitting", done: "Quit", completes: { event: "SHUTDOWN", wait: 20 },
    loses: "QEMU exits immediately, as if the power were cut. Data that the guest has not written to disk is lost. The VM can only be started again on its host.",
  },
  nmi: {
    name: "nmi", qmp: "inject-nmi", verb: "Inject NMI", doing: "Injecting an NMI", done: "NMI injected",
    loses: "The guest's kernel receives a non-maskable interrupt. Depending on its settings, it may panic or write a crash dump, so the guest may stop working.",
  },
};

/** The commands that make sense: those to show first, best first, and the rest. None are offered if QEMU cannot receive them. */
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
  // QEMU leaves these states without help, or the next step is decided elsewhere.
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

  // If QEMU hangs but its connection is open, commands are still sent. They wait until it answers.
  if (vm.connection.state !== "connected") {
    return vm.connection.state === "stuck" && vm.run !== null ? [] : undefined;
  }

  return vm.status === null ? [] : (named(FIRST, vm.status.status) ?? (vm.status.running ? FIRST.running : FIRST.paused)) ?? [];
}

function isPossible(name: LifecycleName, vm: Vm): boolean {
  const state = vm.status?.status;
  return name === "wakeup" ? state === "suspended" : name === "stop" ? state !== "paused" : name === "cont" ? state !== "running" && state !== "internal-error" && state !== "shutdown" : true;
}
