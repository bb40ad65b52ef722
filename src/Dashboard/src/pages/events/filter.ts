import { type GatewayEvent, type HistoryFilter, writeJson } from "@qmp-gateway/client";
import { compiled } from "../../app/patterns.js";
import { ALARM_NAMES, isAlarm } from "../../qemu/events.js";
import { eventWords, NAMES } from "../../qemu/eventWords.js";
import { membersOf } from "../../qemu/words.js";

/** Which events a reader wants to see. All of it is in the page's address. */
export interface EventsFilter {
  /** Ids of VMs, or patterns. */
  vms: readonly string[];
  /** Names of events, or patterns. */
  events: readonly string[];
  /** `key=value`. */
  labels: readonly string[];
  /** `NAME=VALUE`, where dots reach inside. */
  data: readonly string[];
  /** Words that must all be somewhere in the event. */
  words: string;
  /** A time, or an age such as `15m`. */
  since: string;
  until: string;
  alarms: boolean;
  /** The events older than this one; empty for the newest. */
  before: string;
}

/** The filter of an address. */
export function filterOf(query: URLSearchParams): EventsFilter {
  const all = (name: string): string[] => query.getAll(name).flatMap((value) => value.split(/[\s,]+/)).filter((value) => value !== "");
  return {
    vms: all("vm"), events: all("event"), labels: pairs(query.getAll("label")), data: pairs(query.getAll("data")),
    words: query.get("q") ?? "", since: query.get("since") ?? "", until: query.get("until") ?? "", alarms: query.has("alarms"), before: query.get("before") ?? "",
  };
}

/** Whether new events belong to it: not to a range that is over, nor to a page of older ones. */
export function isLive(filter: EventsFilter): boolean {
  return filter.until === "" && filter.before === "";
}

/** Whether it leaves anything out. */
export function isNarrow(filter: EventsFilter): boolean {
  return filter.vms.length + filter.events.length + filter.labels.length + filter.data.length > 0 || filter.words !== "" || filter.alarms || filter.since !== "" || filter.until !== "";
}

/**
 * The filter to send to the gateway. It cannot search for words or only for alarms, so the page filters the result further.
 *
 * @param isVm Whether there is a VM of this id. A part of an id, without a `*`, means all VMs whose id has it.
 */
export function asked(filter: EventsFilter, isVm: (id: string) => boolean): HistoryFilter {
  const events = filter.events.map(eventPattern);
  return {
    ...(filter.vms.length > 0 && { vms: filter.vms.map((vm) => vmPattern(vm, isVm)) }),
    ...(events.length > 0 ? { events } : filter.alarms && { events: ALARM_NAMES }),
    ...(filter.labels.length > 0 && { labels: Object.fromEntries(filter.labels.map(pair)) }),
    ...(filter.data.length > 0 && { data: Object.fromEntries(filter.data.map(pair)) }),
    ...(filter.since !== "" && { since: filter.since }),
    ...(filter.until !== "" && { until: filter.until }),
  };
}

/** Whether an event fits what the gateway cannot filter by. */
export function fitsHere(filter: EventsFilter): (event: GatewayEvent) => boolean {
  const words = filter.words.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return (event) => (!filter.alarms || isAlarm(event)) && (words.length === 0 || hasWords(event, words));
}

/**
 * Whether an event that comes live fits all of a filter.
 *
 * @param labelsOf The labels that a VM has now; undefined if there is no such VM.
 */
export function fits(filter: EventsFilter, isVm: (id: string) => boolean, labelsOf: (vm: string) => Readonly<Record<string, string>> | undefined): (event: GatewayEvent) => boolean {
  const vms = compiled(filter.vms.map((vm) => vmPattern(vm, isVm)));
  const events = compiled(filter.events.map(eventPattern));
  const labels = filter.labels.map(pair);
  const data = filter.data.map(pair);
  const here = fitsHere(filter);
  return (event) => events(event.event) && vms(event.vm)
    && labels.every(([name, value]) => labelsOf(event.vm)?.[name] === value)
    && data.every(([path, value]) => textAt(event.data, path) === value)
    && here(event);
}

function hasWords(event: GatewayEvent, words: readonly string[]): boolean {
  const text = `${event.id} ${event.vm} ${event.event} ${eventWords(event)} ${writeJson(event.data)}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function vmPattern(typed: string, isVm: (id: string) => boolean): string {
  return typed.includes("*") || isVm(typed) ? typed : `*${typed}*`;
}

function eventPattern(typed: string): string {
  const name = typed.toUpperCase();
  return name.includes("*") || NAMES.has(name) ? name : `*${name}*`;
}

// The text of a member, as the gateway compares it.
function textAt(data: unknown, path: string): string | undefined {
  const found = path.split(".").reduce<unknown>((value, name) => (Object.hasOwn(membersOf(value), name) ? membersOf(value)[name] : undefined), data);
  return typeof found === "string" ? found : found === undefined ? undefined : writeJson(found);
}

// Several pairs may stand in one field: a space and a name with `=` begin the next.
function pairs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.trim().split(/\s+(?=[^\s=]+=)/)).filter((text) => text.indexOf("=") > 0);
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}
