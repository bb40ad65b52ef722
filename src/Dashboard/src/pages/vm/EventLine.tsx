import type { GatewayEvent } from "@qmp-gateway/client";
import { eventPath } from "../../app/router.js";
import { Clock } from "../../parts/When.js";
import { isAlarm } from "../../qemu/events.js";

/** An event in a line: when, what, and its id. */
export function EventLine({ event }: { event: GatewayEvent }) {
  return (
    <li class="line">
      <Clock at={event.receivedAt} millis />
      <a class={`event ${isAlarm(event) ? "broken" : ""}`} href={eventPath(event.id)}>{event.event}</a>
      <span class="num quiet">#{event.id}</span>
    </li>
  );
}
