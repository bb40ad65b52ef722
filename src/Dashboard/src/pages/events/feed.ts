import { CursorExpiredError, type EventPage, type GatewayEvent } from "@qmp-gateway/client";
import { type Gap, joinedOver, type Line } from "./lines.js";

/** Where a feed reads. */
export interface Source {
  /** A page of history that fits the filter, as far as the gateway can tell. */
  read(page: { after?: string; order: "asc" | "desc"; limit: number }): Promise<EventPage>;
  /** What else an event must fit. */
  fitsHere(event: GatewayEvent): boolean;
  /** Whether a live event fits the whole filter. */
  fits(event: GatewayEvent): boolean;
}

/** Up to where the live events have come: those after it are yet to come. */
export interface UpTo {
  cursor: string;
  event?: GatewayEvent;
}

const PAGE = 250;
/** Pages that one step back reads at most, if the filter leaves little of each. */
const PAGES_AT_ONCE = 8;
const ENOUGH = 100;
/** Beyond this many lines, reading on is a page of its own: memory stays bounded. */
export const MOST_LINES = 20_000;
/** While new events come and nobody scrolls back, older lines are let go of. */
const KEPT_LINES = 5000;
const MOST_WAITING = 5000;

/**
 * Events, newest first: history a page at a time, and on top of it those that come live, each once and none left out.
 *
 * Ids are opaque, so history and live are joined at a cursor: everything up to it comes from history, everything after it was heard.
 */
export class Feed {
  lines: readonly Line[] = [];
  /** How many new events wait to be shown. */
  waiting = 0;
  state: "loading" | "ready" | "failed" = "loading";
  failure: unknown;
  isLoadingOlder = false;
  /** Whether the history ends with the last line. */
  isEnd = false;
  /** How many events of the history were looked at, and the time of the oldest of them. */
  searched = 0;
  searchedTo: string | undefined;

  readonly #source: Source;
  #heard: GatewayEvent[] = [];
  // More wait than are kept: to show them, the newest are read again.
  #overflown = false;
  #back: string | undefined;
  // What was shown before a gap; it comes again below the gap.
  #before: readonly Line[] = [];
  #start = 0;
  // How many lines the last step back gave.
  #gained = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** The feed has come as far back as it goes; older events are on a page of their own. */
  get isFull(): boolean {
    return this.lines.length >= MOST_LINES;
  }

  /** Whether reading on by itself is worthwhile: not where little of what is read fits. */
  get isWorthReadingOn(): boolean {
    return this.state === "ready" && !this.isEnd && !this.isFull && !this.isLoadingOlder && this.failure === undefined && this.#gained >= 25;
  }

  /** The oldest event that is shown. */
  get oldest(): string | undefined {
    const last = this.lines.findLast((line) => "event" in line);
    return last !== undefined && "event" in last ? last.event.id : undefined;
  }

  /**
   * Begins with the newest events.
   *
   * @param upTo Up to where the live events have come; undefined for a feed without live events.
   * @param before Only events older than this one.
   * @param gap What was missed since the feed began the last time; what it showed comes below that.
   */
  async start(upTo: UpTo | undefined, before?: string, gap?: Gap): Promise<void> {
    const start = ++this.#start;
    this.#before = gap === undefined ? [] : [{ gap }, ...this.lines];
    this.#heard = [];
    this.#overflown = false;
    this.waiting = 0;
    this.#back = upTo?.cursor ?? before;
    this.isEnd = false;
    this.failure = undefined;
    this.searched = 0;
    this.searchedTo = undefined;
    this.state = "loading";
    try {
      const top = upTo === undefined ? [] : await this.#eventAt(upTo);
      const older = await this.#readBack();
      if (start === this.#start) {
        this.lines = this.#append([], [...top, ...older]);
        this.state = "ready";
      }
    } catch (failure) {
      if (start === this.#start) {
        this.lines = [];
        this.failure = failure;
        this.state = "failed";
      }
    }
  }

  /** Takes events that were heard, oldest first. With `hold`, they wait. Returns false if the feed must start again. */
  hear(events: readonly GatewayEvent[], hold: boolean): boolean {
    const fitting = events.filter((event) => this.#source.fits(event));
    this.#heard = this.#heard.concat(fitting);
    this.waiting += fitting.length;
    if (!hold && this.state === "ready") {
      return this.release();
    }

    if (this.#heard.length > MOST_WAITING) {
      this.#heard = [];
      this.#overflown = true;
    }

    return true;
  }

  /** Shows what waits. Returns false if that is too much to have been kept: the feed must start again. */
  release(): boolean {
    if (this.#overflown) {
      return false;
    }

    if (this.state !== "ready") {
      return true;
    }

    if (this.#heard.length > 0) {
      this.lines = [...this.#heard.reverse().map((event) => ({ event })), ...this.lines];
      this.#heard = [];
    }

    this.waiting = 0;
    return true;
  }

  /** Lets older lines go, which can be read again. Only for a reader who does not see them. */
  trim(): void {
    if (this.lines.length > 2 * KEPT_LINES && !this.isLoadingOlder) {
      this.lines = this.lines.slice(0, KEPT_LINES);
      this.#back = this.oldest;
      this.#before = [];
      this.isEnd = false;
    }
  }

  /** Reads on to older events. */
  async loadOlder(): Promise<void> {
    if (this.state !== "ready" || this.isLoadingOlder || this.isEnd || this.isFull) {
      return;
    }

    const start = this.#start;
    this.isLoadingOlder = true;
    this.failure = undefined;
    try {
      const older = await this.#readBack();
      if (start === this.#start) {
        this.lines = this.#append(this.lines, older);
      }
    } catch (failure) {
      if (start === this.#start) {
        this.failure = failure;
      }
    } finally {
      this.isLoadingOlder = false;
    }
  }

  // The event at the cursor itself is neither before it nor yet to come.
  async #eventAt({ cursor, event }: UpTo): Promise<Line[]> {
    if (event !== undefined) {
      return this.#source.fits(event) ? [{ event }] : [];
    }

    const before = await this.#source.read({ after: cursor, order: "desc", limit: 1 });
    const next = await this.#source.read({ after: before.items[0]?.id ?? "start", order: "asc", limit: 1 });
    return next.items.filter((one) => one.id === cursor && this.#source.fitsHere(one)).map((one) => ({ event: one }));
  }

  async #readBack(): Promise<Line[]> {
    const start = this.#start;
    const found: Line[] = [];
    for (let page = 0; page < PAGES_AT_ONCE && found.length < ENOUGH; page++) {
      let read: EventPage;
      try {
        read = await this.#source.read({ ...(this.#back !== undefined && { after: this.#back }), order: "desc", limit: PAGE });
      } catch (failure) {
        if (!(failure instanceof CursorExpiredError)) {
          throw failure;
        }

        // What is older was let go of while the reader looked.
        this.isEnd ||= start === this.#start;
        return [...found, { gap: { after: undefined, oldest: undefined } }];
      }

      if (start !== this.#start) {
        return [];
      }

      this.#back = read.next;
      this.searched += read.items.length;
      this.searchedTo = read.items.at(-1)?.receivedAt ?? this.searchedTo;
      found.push(...read.items.filter((event) => this.#source.fitsHere(event)).map((event) => ({ event })));
      if (read.items.length < PAGE) {
        this.isEnd = true;
        return found;
      }
    }

    return found;
  }

  #append(lines: readonly Line[], older: readonly Line[]): Line[] {
    this.#gained = older.length;
    const all = [...lines, ...older];
    const joined = joinedOver(all, this.#before, this.isEnd);
    this.#before = joined === undefined ? this.#before : [];
    return joined ?? all;
  }
}
