import type { GatewayEvent } from "@qmp-gateway/client";
import { Feed, type Source } from "./feed.js";
import type { Line } from "./lines.js";

const PAGE = 50;

/** An event and those around it: older ones below it, newer ones above it, a page at a time. */
export class Around {
  state: "loading" | "ready" | "absent" | "failed" = "loading";
  failure: unknown;
  target: GatewayEvent | undefined;
  /** Whether there was no newer event when it was last looked. */
  isNewest = false;

  readonly older: Feed;
  readonly #id: string;
  readonly #source: Source;
  readonly #read: Source["read"];
  #newer: readonly Line[] = [];
  #after: string | undefined;

  /**
   * @param source What is around: its filter does not matter for the event itself.
   * @param read Reads without a filter.
   */
  constructor(id: string, source: Source, read: Source["read"]) {
    this.#id = id;
    this.#source = source;
    this.#read = read;
    this.older = new Feed(source);
  }

  /** All lines, newest first. */
  get lines(): readonly Line[] {
    return this.target === undefined ? [] : [...this.#newer, { event: this.target }, ...this.older.lines];
  }

  /** Reads the event, and a page on either side of it. */
  async start(): Promise<void> {
    this.state = "loading";
    this.#newer = [];
    this.#after = undefined;
    try {
      const [target] = await Promise.all([readEvent(this.#id, this.#read), this.older.start(undefined, this.#id)]);
      this.target = target;
      if (target !== undefined && this.older.state === "ready") {
        await this.loadNewer();
      }

      this.failure = this.older.failure;
      this.state = this.older.state === "failed" ? "failed" : target === undefined ? "absent" : "ready";
    } catch (failure) {
      this.failure = failure;
      this.state = "failed";
    }
  }

  /** Reads on to newer events; returns how many lines there are more. */
  async loadNewer(): Promise<number> {
    const read = await this.#source.read({ after: this.#after ?? this.#id, order: "asc", limit: PAGE });
    const lines = read.items.filter((event) => this.#source.fitsHere(event)).map((event): Line => ({ event })).reverse();
    this.#newer = [...lines, ...this.#newer];
    this.#after = read.next;
    this.isNewest = read.items.length < PAGE;
    return lines.length;
  }
}

// Ids are opaque: the event is what follows the one before it.
async function readEvent(id: string, read: Source["read"]): Promise<GatewayEvent | undefined> {
  const before = await read({ after: id, order: "desc", limit: 1 });
  const next = await read({ after: before.items[0]?.id ?? "start", order: "asc", limit: 1 });
  return next.items.find((event) => event.id === id);
}
