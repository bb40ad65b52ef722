import { CursorExpiredError, GatewayError, localProblem, mayPass } from "./errors.js";
import { parseJson } from "./json.js";
import type { Query, Requests } from "./requests.js";
import { readBlocks } from "./sse.js";
import type { GatewayEvent } from "./types.js";
import { delayAfter, sleep } from "./waiting.js";

/** Which events to read. Several members narrow further; several values of one member widen. */
export interface EventFilter {
  /** Ids of VMs, or patterns: `web-*`. */
  vms?: readonly string[];
  /** Names of events, or patterns: `GUEST_*`. */
  events?: readonly string[];
  /** Labels that the VM has now. */
  labels?: Readonly<Record<string, string>>;
  /** Members of the event's data, by their path: `{"id": "job0"}`. */
  data?: Readonly<Record<string, string>>;
  /** Reads on after this cursor. `start` is the oldest event that is kept. */
  after?: string;
  /** Ends the reading. */
  signal?: AbortSignal;
}

/** The query that asks for a filter. */
export function queryOf(filter: EventFilter): Query {
  const query: Query = { vm: filter.vms, event: filter.events, label: labelsOf(filter.labels), after: filter.after };
  for (const [path, value] of Object.entries(filter.data ?? {})) {
    query[`data.${path}`] = value;
  }

  return query;
}

/** Labels as `key=value`. */
export function labelsOf(labels: Readonly<Record<string, string>> | undefined): readonly string[] | undefined {
  return labels && Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}

/** What a reader learns beside events: whether it hears the gateway, and up to which cursor. */
export interface Hearing {
  /** The stream is open. */
  opened?(): void;
  /** Something came: an event, or the gateway's sign of life, which it sends at least every 15 s. */
  heard?(): void;
  /** The stream broke; another is opened after a while. */
  broke?(failure: unknown): void;
}

/**
 * Reads events for ever, over reconnects and restarts of the gateway, each event once and none left out. Events come as server-sent
 * events, since those carry a cursor with each and 64-bit integers exactly.
 *
 * @throws CursorExpiredError The reader was away for so long that events it had not seen are no longer kept.
 * @throws GatewayError The gateway refuses the request.
 */
export async function* readEvents(requests: Requests, filter: EventFilter, hearing: Hearing = {}): AsyncGenerator<GatewayEvent, void, undefined> {
  let cursor = filter.after;
  for (let attempt = 0; ; attempt++) {
    const over = new AbortController();
    const abort = (): void => over.abort(filter.signal?.reason);
    // A connection seldom survives the time without a network, and may not notice that it is dead.
    const online = (): void => over.abort(new Error("the computer was offline"));
    filter.signal?.addEventListener("abort", abort);
    globalThis.addEventListener?.("online", online);
    const silence = new Silence(requests.silence, over);
    const heard = (): void => {
      silence.heard();
      hearing.heard?.();
    };
    try {
      filter.signal?.throwIfAborted();
      const { after: _, ...query } = queryOf(filter);
      const response = await requests.open("/events", { ...query, after: cursor }, { Accept: "text/event-stream" }, over.signal);
      cursor ??= response.headers.get("X-Cursor") ?? undefined;
      hearing.opened?.();
      for await (const block of readBlocks(response, heard)) {
        attempt = 0;
        if (block.event === "cursor-expired" && block.id === undefined) {
          throw expiredBy(block.data ?? "{}");
        }

        if (block.data !== undefined) {
          yield parseJson(block.data) as GatewayEvent;
        }

        // After the yield: whoever asks for the next event has dealt with this one.
        cursor = block.id ?? cursor;
      }

      hearing.broke?.(undefined);
    } catch (failure) {
      if (filter.signal?.aborted) {
        throw filter.signal.reason;
      }

      if (failure instanceof GatewayError && !mayPass(failure)) {
        throw failure;
      }

      hearing.broke?.(failure);
    } finally {
      silence.stop();
      filter.signal?.removeEventListener("abort", abort);
      globalThis.removeEventListener?.("online", online);
      over.abort();
    }

    await sleep(delayAfter(attempt), filter.signal);
  }
}

function expiredBy(data: string): CursorExpiredError {
  const { oldest } = parseJson(data) as { oldest: string };
  return new CursorExpiredError(
    { ...localProblem("cursor-expired", "Cursor expired", "Events that were not read yet are no longer kept.", "not-sent"), status: 410 }, oldest);
}

/**
 * Ends a stream from which nothing comes. The clock on the wall is read, since timers stand still while a computer sleeps: after it,
 * the connection is most likely dead and would be noticed only much later.
 */
class Silence {
  readonly #timer: ReturnType<typeof setInterval>;
  #heardAt = Date.now();

  constructor(patience: number, over: AbortController) {
    this.#timer = setInterval(() => {
      if (Math.abs(Date.now() - this.#heardAt) > patience) {
        over.abort(new Error("the event stream was silent for too long"));
      }
    }, Math.min(patience / 4, 2000));
  }

  heard(): void {
    this.#heardAt = Date.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
