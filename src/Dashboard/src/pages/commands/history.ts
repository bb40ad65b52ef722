import { parseJson, writeJson } from "@qmp-gateway/client";
import { signal } from "@preact/signals";
import type { JsonObject } from "../../parts/json.js";
import { withoutSecrets } from "./secrets.js";

/** A command that was sent from this tab. */
export interface Sent {
  at: string;
  vm: string;
  command: string;
  arguments: JsonObject;
  /** Whether secrets were left out of the arguments. */
  leftOut: boolean;
  outcome: "done" | "refused" | "not-sent" | "unknown";
}

const KEY = "qmp-gateway.commands";
const KEPT = 50;
// Longer arguments are not worth a tab's storage.
const LONGEST = 20_000;

/** The commands of this tab, newest first. */
export const sentCommands = signal<readonly Sent[]>(read());

/** Keeps a command until the tab is closed or somebody signs out. Secrets are not kept. */
export function keepSent(sent: Omit<Sent, "leftOut">): void {
  const { arguments: kept, leftOut } = withoutSecrets(sent.arguments);
  const isLong = writeJson(kept).length > LONGEST;
  write([{ ...sent, arguments: isLong ? {} : kept, leftOut: leftOut || isLong }, ...sentCommands.value].slice(0, KEPT));
}

/** The outcome of a command became known after all. */
export function settle(at: string, outcome: Sent["outcome"]): void {
  write(sentCommands.value.map((sent) => (sent.at === at ? { ...sent, outcome } : sent)));
}

/** Forgets all of them. */
export function forgetSent(): void {
  write([]);
}

function write(next: readonly Sent[]): void {
  sentCommands.value = next;
  try {
    if (next.length === 0) {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, writeJson(next));
    }
  } catch {
    // The tab's storage is full or switched off; the page itself still has them.
  }
}

function read(): readonly Sent[] {
  try {
    return (parseJson(sessionStorage.getItem(KEY) ?? "[]") as readonly Sent[]) ?? [];
  } catch {
    return [];
  }
}
