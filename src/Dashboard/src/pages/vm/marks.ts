import type { GatewayEvent } from "@qmp-gateway/client";
import { STATE_EVENTS } from "../../fleet/spans.js";
import { isAlarm } from "../../qemu/events.js";
import type { Extent } from "./range.js";

/** One event, or several that are too close to distinguish. */
export interface EventMark {
  /** From the left edge, in pixels. */
  x: number;
  /** Oldest first. */
  events: readonly GatewayEvent[];
  isAlarm: boolean;
  text: string;
  /** Whether its text has room. */
  isLabelled: boolean;
}

// Wide enough for a finger.
const APART = 24;
const GAP = 10;
// A mark at the edge is shown whole.
const EDGE = 6;

/** Marks for events in a range, oldest first. Changes of state are left out: they are the band itself. */
export function marksOf(events: readonly GatewayEvent[], { from, to }: Extent, width: number): EventMark[] {
  const place = (event: GatewayEvent): number => Math.min(Math.max(((Date.parse(event.receivedAt) - from) / (to - from)) * width, EDGE), width - EDGE);
  const groups: { x: number; events: GatewayEvent[] }[] = [];
  for (const event of events) {
    const at = Date.parse(event.receivedAt);
    if (at < from || at > to || isState(event)) {
      continue;
    }

    const x = place(event);
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < APART) {
      last.events.push(event);
    } else {
      groups.push({ x, events: [event] });
    }
  }

  return labelled(groups.map(({ x, events: close }) => {
    // An alarm is shown where it was, not where its neighbours begin.
    const alarm = close.find(isAlarm);
    return { x: alarm === undefined ? x : place(alarm), events: close, isAlarm: alarm !== undefined, text: textOf(close), isLabelled: false };
  }), width);
}

/** The place of a label's middle: beside its mark at the edges, so that none of it is cut off. */
export function labelAt({ x, text }: Pick<EventMark, "x" | "text">, width: number): number {
  const half = textWidth(text) / 2;
  return width < 2 * half ? width / 2 : Math.min(Math.max(x, half), width - half);
}

/** How wide a text of the band is at most, in pixels: its font is one of several, so this is for the widest. */
export function textWidth(text: string): number {
  return [...text].reduce((sum, one) => sum + (/[A-Z_×0-9]/.test(one) ? 8.6 : 7.2), 0);
}

// Alarms get their labels first, then the newest.
function labelled(marks: EventMark[], width: number): EventMark[] {
  const taken: [number, number][] = [];
  for (const mark of [...marks.filter((one) => one.isAlarm).reverse(), ...marks.filter((one) => !one.isAlarm).reverse()]) {
    const half = (textWidth(mark.text) + GAP) / 2;
    const middle = labelAt(mark, width);
    if (taken.every(([start, end]) => middle + half <= start || middle - half >= end)) {
      taken.push([middle - half, middle + half]);
      mark.isLabelled = true;
    }
  }

  return marks;
}

function textOf(events: readonly GatewayEvent[]): string {
  const worst = events.find(isAlarm);
  const name = (worst ?? events[0])?.event ?? "";
  return events.length === 1 ? name : events.every((event) => event.event === name) ? `${name} ×${events.length}` : worst !== undefined ? `${name} +${events.length - 1}` : `${events.length} events`;
}

function isState(event: GatewayEvent): boolean {
  return event.origin === "gateway" && (STATE_EVENTS as readonly string[]).includes(event.event) && !isAlarm(event);
}
