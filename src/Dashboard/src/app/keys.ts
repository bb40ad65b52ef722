import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go } from "./router.js";
import { may, type Role } from "./session.js";

/** A key of the page: one, or two in a row (`g v`). */
export interface Key {
  keys: string;
  does: string;
  run: () => void;
}

/** Whether the list of keyboard shortcuts is shown. */
export const keysShown = signal(false);

/** The keys of the page that is shown, in addition to those that work everywhere. */
export const pageKeys = signal<readonly Key[]>([]);

const EVERYWHERE: readonly (Key & { needs?: Role })[] = [
  { keys: "/", does: "Search", run: () => document.querySelector<HTMLElement>("[data-search]")?.focus() },
  { keys: "g v", does: "Virtual machines", run: () => go("/") },
  { keys: "g e", does: "Events", run: () => go("/ui/events") },
  { keys: "g c", does: "Commands", needs: "admin", run: () => go("/ui/commands") },
  { keys: "g a", does: "Audit", needs: "admin", run: () => go("/ui/audit") },
  { keys: "?", does: "All keyboard shortcuts", run: () => { keysShown.value = !keysShown.value; } },
];

/** The keys that work on every page, limited to what the user may do. */
export function everywhere(): readonly Key[] {
  return EVERYWHERE.filter(({ needs }) => needs === undefined || may(needs));
}

let first = "";
let firstAt = 0;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]") !== null) {
    if (event.key === "Escape" && isTyping(event.target)) {
      (event.target as HTMLElement).blur();
    }

    return;
  }

  const both = event.timeStamp - firstAt < 1500 ? `${first} ${event.key}` : event.key;
  const all = [...pageKeys.value, ...everywhere()];
  const key = all.find((one) => one.keys === both) ?? all.find((one) => one.keys === event.key);
  first = key === undefined ? event.key : "";
  firstAt = event.timeStamp;
  if (key !== undefined) {
    event.preventDefault();
    key.run();
  }
});

/** Registers keys for the page while it is shown. */
export function useKeys(keys: readonly Key[]): void {
  useEffect(() => { pageKeys.value = keys; });
  useEffect(() => () => { pageKeys.value = []; }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "radio"));
}
