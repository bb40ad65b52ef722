import assert from "node:assert/strict";
import { test } from "node:test";
import { CursorExpiredError, type EventPage, type GatewayEvent } from "@qmp-gateway/client";
import { Feed, type Source, type UpTo } from "../src/pages/events/feed.js";
import type { Line } from "../src/pages/events/lines.js";

/** A journal whose ids say nothing of their order, and a reader that hears it late. */
class Journal implements Source {
  readonly events: GatewayEvent[] = [];
  dropped = 0;
  heard = 0;
  wanted = (_: GatewayEvent): boolean => true;
  /** Is run while a page is on its way. */
  meanwhile: () => void = () => {};

  add(count: number): void {
    for (let i = 0; i < count; i++) {
      const n = this.events.length;
      this.events.push({ id: idOf(n), vm: `vm-${n % 3}`, event: "RTC_CHANGE", origin: "qemu", timestamp: null, receivedAt: new Date(n).toISOString(), data: { offset: n } } as unknown as GatewayEvent);
    }
  }

  /** The events that a listener gets. */
  hear(count = Infinity): GatewayEvent[] {
    const from = this.heard;
    this.heard = Math.min(this.events.length, from + count);
    return this.events.slice(from, this.heard);
  }

  upTo(): UpTo {
    const event = this.events[this.heard - 1];
    return event === undefined ? { cursor: "none" } : { cursor: event.id, event };
  }

  fits = (event: GatewayEvent): boolean => this.wanted(event);
  fitsHere = (event: GatewayEvent): boolean => this.wanted(event);

  async read({ after, order, limit }: { after?: string; order: "asc" | "desc"; limit: number }): Promise<EventPage> {
    const at = after === undefined ? this.events.length : after === "start" || after === "none" ? this.dropped - 1 : this.events.findIndex(({ id }) => id === after);
    if (at < this.dropped - 1) {
      throw new CursorExpiredError({ type: "urn:qmp-gateway:cursor-expired", title: "t", status: 410 }, idOf(this.dropped - 1));
    }

    const items = order === "desc"
      ? this.events.slice(this.dropped, at < 0 ? 0 : at).slice(-limit).reverse()
      : this.events.slice(Math.max(at + 1, this.dropped)).slice(0, limit);
    await Promise.resolve();
    this.meanwhile();
    return { items, next: items.at(-1)?.id ?? idOf(Math.max(this.dropped, 0)) };
  }
}

const idOf = (n: number): string => `e${(n * 7919) % 1_000_003}`;
const shown = (feed: Feed): (number | "gap")[] => feed.lines.map((line: Line) => ("event" in line ? Number((line.event.data as { offset: number }).offset) : "gap"));
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i);

test("history and live are joined, each event once and none left out, however late the live ones come", async () => {
  for (let run = 0; run < 200; run++) {
    const random = (most: number): number => Math.floor(Math.random() * most);
    const journal = new Journal();
    journal.add(random(600));
    journal.hear(random(700));
    const feed = new Feed(journal);
    journal.meanwhile = () => {
      journal.add(random(50));
      feed.hear(journal.hear(random(60)), random(2) === 0);
    };
    await feed.start(journal.upTo());
    for (let step = 0; step < 10; step++) {
      journal.add(random(30));
      feed.hear(journal.hear(random(60)), random(2) === 0);
      await feed.loadOlder();
    }

    journal.meanwhile = () => {};
    feed.hear(journal.hear(), false);
    while (!feed.isEnd) {
      await feed.loadOlder();
    }

    assert.deepEqual(shown(feed), down(journal.events.length - 1, 0));
    assert.equal(feed.waiting, 0);
  }
});

test("the event at the cursor of a list is neither lost nor twice", async () => {
  const journal = new Journal();
  journal.add(10);
  const cursor = journal.events[9]!.id;
  journal.heard = 10;
  const feed = new Feed(journal);
  await feed.start({ cursor });
  assert.deepEqual(shown(feed), down(9, 0));

  const single = new Journal();
  single.add(1);
  single.heard = 1;
  const other = new Feed(single);
  await other.start({ cursor: single.events[0]!.id });
  assert.deepEqual(shown(other), [0]);
});

test("an empty journal is an end, and what comes is shown", async () => {
  const journal = new Journal();
  const feed = new Feed(journal);
  await feed.start({ cursor: "none" });
  assert.equal(feed.isEnd, true);
  journal.add(2);
  feed.hear(journal.hear(), false);
  assert.deepEqual(shown(feed), [1, 0]);
});

test("what waits is shown when it is released, in order", async () => {
  const journal = new Journal();
  journal.add(3);
  journal.hear();
  const feed = new Feed(journal);
  await feed.start(journal.upTo());
  journal.add(5);
  feed.hear(journal.hear(2), true);
  feed.hear(journal.hear(3), true);
  assert.equal(feed.waiting, 5);
  assert.deepEqual(shown(feed), [2, 1, 0]);
  assert.equal(feed.release(), true);
  assert.deepEqual(shown(feed), down(7, 0));
  assert.equal(feed.waiting, 0);
});

test("so many may wait that the feed must start again; they are counted", async () => {
  const journal = new Journal();
  journal.add(1);
  journal.hear();
  const feed = new Feed(journal);
  await feed.start(journal.upTo());
  journal.add(12_000);
  feed.hear(journal.hear(4000), true);
  feed.hear(journal.hear(), true);
  assert.equal(feed.waiting, 12_000);
  assert.equal(feed.release(), false);
  await feed.start(journal.upTo());
  assert.equal(shown(feed)[0], 12_000);
  assert.equal(feed.waiting, 0);
});

test("ten thousand events at once come in order, and older lines are let go of and read again", async () => {
  const journal = new Journal();
  journal.add(300);
  journal.hear();
  const feed = new Feed(journal);
  await feed.start(journal.upTo());
  journal.add(20_000);
  for (let batch = 0; batch < 20; batch++) {
    assert.equal(feed.hear(journal.hear(1000), false), true);
    feed.trim();
  }

  assert.ok(feed.lines.length <= 10_000);
  assert.deepEqual(shown(feed), down(20_299, 20_300 - feed.lines.length));
  await feed.loadOlder();
  assert.deepEqual(shown(feed), down(20_299, 20_300 - feed.lines.length));
});

test("a gap is between what was shown before it and what is kept after it", async () => {
  const journal = new Journal();
  journal.add(100);
  journal.hear();
  const feed = new Feed(journal);
  await feed.start(journal.upTo());
  journal.add(400);
  journal.dropped = 150;
  journal.heard = 500;
  await feed.start(journal.upTo(), undefined, { after: idOf(99), oldest: idOf(149) });
  while (!feed.isEnd) {
    await feed.loadOlder();
  }

  assert.deepEqual(shown(feed), [...down(499, 150), "gap", ...down(99, 0)]);
});

test("where the history reaches over a gap, no event is twice", async () => {
  const journal = new Journal();
  journal.add(100);
  journal.hear();
  const feed = new Feed(journal);
  await feed.start(journal.upTo());
  journal.add(10);
  journal.dropped = 50;
  journal.heard = 110;
  await feed.start(journal.upTo(), undefined, { after: idOf(99), oldest: idOf(104) });
  assert.deepEqual(shown(feed), [...down(109, 100), "gap", ...down(99, 0)]);
});

test("older events that are no longer kept end the feed with a gap", async () => {
  const journal = new Journal();
  journal.add(600);
  journal.hear();
  const feed = new Feed(journal);
  await feed.start(journal.upTo());
  journal.dropped = 500;
  await feed.loadOlder();
  assert.equal(shown(feed).at(-1), "gap");
  assert.equal(feed.isEnd, true);
});

test("a filter that leaves little reads several pages, and tells how far it looked", async () => {
  const journal = new Journal();
  journal.add(5000);
  journal.hear();
  journal.wanted = (event) => Number((event.data as { offset: number }).offset) % 1000 === 0;
  const feed = new Feed(journal);
  await feed.start(journal.upTo());
  assert.deepEqual(shown(feed), [4000, 3000]);
  assert.equal(feed.searched, 2000);
  assert.equal(feed.isEnd, false);
});

test("a failure to begin is told, and beginning again helps", async () => {
  const journal = new Journal();
  journal.add(3);
  journal.hear();
  const feed = new Feed(journal);
  journal.meanwhile = () => { throw new Error("away"); };
  await feed.start(journal.upTo());
  assert.equal(feed.state, "failed");
  journal.meanwhile = () => {};
  await feed.start(journal.upTo());
  assert.deepEqual(shown(feed), [2, 1, 0]);
});

test("a feed of what is older than an event has no live events", async () => {
  const journal = new Journal();
  journal.add(10);
  const feed = new Feed(journal);
  await feed.start(undefined, idOf(5));
  assert.deepEqual(shown(feed), down(4, 0));
});
