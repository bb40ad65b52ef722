import type { GatewayEvent } from "@qmp-gateway/client";
import { useState } from "preact/hooks";
import { EventRow } from "./EventRow.js";

/**
 * A short list of events, each of which opens in place. The page of events has its own, for long ones.
 *
 * @param onOpen Is told whether one is open.
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
