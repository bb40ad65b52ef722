import type { Extent } from "./range.js";

/** A mark of the axis. */
export interface Tick {
  at: number;
  text: string;
  /** A new day: its date is shown, and its line is stronger. */
  isDay: boolean;
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const STEPS: readonly number[] = [
  SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY,
];

/** Ticks at round local times, not closer than so many pixels. */
export function ticksOf({ from, to }: Extent, width: number, closest = 96): Tick[] {
  const least = ((to - from) / Math.max(width, 1)) * closest;
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / (28 * DAY)) * 28 * DAY;
  const ticks: Tick[] = [];
  for (let at = firstAfter(from, step); at < to; at = next(at, step)) {
    ticks.push({ at, text: textOf(new Date(at), step), isDay: isMidnight(new Date(at)) });
  }

  return ticks;
}

// Local time is a whole number of steps from local midnight, also where the zone is half an hour off.
function firstAfter(from: number, step: number): number {
  const midnight = new Date(from);
  midnight.setHours(0, 0, 0, 0);
  return step >= DAY ? next(midnight.getTime(), DAY) : midnight.getTime() + Math.ceil((from - midnight.getTime()) / step) * step;
}

// Days are not all of 24 hours: the clocks may change.
function next(at: number, step: number): number {
  if (step < HOUR) {
    return at + step;
  }

  const date = new Date(at);
  if (step >= DAY) {
    date.setDate(date.getDate() + step / DAY);
    return date.getTime();
  }

  const hours = step / HOUR;
  date.setHours((Math.floor(date.getHours() / hours) + 1) * hours);
  return date.getTime() > at ? date.getTime() : at + step;
}

function textOf(date: Date, step: number): string {
  if (isMidnight(date)) {
    return date.toLocaleDateString(undefined, { month: "short", day: "numeric" });
  }

  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((value) => String(value).padStart(2, "0"));
  return step < MINUTE ? `${hours}:${minutes}:${seconds}` : `${hours}:${minutes}`;
}

function isMidnight(date: Date): boolean {
  return date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0 && date.getMilliseconds() === 0;
}
