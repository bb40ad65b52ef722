import type { GatewayEvent, HistoryFilter } from "@qmp-gateway/client";
import { gateway } from "../../app/session.js";
import { type Moment, momentOf, STATE_EVENTS } from "../../fleet/spans.js";
import type { Extent } from "./range.js";

const PAGE = 1000;
const PAGES = 3;

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

/** Reads a VM's history over a range: the newest 3,000 events of it, and its changes of state. */
export async function readHistory(vm: string, extent: Extent, signal: AbortSignal): Promise<History> {
  const within = { vms: [vm], since: iso(extent.from), until: iso(extent.to + 1), signal };
  const [all, before, after] = await Promise.all([
    readNewest(within),
    gateway.readHistory({ vms: [vm], events: STATE_EVENTS, until: within.since, order: "desc", limit: 8, signal }),
    gateway.readHistory({ vms: [vm], events: STATE_EVENTS, since: within.until, limit: 1, signal }),
  ]);
  // What happens often leaves no room for the changes of state, so those are then read alone.
  const states = all.isWhole ? all : await readNewest({ ...within, events: STATE_EVENTS });
  return {
    extent,
    events: all.items,
    eventsFrom: all.isWhole ? extent.from : timeOf(all.items[0]) ?? extent.from,
    moments: momentsOf([...(states.isWhole ? before.items.reverse() : []), ...states.items, ...after.items]),
    statesFrom: states.isWhole ? extent.from : timeOf(states.items[0]) ?? extent.from,
  };
}

/** When the journal's oldest event of a VM was received; undefined if it has none. */
export async function readOldest(vm: string, signal: AbortSignal): Promise<number | undefined> {
  return timeOf((await gateway.readHistory({ vms: [vm], limit: 1, signal })).items[0]);
}

/** The history with events that came since it was read. */
export function withLive(history: History, live: readonly GatewayEvent[]): History {
  const known = new Set(history.events.map((event) => event.id));
  const moments = new Set(history.moments.map((moment) => moment.event));
  const added = live.filter((event) => !known.has(event.id) && (timeOf(event) ?? 0) >= history.extent.from);
  return added.length === 0 ? history : {
    ...history,
    events: [...history.events, ...added].slice(-PAGE * PAGES),
    eventsFrom: history.events.length + added.length > PAGE * PAGES ? timeOf([...history.events, ...added].at(-PAGE * PAGES)) ?? history.eventsFrom : history.eventsFrom,
    moments: [...history.moments, ...momentsOf(added.filter((event) => !moments.has(event.id)))].sort((a, b) => a.at - b.at),
  };
}

async function readNewest(filter: HistoryFilter): Promise<{ items: GatewayEvent[]; isWhole: boolean }> {
  const items: GatewayEvent[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const read = await gateway.readHistory({ ...filter, order: "desc", limit: PAGE, ...(after !== undefined && { after }) });
    items.push(...read.items);
    after = read.next;
    if (read.items.length < PAGE) {
      return { items: items.reverse(), isWhole: true };
    }
  }

  return { items: items.reverse(), isWhole: false };
}

function momentsOf(events: readonly GatewayEvent[]): Moment[] {
  return events.flatMap((event) => momentOf(event) ?? []);
}

function timeOf(event: GatewayEvent | undefined): number | undefined {
  return event && Date.parse(event.receivedAt);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
