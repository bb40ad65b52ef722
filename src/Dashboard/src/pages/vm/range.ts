/** A range of time: the last so many milliseconds, everything that the journal has, or two fixed times in milliseconds. */
export type Range = { last: number | "all" } | { from: number; to: number };

/** A range in milliseconds, as it is at one moment. */
export interface Extent {
  from: number;
  to: number;
}

/** What can be shown: from the oldest event of the journal until now. */
export interface Bounds {
  oldest: number;
  now: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const SHORTEST = MINUTE;
// No journal reaches back as far, and dates end at some time.
const LONGEST = 100 * 365 * DAY;
const DEFAULT: Range = { last: HOUR };
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE, h: HOUR, d: DAY };

/** The range that an address names; an hour if it names none. */
export function readRange(query: URLSearchParams): Range {
  const [from, to] = [Date.parse(query.get("from") ?? ""), Date.parse(query.get("to") ?? "")];
  if (to > from && from >= 0) {
    return { from, to };
  }

  const last = query.get("last") ?? "";
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(last) ?? [];
  return last === "all" ? { last } : count === undefined || Number(count) === 0 ? DEFAULT : { last: Math.min(Math.max(Number(count) * (UNITS[unit] ?? 0), SHORTEST), LONGEST) };
}

/** The members of an address that name a range. */
export function writeRange(range: Range): { last: string | undefined; from: string | undefined; to: string | undefined } {
  if ("from" in range) {
    return { last: undefined, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  }

  const last = range.last;
  const unit = last === "all" ? undefined : ["d", "h", "m"].find((one) => last % (UNITS[one] ?? 1) === 0);
  const text = last === "all" ? last : unit === undefined ? `${Math.round(last / 1000)}s` : `${last / (UNITS[unit] ?? 1)}${unit}`;
  return { last: last === HOUR ? undefined : text, from: undefined, to: undefined };
}

/** The range as it is now. */
export function extentOf(range: Range, bounds: Bounds): Extent {
  return "from" in range ? { from: range.from, to: Math.min(range.to, Math.max(bounds.now, range.from + 1)) }
    : { from: bounds.now - (range.last === "all" ? longest(bounds) : range.last), to: bounds.now };
}

/** The range made longer (a factor above 1) or shorter, about a place in it from 0 to 1. */
export function zoomed(range: Range, factor: number, at: number, bounds: Bounds): Range {
  const { from, to } = extentOf(range, bounds);
  const length = Math.min(Math.max((to - from) * factor, SHORTEST), longest(bounds));
  // A range that follows the present keeps following it if its right end stays.
  const start = from + (to - from - length) * at;
  return fitted(start, length, bounds);
}

/** The range moved by a part of its length: to earlier times if it is negative. */
export function panned(range: Range, part: number, bounds: Bounds): Range {
  const { from, to } = extentOf(range, bounds);
  return fitted(from + (to - from) * part, to - from, bounds);
}

// Within what can be shown. A range that reaches the present follows it.
function fitted(start: number, length: number, bounds: Bounds): Range {
  const from = Math.min(Math.max(start, bounds.now - longest(bounds)), bounds.now - length);
  if (length >= longest(bounds)) {
    return { last: "all" };
  }

  return from + length >= bounds.now - length / 200 ? { last: Math.round(length / 1000) * 1000 } : { from: Math.round(from), to: Math.round(from + length) };
}

function longest({ oldest, now }: Bounds): number {
  return Math.max(now - oldest, SHORTEST);
}
