import { utcTime } from "../app/times.js";
import { type Data, joined, membersOf, text } from "./words.js";

/** The gateway's own events in a few words, by name (section 4 of the API's guide). */
export const GATEWAY_WORDS: Readonly<Record<string, (data: Data) => string>> = {
  VM_ADDED: (data) => joined(by(data.who), text(data.endpoint)),
  VM_REMOVED: (data) => by(data.who),
  VM_CHANGED: (data) => joined(["labels", "endpoint", "actions", "source"].filter((name) => name in data).join(", "), by(data.who)),
  VM_CONNECTED: (data) => joined(
    `QEMU ${text(membersOf(data.qemu).version)}`, text(membersOf(data.status).status), data.resumed === true && "events may have been missed in between"),
  VM_DISCONNECTED: (data) => text(data.reason),
  VM_CONNECTION_CHANGED: (data) => joined(`${text(data.previous)} → ${text(data.state)}`, text(data.reason)),
  VM_ENDED: (data) => joined(data.reason === null || data.reason === undefined ? "QEMU did not say why" : `reason ${text(data.reason)}`, after(data.cause)),
  VM_STATUS_CHANGED: (data) => joined(statusChange(data), after(data.cause)),
  COMMAND_FINISHED_LATE: (data) => joined(`${text(data.command)} ${text(data.outcome)}`, text(membersOf(data.qmpError).desc), by(data.who)),
  EVENTS_LOST: (data) => joined(
    data.count === null || data.count === undefined ? "an unknown number of events is missing" : data.count === 1 ? "1 event is missing" : `${text(data.count)} events are missing`,
    typeof data.from === "string" && typeof data.to === "string" && `received ${utcTime(data.from)} to ${utcTime(data.to)}`,
    "the gateway could not store them"),
  HOST_LOST: (data) => text(data.host ?? data.id),
  HOST_ONLINE: (data) => text(data.host ?? data.id),
};

function statusChange(data: Data): string {
  const previous = membersOf(data.previous).status;
  const status = text(membersOf(data.status).status);
  return previous === undefined ? status : `${text(previous)} → ${status}`;
}

// What led to a state: an event, or somebody's command.
function after(cause: unknown): string {
  const { event, command, who } = membersOf(cause);
  return event !== undefined && event !== null ? `by ${text(event)}` : command !== undefined && command !== null ? `by ${text(who)} (${text(command)})` : "";
}

function by(who: unknown): string {
  return who === undefined || who === null ? "" : `by ${text(who)}`;
}
