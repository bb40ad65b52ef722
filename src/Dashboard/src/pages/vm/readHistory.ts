import type { GatewayEvent, HistoryFilter } from "@qmp-gateway/client";
import { gateway } from "../../app/session.js";
import { STATE_EVENTS } from "../../fleet/spans.js";
import { type History, momentsOf, MOST, timeOf } from "./history.js";
import type { Extent } from "./range.js";

const PAGE = 1000;

/** Reads a VM's history over a range: the newest 3,000 events of it, and its changes of state. */
export async function readHistory(vm: string, extent: Extent, signal: AbortSignal): Promise<History> {
  const within = { vms: [vm], since: iso(extent.from), until: iso(extent.to + 1), signal };
  const [all, before, after] = await Promise.all([
    readNewest(within),
    gateway.readHistory({ vms: [vm], events: STATE_EVENTS, until: within.since, order: "desc", limit: 8, signal }),
    gateway.readHistory({ vms: [vm], events: STATE_EVENTS, since: within.until, limit: 1, signal }),
  ]);
  // Frequent events leave no room for the state changes, so those are then read separately.
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

async function readNewest(filter: HistoryFilter): Promise<{ items: GatewayEvent[]; isWhole: boolean }> {
  const items: GatewayEvent[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST / PAGE; page++) {
    const read = await gateway.readHistory({ ...filter, order: "desc", limit: PAGE, ...(after !== undefined && { after }) });
    items.push(...read.items);
    after = read.next;
    if (read.items.length < PAGE) {
      return { items: items.reverse(), isWhole: true };
    }
  }

  return { items: items.reverse(), isWhole: false };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
