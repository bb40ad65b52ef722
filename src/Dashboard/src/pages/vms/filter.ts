import type { Need } from "../../fleet/needs.js";
import type { Row } from "../../fleet/fleet.js";
import { memberOf } from "../../parts/json.js";
import { stateOf, type Tone } from "../../qemu/runStates.js";

/** What the counts on top filter by: the tones, and what needs attention. */
export type Show = Tone | "needs";

/** What a reader wants to see. */
export interface Filter {
  /** Words that must all be in the id, a label, the state or the endpoint. */
  words: string;
  show: Show | undefined;
}

/** The rows that a filter leaves, by id. */
export function filtered(rows: Iterable<Row>, needs: readonly Need[], { words, show }: Filter): Row[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const needy = new Set(show === "needs" ? needs.map(({ vm }) => vm.id) : []);
  return [...rows]
    .filter((row) => (show === undefined || (show === "needs" ? needy.has(row.vm.id) : stateOf(row.vm).tone === show)) && fits(row, wanted))
    .sort((a, b) => compare(a.vm.id, b.vm.id));
}

/** How many VMs there are of each tone. */
export function countTones(rows: Iterable<Row>): ReadonlyMap<Tone, number> {
  const counts = new Map<Tone, number>();
  for (const { vm } of rows) {
    const { tone } = stateOf(vm);
    counts.set(tone, (counts.get(tone) ?? 0) + 1);
  }

  return counts;
}

/** A heading, or a VM below it. */
export type Line = { heading: string; count: number } | Row;

/** Rows below a heading for each value of a label; those without it come last. */
export function grouped(rows: readonly Row[], label: string): Line[] {
  if (label === "") {
    return [...rows];
  }

  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const value = memberOf(row.vm.labels, label) ?? "";
    const members = groups.get(value) ?? [];
    members.push(row);
    groups.set(value, members);
  }

  return [...groups.keys()].sort((a, b) => (a === "" ? 1 : b === "" ? -1 : compare(a, b))).flatMap((value): Line[] => {
    const members = groups.get(value) ?? [];
    return [{ heading: value === "" ? `Without ${label}` : `${label}=${value}`, count: members.length }, ...members];
  });
}

/** All names of labels. */
export function labelNames(rows: Iterable<Row>): string[] {
  return [...new Set([...rows].flatMap(({ vm }) => Object.keys(vm.labels)))].sort(compare);
}

function fits({ vm }: Row, words: readonly string[]): boolean {
  if (words.length === 0) {
    return true;
  }

  const text = `${vm.id} ${stateOf(vm).word} ${vm.status?.status ?? ""} ${vm.connection.state} ${Object.entries(vm.labels).map(([name, value]) => `${name}=${value}`).join(" ")} ${vm.endpoint}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

// Not localeCompare, which takes milliseconds for a thousand ids, each frame. Ids are ASCII.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
