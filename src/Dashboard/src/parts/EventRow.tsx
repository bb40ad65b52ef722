import type { GatewayEvent } from "@qmp-gateway/client";
import { eventPath, vmPath } from "../app/router.js";
import { isAlarm } from "../qemu/events.js";
import { eventWords } from "../qemu/eventWords.js";
import { EventDetails } from "./EventDetails.js";
import { Mark } from "./StateMark.js";
import { Clock } from "./When.js";
import "./event.css";

/** How to show an event. */
export interface EventRowProps {
  event: GatewayEvent;
  /** Whether its details are shown below it. */
  isOpen: boolean;
  onToggle: () => void;
  /** Leaves the VM out, where all events are of one. */
  withoutVm?: boolean;
  /** The page is about this event alone. */
  isAlone?: boolean;
}

/** An event on a line: when, which VM, what, and its id, which is a link. A click anywhere else, or Enter, opens its details below it. */
export function EventRow({ event, isOpen, onToggle, withoutVm = false, isAlone = false }: EventRowProps) {
  const alarm = isAlarm(event);
  const details = `event-${event.id}`;
  const words = eventWords(event);
  const toggle = (click: MouseEvent): void => {
    // A link goes its way, and text that was selected stays.
    if (!(click.target instanceof Element && click.target.closest("a, button") !== null) && String(getSelection()) === "") {
      onToggle();
    }
  };
  return (
    <div class={`event${alarm ? " alarm" : ""}${isOpen ? " open" : ""}${withoutVm ? " without-vm" : ""}`}>
      <div class="event-line" onClick={toggle}>
        <Clock at={event.receivedAt} millis />
        {!withoutVm && <a class="event-vm" href={vmPath(event.vm)} title={event.vm}>{event.vm}</a>}
        <button type="button" class="event-name" data-event={event.id} aria-expanded={isOpen} aria-controls={isOpen ? details : undefined} onClick={onToggle}>
          {alarm && <Mark tone="broken" />}
          <span>{event.event}</span>
        </button>
        <span class="event-words" title={words}><bdi>{words}</bdi></span>
        <a class="event-id num" href={eventPath(event.id)} aria-label={`Event ${event.id}`}>{event.id}</a>
      </div>
      {isOpen && <div id={details}><EventDetails event={event} isAlone={isAlone} /></div>}
    </div>
  );
}
