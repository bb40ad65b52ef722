import type { VmActions } from "@qmp-gateway/client";

/** One of the four actions: when it happens, and what QEMU may do then. */
export interface Action {
  name: keyof VmActions;
  when: string;
  choices: readonly { value: string; means: string }[];
}

/** QEMU's actions in words (QAPI: set-action). */
export const ACTIONS: readonly Action[] = [
  {
    name: "reboot", when: "The guest reboots",
    choices: [{ value: "reset", means: "restart the guest" }, { value: "shutdown", means: "shut down instead" }],
  },
  {
    name: "shutdown", when: "The guest shuts down",
    choices: [{ value: "poweroff", means: "end QEMU" }, { value: "pause", means: "keep QEMU running, guest paused" }],
  },
  {
    name: "panic", when: "The guest panics",
    choices: [
      { value: "pause", means: "pause the guest" }, { value: "shutdown", means: "end QEMU" }, { value: "exit-failure", means: "end QEMU with a failure status (QEMU 7.1 or later)" },
      { value: "none", means: "only send the event" },
    ],
  },
  {
    name: "watchdog", when: "The watchdog expires",
    choices: [
      { value: "reset", means: "reset the guest" }, { value: "shutdown", means: "ask the guest to shut down" }, { value: "poweroff", means: "end QEMU immediately" },
      { value: "pause", means: "pause the guest" }, { value: "debug", means: "print a message and continue" }, { value: "none", means: "only send the event" },
      { value: "inject-nmi", means: "interrupt the guest (NMI)" },
    ],
  },
];

/** The choices of an action, with a value that the page does not know, as of a newer QEMU. */
export function choicesOf(action: Action, value: string | null | undefined): readonly { value: string; means: string }[] {
  return value === null || value === undefined || action.choices.some((one) => one.value === value) ? action.choices : [...action.choices, { value, means: "unknown to this dashboard" }];
}

/** What somebody chose that differs from what is set; undefined if nothing does. */
export function changesOf(set: VmActions, chosen: Readonly<Record<string, string>>): VmActions | undefined {
  const changes = Object.fromEntries(ACTIONS.filter(({ name }) => chosen[name] !== undefined && chosen[name] !== "" && chosen[name] !== set[name]).map(({ name }) => [name, chosen[name]]));
  return Object.keys(changes).length === 0 ? undefined : changes;
}
