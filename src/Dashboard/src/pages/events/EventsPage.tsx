import type { GatewayEvent } from "@qmp-gateway/client";
import { useEffect, useState } from "preact/hooks";
import { gateway } from "../../app/session.js";
import { EventList } from "../../parts/EventList.js";

export function EventsPage({ id }: { id?: string | undefined }) {
  const [events, setEvents] = useState<readonly GatewayEvent[]>([]);
  useEffect(() => { void gateway.readHistory({ order: "desc", limit: 1000 }).then(({ items }) => setEvents(items)); }, []);
  return <><h1>Events {id}</h1><div class="card"><EventList events={events} /></div></>;
}
