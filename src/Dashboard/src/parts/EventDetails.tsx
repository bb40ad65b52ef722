import type { GatewayEvent } from "@qmp-gateway/client";
import { eventPath, vmPath } from "../app/router.js";
import { meaningOf } from "../qemu/eventMeanings.js";
import { isAlarm } from "../qemu/events.js";
import { type Data, membersOf, text, visible } from "../qemu/words.js";
import { CopyButton } from "./CopyButton.js";
import { EventTimes } from "./EventTimes.js";
import { PanicReport } from "./PanicReport.js";
import { prettyJson } from "./prettyJson.js";
import "./event.css";

/** Everything about an event: what it means for the guest, what to do, its times, and its exact data. */
export function EventDetails({ event, isAlone = false }: { event: GatewayEvent; isAlone?: boolean }) {
  const meaning = meaningOf(event) ?? "This dashboard does not know this QEMU event. Its data is shown as QEMU sent it.";
  const data = membersOf(event.data);
  const isPanic = event.origin === "qemu" && (event.event === "GUEST_PANICKED" || event.event === "GUEST_CRASHLOADED");
  const address = new URL(eventPath(event.id), location.href).href;
  return (
    <div class="event-details">
      <div class="story">
        <p class={isAlarm(event) ? "failure" : "meaning"}>{meaning}</p>
        {isPanic && <PanicReport info={data.info} />}
        <dl class="facts">
          {event.origin === "gateway" && <Cause of={data} />}
          <EventTimes event={event} />
          <dt>Sent by</dt>
          <dd>{event.origin === "gateway" ? "the gateway" : "QEMU"}</dd>
        </dl>
        <p class="buttons">
          <CopyButton text={() => prettyJson(event)} name="Copy as JSON" />
          <CopyButton text={address} name="Copy link" />
          {!isAlone && <a class="btn" href={eventPath(event.id)}>Events around it</a>}
          <a class="btn" href={vmPath(event.vm)}>Open {event.vm}</a>
        </p>
      </div>
      <pre class="event-json" tabIndex={0} role="region" aria-label={`Event ${event.id} as JSON`}>{visible(prettyJson(event))}</pre>
    </div>
  );
}

// What led to a state: another event, or somebody's command.
function Cause({ of }: { of: Data }) {
  const { event, id, command, who } = membersOf(of.cause);
  if (typeof event !== "string" && typeof command !== "string") {
    return null;
  }

  return (
    <>
      <dt>Cause</dt>
      <dd>
        {typeof event === "string"
          ? (typeof id === "string" ? <a href={eventPath(id)}>{event} <span class="num">{id}</span></a> : event)
          : <>{text(who)} sent <code>{text(command)}</code></>}
      </dd>
    </>
  );
}
