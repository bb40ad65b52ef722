import type { GatewayEvent } from "@qmp-gateway/client";
import { useState } from "preact/hooks";
import { EventRow } from "./EventRow.js";

/**
 * A short list of events, each of which opens in place. The events page has its own list, for many events.
 *
 * @param onOpen Called with whether an event is open.
 */
export function EventList({ events, withoutVm = false, onOpen }: { events: readonly GatewayEvent[]; withoutVm?: boolean; onOpen?: (isOpen: boolean) => void }) {
  const [open, setOpen] = useState<string>();
  const toggle = (id: string): void => {
    setOpen(open === id ? undefined : id);
    onOpen?.(open !== id);
  };
  return (
    <ul class="events">
      {events.map((event) => (
        <li key={event.id}>
          <EventRow event={event} isOpen={open === event.id} withoutVm={withoutVm} onToggle={() => toggle(event.id)} />
        </li>
      ))}
    </ul>
  );
}
