import { type CursorExpiredError, GatewayError, type GatewayEvent, type Vm } from "@qmp-gateway/client";
import { signal } from "@preact/signals";
import { time } from "../app/clock.js";
import { gateway, session } from "../app/session.js";
import { type Moment, momentOf, STATE_EVENTS } from "./spans.js";

/** A VM and what the page has received about it. */
export interface Row {
  vm: Vm;
  /** The changes of its state in the last hour, oldest first. */
  moments: readonly Moment[];
  /** Its latest event; undefined until one is received or read. */
  last?: GatewayEvent;
}

/** Whether the shown data is current. */
export type Hearing =
  | { state: "connecting" }
  | { state: "live" }
  /** `why`: the error that the gateway returned; undefined if there was no response. */
  | { state: "lost"; since: number; noticedAt: number; why?: GatewayError };

/** A gap: events that the page did not receive in time, and that the gateway no longer keeps. */
export interface Missed {
  at: number;
  /** The last event or list that the page received. */
  after: string | undefined;
  /** The gateway keeps what is after this one. */
  oldest: string;
}

/** How far the page has followed the journal. Every later event is passed to the listeners. */
export interface HeardUpTo {
  cursor: string;
  /** The event with that id, if it was received. */
  event?: GatewayEvent;
}

const HOUR = 3_600_000;
const PAGES_OF_HISTORY = 20;

/** All VMs by id. A new map at most once a frame, however many events come. */
export const fleet = signal<ReadonlyMap<string, Row>>(new Map());

/** Whether the VMs have been listed. */
export const isListed = signal(false);

export const hearing = signal<Hearing>({ state: "connecting" });

/** When the gateway last sent something, in its time. The shown data is as of then. */
export const heardAt = signal<number | undefined>(undefined);

/** What was missed, newest last. */
export const missed = signal<readonly Missed[]>([]);

/** Why the page no longer follows the gateway; undefined while it does. */
export const refused = signal<unknown>(undefined);

/** How often the VMs were listed. Each list after the first follows a gap in the events. */
export const lists = signal(0);

const rows = new Map<string, Row>();
const listeners = new Set<(event: GatewayEvent) => void>();
const reopened = new Set<() => void>();
let isDrawing = false;
let upTo: HeardUpTo | undefined;

/** Calls the listener with every event from now on. Returns a function that stops it. */
export function hear(listener: (event: GatewayEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How far the page has followed the journal; undefined before the first list. */
export function heardUpTo(): HeardUpTo | undefined {
  return upTo;
}

/** Calls the listener each time the stream reopens after a break. Returns a function that stops it. */
export function onReopened(listener: () => void): () => void {
  reopened.add(listener);
  return () => reopened.delete(listener);
}

/** Follows the gateway until the signal is aborted. */
export async function follow(signal: AbortSignal): Promise<void> {
  forgetAll();
  const offline = (): void => lost();
  addEventListener("offline", offline);
  try {
    const changes = gateway.watch({
      signal,
      events: ["*"],
      happened: take,
      heard: () => { heardAt.value = time(); },
      opened: () => {
        const again = hearing.value.state === "lost";
        hearing.value = { state: "live" };
        heardAt.value = time();
        if (again) {
          reopened.forEach((listener) => listener());
        }
      },
      broke: lost,
      listed: (list) => {
        // Not with the next frame, because a VM that is not in the list no longer exists.
        show();
        upTo = { cursor: list.cursor };
        isListed.value = true;
        lists.value++;
        void readHour();
      },
      missed: (failure: CursorExpiredError) => { missed.value = [...missed.value, { at: time(), after: upTo?.cursor, oldest: failure.oldest }]; },
    });
    for await (const { kind, vm } of changes) {
      if (kind === "removed") {
        rows.delete(vm.id);
      } else {
        rows.set(vm.id, { ...(rows.get(vm.id) ?? { moments: [] }), vm });
      }

      draw();
    }
  } catch (failure) {
    if (!signal.aborted) {
      refused.value = failure;
    }
  } finally {
    removeEventListener("offline", offline);
  }
}

/** Reads the latest event of a VM from which none has been received yet. */
export async function readLast(vm: string): Promise<void> {
  const { items } = await gateway.readHistory({ vms: [vm], order: "desc", limit: 1 });
  const row = rows.get(vm);
  if (row !== undefined && row.last === undefined && items[0] !== undefined) {
    rows.set(vm, { ...row, last: items[0] });
    draw();
  }
}

function forgetAll(): void {
  rows.clear();
  fleet.value = new Map();
  hearing.value = { state: "connecting" };
  heardAt.value = undefined;
  isListed.value = false;
  refused.value = undefined;
  missed.value = [];
  upTo = undefined;
  lists.value = 0;
}

// Another person may see other VMs: nothing of these is drawn for them, not even once.
session.subscribe((now) => {
  if (now.state === "signed-out") {
    forgetAll();
  }
});

function lost(failure?: unknown): void {
  const before = hearing.value;
  const { since, noticedAt } = before.state === "lost" ? before : { since: heardAt.value ?? time(), noticedAt: time() };
  const isAnswer = failure instanceof GatewayError && (failure.status > 0 || failure.slug === "unexpected-response");
  hearing.value = { state: "lost", since, noticedAt, ...(isAnswer && { why: failure }) };
}

function take(event: GatewayEvent): void {
  upTo = { cursor: event.id, event };
  const row = rows.get(event.vm);
  if (row !== undefined) {
    const moment = momentOf(event);
    rows.set(event.vm, { ...row, last: event, ...(moment && { moments: inTheHour([...row.moments, moment]) }) });
    draw();
  }

  listeners.forEach((listener) => listener(event));
}

// The strips of the list need the states of the hour before the page was opened. They come a page at a time, newest first, and each is shown at once.
async function readHour(): Promise<void> {
  let after: string | undefined;
  for (let page = 0; page < PAGES_OF_HISTORY; page++) {
    let items: readonly GatewayEvent[];
    try {
      const read = await gateway.readHistory({ events: STATE_EVENTS, since: "1h", order: "desc", limit: 1000, ...(after !== undefined && { after }) });
      items = read.items;
      after = read.next;
    } catch {
      // The strips then begin when the page was opened. The next list tries again.
      return;
    }

    for (const event of items) {
      const row = rows.get(event.vm);
      const moment = row && momentOf(event);
      if (row !== undefined && moment !== undefined && !row.moments.some((one) => one.event === moment.event)) {
        rows.set(event.vm, { ...row, moments: [...row.moments, moment].sort((a, b) => a.at - b.at) });
      }
    }

    draw();
    if (items.length < 1000) {
      return;
    }
  }
}

function inTheHour(moments: Moment[]): Moment[] {
  // One before the hour is kept: it began the state with which the hour begins.
  const from = time() - HOUR;
  const first = moments.findIndex((moment) => moment.at > from);
  return first > 1 ? moments.slice(first - 1) : moments;
}

function draw(): void {
  if (!isDrawing) {
    isDrawing = true;
    // A hidden page draws no frames.
    if (document.hidden) {
      setTimeout(show, 250);
    } else {
      requestAnimationFrame(show);
    }
  }
}

function show(): void {
  isDrawing = false;
  fleet.value = new Map(rows);
}
