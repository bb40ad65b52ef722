import { type GatewayEvent, writeJson } from "@qmp-gateway/client";
import { DEVICE_WORDS } from "./deviceWords.js";
import { GATEWAY_WORDS } from "./gatewayWords.js";
import { panic } from "./panics.js";
import { type Data, joined, membersOf, named, text, visible } from "./words.js";

const LONGEST = 300;

// QAPI: run-state.json. Its other events have no data.
const RUN_STATE_WORDS: Readonly<Record<string, (data: Data) => string>> = {
  SHUTDOWN: reason,
  RESET: reason,
  WATCHDOG: (data) => `action ${text(data.action)}`,
  GUEST_PANICKED: (data) => joined(`action ${text(data.action)}`, panic(data.info)?.short),
  GUEST_CRASHLOADED: (data) => joined(`action ${text(data.action)}`, panic(data.info)?.short),
  MEMORY_FAILURE: (data) => {
    const flags = membersOf(data.flags);
    return joined(`memory of the ${text(data.recipient)}`, `action ${text(data.action)}`, flags["action-required"] === true && "action required", flags.recursive === true && "recursive");
  },
};

const QEMU_WORDS: Readonly<Record<string, (data: Data) => string>> = { ...DEVICE_WORDS, ...RUN_STATE_WORDS };

// Events without data: their name says everything.
const WORDLESS = ["POWERDOWN", "STOP", "RESUME", "SUSPEND", "SUSPEND_DISK", "WAKEUP", "GUEST_PVSHUTDOWN", "SPICE_MIGRATE_COMPLETED"] as const;

/** The names of all events that the page knows. */
export const NAMES: ReadonlySet<string> = new Set([...Object.keys(GATEWAY_WORDS), ...Object.keys(QEMU_WORDS), ...WORDLESS]);

/** An event in a few words: `running → guest-panicked`, `reason guest-reset`. What the page does not know is its data as JSON, without its braces. */
export function eventWords(event: Pick<GatewayEvent, "event" | "origin" | "data">): string {
  const data = membersOf(event.data);
  const table = event.origin === "gateway" ? GATEWAY_WORDS : QEMU_WORDS;
  const known = named(table, event.event);
  const poses = event.origin !== "gateway" && named(GATEWAY_WORDS, event.event) !== undefined;
  const words = `${poses ? "sent by QEMU, not by the gateway: " : ""}${known === undefined ? writeJson(data).slice(1, -1) : known(data)}`;
  return visible(words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words);
}

// Only the guest itself can have caused a guest's reason, so `guest` adds nothing.
function reason(data: Data): string {
  return data.reason === undefined ? joined(data.guest === true && "by the guest") : `reason ${text(data.reason)}`;
}
