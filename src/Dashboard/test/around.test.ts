import assert from "node:assert/strict";
import { test } from "node:test";
import { CursorExpiredError, type EventPage, type GatewayEvent } from "@qmp-gateway/client";
import { Around } from "../src/pages/events/around.js";
import type { Source } from "../src/pages/events/feed.js";

const id = (n: number): string => `e${(n * 7919) % 10_007}`;

/** A journal of events 0 to count - 1; those before `dropped` are gone. */
function journal(count: number, dropped = 0, wanted: (n: number) => boolean = () => true): Source {
  const events = Array.from({ length: count }, (_, n) => ({ id: id(n), data: { n } }) as unknown as GatewayEvent);
  const fits = (event: GatewayEvent): boolean => wanted((event.data as unknown as { n: number }).n);
  return {
    fits, fitsHere: fits,
    read: async ({ after, order, limit }): Promise<EventPage> => {
      const at = after === "start" ? dropped - 1 : events.findIndex((event) => event.id === after);
      if (at < dropped - 1) {
        throw new CursorExpiredError({ type: "urn:qmp-gateway:cursor-expired", title: "t", status: 410 }, id(dropped - 1));
      }

      const items = order === "desc" ? events.slice(dropped, Math.max(at, dropped)).slice(-limit).reverse() : events.slice(at + 1).slice(0, limit);
      return { items, next: items.at(-1)?.id ?? after ?? "" };
    },
  };
}

const shown = (around: Around): number[] => around.lines.map((line) => ("event" in line ? (line.event.data as unknown as { n: number }).n : Number.NaN));
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i);

test("an event is shown with those around it, and both directions go on", async () => {
  const all = journal(500);
  const around = new Around(id(300), all, all.read);
  await around.start();
  assert.equal(around.state, "ready");
  assert.deepEqual(shown(around).slice(0, 52), down(350, 299));
  await around.loadNewer();
  assert.equal(shown(around)[0], 400);
  await around.loadNewer();
  await around.loadNewer();
  assert.equal(around.isNewest, true);
  while (!around.older.isEnd) {
    await around.older.loadOlder();
  }

  assert.deepEqual(shown(around), down(499, 0));
});

test("the first event and the newest one have only one side", async () => {
  const all = journal(3);
  for (const n of [0, 2]) {
    const around = new Around(id(n), all, all.read);
    await around.start();
    assert.deepEqual(shown(around), [2, 1, 0]);
    assert.equal(around.isNewest, true);
  }
});

test("a filter leaves the event itself, whether it fits or not", async () => {
  const around = new Around(id(5), journal(10, 0, (n) => n % 2 === 0), journal(10).read);
  await around.start();
  assert.deepEqual(shown(around), [8, 6, 5, 4, 2, 0]);
});

test("an event that is gone, or that this reader may not see, is absent; beyond that its cursor is expired", async () => {
  const kept = journal(10, 5);
  const gone = new Around(id(4), kept, kept.read);
  await gone.start();
  assert.equal(gone.state, "absent");
  const expired = new Around(id(2), kept, kept.read);
  await expired.start();
  assert.equal(expired.state, "failed");
  assert.ok(expired.failure instanceof CursorExpiredError);
});
