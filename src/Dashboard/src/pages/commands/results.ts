import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { signal } from "@preact/signals";
import { time } from "../../app/clock.js";
import { gateway } from "../../app/session.js";
import { hear } from "../../fleet/fleet.js";
import { resultOf } from "../../fleet/results.js";
import type { JsonObject } from "../../parts/json.js";
import { dataOf } from "../../qemu/events.js";
import { keepSent, settle } from "./history.js";
import { type Result, type SentCommand, settledBy } from "./sentCommand.js";

/** The result of the last command of each name and VM. It is still there when the user returns to the command. */
export const results = signal<ReadonlyMap<string, SentCommand>>(new Map());

/** The result of the last command of this name; undefined if none was sent. */
export function lastResult(vm: string, command: string): SentCommand | undefined {
  return results.value.get(keyOf(vm, command));
}

/** Sends a command once. It is not sent if the VM has been restarted since `run`. */
export async function send(vm: string, command: string, args: JsonObject, run: Vm["run"], timeout: number | undefined): Promise<void> {
  const sent: SentCommand = { vm, command, at: time(), result: { kind: "waiting" } };
  const heard: GatewayEvent[] = [];
  // A command may take an hour, in which a fleet sends more events than fit into memory.
  const stop = hear((event) => {
    if (event.vm === vm && event.event === "COMMAND_FINISHED_LATE") {
      heard.push(event);
    }
  });
  keep(sent);
  let result: Result;
  try {
    const value = await gateway.runCommand(vm, command, args, { ...(run !== null && { ifRun: run }), ...(timeout !== undefined && { timeout }) });
    result = { kind: "done", value, took: time() - sent.at };
  } catch (failure) {
    const became = resultOf(failure);
    result = became.kind === "refused" || became.kind === "not-sent" ? became : { kind: "unknown", failure };
  }

  stop();
  if (lastResult(vm, command)?.at !== sent.at) {
    // The user has signed out in the meantime, and the next one must not see the result.
    return;
  }

  // The event that settles it may have arrived before the response.
  const settled = heard.reduce(settledBy, { ...sent, result });
  keep(settled);
  keepSent({ at: new Date(sent.at).toISOString(), vm, command, arguments: args, outcome: outcomeOf(settled.result) });
}

/** Removes a result from the page. */
export function forgetResult({ vm, command }: SentCommand): void {
  const next = new Map(results.value);
  next.delete(keyOf(vm, command));
  results.value = next;
}

/** Forgets all of them. */
export function forgetResults(): void {
  results.value = new Map();
}

hear((event) => {
  for (const sent of results.value.values()) {
    const settled = settledBy(sent, event);
    if (settled !== sent) {
      keep(settled);
      settle(new Date(sent.at).toISOString(), outcomeOf(settled.result));
    }
  }
});

function outcomeOf(result: Result): "done" | "refused" | "not-sent" | "unknown" {
  return result.kind === "settled" ? (dataOf<"COMMAND_FINISHED_LATE">(result.by).outcome === "done" ? "done" : "refused") : result.kind === "waiting" ? "unknown" : result.kind;
}

function keep(sent: SentCommand): void {
  results.value = new Map(results.value).set(keyOf(sent.vm, sent.command), sent);
}

function keyOf(vm: string, command: string): string {
  return JSON.stringify([vm, command]);
}
