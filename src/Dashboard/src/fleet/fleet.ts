import { type CursorExpiredError, GatewayError, type GatewayEvent, type Vm } from "@qmp-gateway/client";
import { signal } from "@preact/signals";
import { time } from "../app/clock.js";
import { gateway } from "../app/session.js";
import { type Moment, momentOf, STATE_EVENTS } from "./spans.js";

/** A VM and what the page has heard of it. */
export interface Row {
  vm: Vm;
  /** The changes of its state in the last hour, oldest first. */
  moments: readonly Moment[];
  /** Its latest event; undefined until one is heard or read. */
  last?: GatewayEvent;
}

/** Whether what the page shows is true now. */
export type Hearing =
  | { state: "connecting" }
  | { state: "live" }
  /** `why`: what came instead of what the page asked for; undefined if nothing came. */
  | { state: "lost"; since: number; noticedAt: number; why?: GatewayError };

/** A range of the journal that the page missed and that is no longer kept. */
export interface Missed {
  at: number;
  /** The last event or list that the page had heard. */
  after: string | undefined;
  /** The gateway keeps what is after this one. */
  oldest: string;
}

/** Up to where the page has heard the journal: every later event is given to those who hear. */
export interface HeardUpTo {
  cursor: string;
  /** The event of that id, if it was heard. */
  event?: GatewayEvent;
}

const HOUR = 3_600_000;
const PAGES_OF_HISTORY = 20;

/** All VMs by id. A new map at most once a frame, however many events come. */
export const fleet = signal<ReadonlyMap<string, Row>>(new Map());

/** Whether the VMs have been listed. */
export const isListed = signal(false);

export const hearing = signal<Hearing>({ state: "connecting" });

/** When something last came from the gateway, in its time: what is shown is true as of then. */
export const heardAt = signal<number | undefined>(undefined);

/** What was missed, newest last. */
export const missed = signal<readonly Missed[]>([]);

/** Why the page follows the gateway no more; undefined while it does. */
export const refused = signal<unknown>(undefined);

/** How often the VMs were listed. Each list after the first follows a gap, and leaves out what is before it. */
export const lists = signal(0);

const rows = new Map<string, Row>();
const listeners = new Set<(event: GatewayEvent) => void>();
const reopened = new Set<() => void>();
let isDrawing = false;
let upTo: HeardUpTo | undefined;

/** Hears every event from now on. Returns how to stop. */
export function hear(listener: (event: GatewayEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Up to where the page has heard the journal; undefined before the first list. */
export function heardUpTo(): HeardUpTo | undefined {
  return upTo;
}

/** Is told each time the stream is open again after a break. Returns how to stop. */
export function onReopened(listener: () => void): () => void {
  reopened.add(listener);
  return () => reopened.delete(listener);
}

/** Follows the gateway until the signal ends it. */
export async function follow(signal: AbortSignal): Promise<void> {
  rows.clear();
  // Another person may see other VMs.
  fleet.value = new Map();
  hearing.value = { state: "connecting" };
  heardAt.value = undefined;
  isListed.value = false;
  refused.value = undefined;
  missed.value = [];
  upTo = undefined;
  lists.value = 0;
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
        // Not with the next frame: a VM that is not in the list then is not there.
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

/** Reads the latest event of a VM of which none was heard. */
export async function readLast(vm: string): Promise<void> {
  const { items } = await gateway.readHistory({ vms: [vm], order: "desc", limit: 1 });
  const row = rows.get(vm);
  if (row !== undefined && row.last === undefined && items[0] !== undefined) {
    rows.set(vm, { ...row, last: items[0] });
    draw();
  }
}

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
      // The strips then begin where they were heard. The next list tries again.
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
