import { signal } from "@preact/signals";
import type { JsonObject } from "../../parts/json.js";
import { isObject } from "../../parts/json.js";
import { prettyJson } from "../../parts/prettyJson.js";
import { type JsonFault, readJson } from "./form/readJson.js";

/** A command's arguments while somebody writes them: the form and the JSON are two views of them. */
export interface Draft {
  /** The arguments that the form shows. */
  value: JsonObject;
  /** The JSON as it was typed or made. */
  text: string;
  /** Why the text is not what the form shows; undefined if it is. */
  fault?: JsonFault;
}

/** Arguments as both views show them. */
export function draftOf(value: JsonObject): Draft {
  return { value, text: prettyJson(value) };
}

/** The draft after the JSON was typed. The form keeps the last arguments that were valid. */
export function typed(draft: Draft, text: string): Draft {
  if (text.trim() === "") {
    return { value: {}, text };
  }

  const read = readJson(text);
  return "fault" in read ? { value: draft.value, text, fault: read.fault }
    : isObject(read.value) ? { value: read.value, text }
      : { value: draft.value, text, fault: { line: 1, column: 1, message: "arguments must be an object, in { }" } };
}

// Typed arguments are restored when the user returns to a command. They are kept only in the page's memory, because they may contain secrets.
const drafts = new Map<string, Draft>();

/** What was typed for a command of a VM; undefined if nothing was. */
export function recall(vm: string, command: string): Draft | undefined {
  return drafts.get(keyOf(vm, command));
}

/** Keeps what was typed. */
export function remember(vm: string, command: string, draft: Draft): void {
  drafts.set(keyOf(vm, command), draft);
}

/** Counts how often earlier arguments were restored. The form is then rebuilt. */
export const reuses = signal(0);

/** Restores earlier arguments. */
export function reuse(vm: string, command: string, args: JsonObject): void {
  remember(vm, command, draftOf(args));
  reuses.value++;
}

/** Forgets what was typed, since another person may sign in. */
export function forgetDrafts(): void {
  drafts.clear();
}

function keyOf(vm: string, command: string): string {
  return JSON.stringify([vm, command]);
}
