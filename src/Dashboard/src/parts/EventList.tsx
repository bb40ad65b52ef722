import type { GatewayEvent } from "@qmp-gateway/client";
import { useState } from "preact/hooks";
import { EventRow } from "./EventRow.js";

/** A short list of events, each of which opens in place. The page of events has its own, for long ones. */
export function EventList({ events, withoutVm = false }: { events: readonly GatewayEvent[]; withoutVm?: boolean }) {
  const [open, setOpen] = useState<string>();
  return (
    <ul class="events">
      {events.map((event) => (
        <li key={event.id}>
          <EventRow event={event} isOpen={open === event.id} withoutVm={withoutVm} onToggle={() => setOpen(open === event.id ? undefined : event.id)} />
        </li>
      ))}
    </ul>
  );
}
