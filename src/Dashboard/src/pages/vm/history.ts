import type { GatewayEvent } from "@qmp-gateway/client";
import { type Moment, momentOf } from "../../fleet/spans.js";
import type { Extent } from "./range.js";

/** How many events of a range are kept. */
export const MOST = 3000;

/** The part of a VM's history that the page has read. */
export interface History {
  /** What was asked for. */
  extent: Extent;
  /** Events, oldest first. All of the extent from `eventsFrom` on. */
  events: readonly GatewayEvent[];
  eventsFrom: number;
  /** Changes of state, oldest first, with the one before the extent and the one after it. All of the extent from `statesFrom` on. */
  moments: readonly Moment[];
  statesFrom: number;
}

/** The history with events that came since it was read. */
export function withLive(history: History, live: readonly GatewayEvent[]): History {
  const known = new Set(history.events.map((event) => event.id));
  const moments = new Set(history.moments.map((moment) => moment.event));
  const added = live.filter((event) => !known.has(event.id) && (timeOf(event) ?? 0) >= history.extent.from);
  return added.length === 0 ? history : {
    ...history,
    events: [...history.events, ...added].slice(-MOST),
    eventsFrom: history.events.length + added.length > MOST ? timeOf([...history.events, ...added].at(-MOST)) ?? history.eventsFrom : history.eventsFrom,
    moments: [...history.moments, ...momentsOf(added.filter((event) => !moments.has(event.id)))].sort((a, b) => a.at - b.at),
  };
}

/** The changes of state among events. */
export function momentsOf(events: readonly GatewayEvent[]): Moment[] {
  return events.flatMap((event) => momentOf(event) ?? []);
}

/** When an event was received, in milliseconds. */
export function timeOf(event: GatewayEvent | undefined): number | undefined {
  return event && Date.parse(event.receivedAt);
}
