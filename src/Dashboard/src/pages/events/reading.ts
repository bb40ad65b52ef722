import type { EventPage } from "@qmp-gateway/client";
import { gateway } from "../../app/session.js";
import { fleet } from "../../fleet/fleet.js";
import type { Source } from "./feed.js";
import { asked, type EventsFilter, fits, fitsHere } from "./filter.js";

/** Reads the events that fit a filter. */
export function sourceOf(filter: EventsFilter): Source {
  const isVm = (id: string): boolean => fleet.value.has(id);
  const query = asked(filter, isVm);
  return {
    read: (page): Promise<EventPage> => gateway.readHistory({ ...query, ...page }),
    fitsHere: fitsHere(filter),
    fits: fits(filter, isVm, (vm) => fleet.value.get(vm)?.vm.labels),
  };
}
