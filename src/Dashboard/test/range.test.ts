import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, extentOf, HOUR, MINUTE, panned, type Range, readRange, writeRange, zoomed } from "../src/pages/vm/range.js";
import { ticksOf } from "../src/pages/vm/ticks.js";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const BOUNDS = { oldest: NOW - 10 * DAY, now: NOW };

test("a range survives the address", () => {
  const ranges: Range[] = [{ last: HOUR }, { last: 5 * MINUTE }, { last: DAY }, { last: 90_000 }, { last: "all" }, { from: NOW - HOUR, to: NOW - MINUTE }];
  for (const range of ranges) {
    const query = new URLSearchParams(Object.entries(writeRange(range)).filter((one): one is [string, string] => one[1] !== undefined));
    assert.deepEqual(readRange(query), range);
  }

  assert.equal(writeRange({ last: DAY }).last, "1d");
});

test("an address that makes no sense is an hour, and none is shorter than a minute", () => {
  for (const wrong of ["last=0m", "last=-5m", "last=x", "last=999999999999d", "from=2026-01-02&to=2026-01-01", "from=x&to=y"]) {
    assert.deepEqual(readRange(new URLSearchParams(wrong)), { last: HOUR }, wrong);
  }

  assert.deepEqual(readRange(new URLSearchParams("last=3s")), { last: MINUTE });
});

test("a range that follows the present does so while it is zoomed at its right end", () => {
  assert.deepEqual(zoomed({ last: HOUR }, 0.5, 1, BOUNDS), { last: 30 * MINUTE });
  assert.deepEqual(zoomed({ last: HOUR }, 0.5, 0.5, BOUNDS), { from: NOW - 45 * MINUTE, to: NOW - 15 * MINUTE });
});

test("zooming ends at a minute and at the journal's age", () => {
  assert.deepEqual(zoomed({ last: 2 * MINUTE }, 0.001, 1, BOUNDS), { last: MINUTE });
  assert.deepEqual(zoomed({ last: DAY }, 1000, 0.3, BOUNDS), { last: "all" });
  assert.deepEqual(extentOf({ last: "all" }, BOUNDS), { from: BOUNDS.oldest, to: NOW });
  assert.deepEqual(extentOf({ last: "all" }, { oldest: NOW - 5, now: NOW }), { from: NOW - MINUTE, to: NOW });
});

test("moving ends at the oldest event and at the present, which is followed from then on", () => {
  const range = panned({ last: HOUR }, -0.5, BOUNDS);
  assert.deepEqual(range, { from: NOW - 90 * MINUTE, to: NOW - 30 * MINUTE });
  assert.deepEqual(panned(range, 9, BOUNDS), { last: HOUR });
  assert.deepEqual(panned(range, -99_999, BOUNDS), { from: BOUNDS.oldest, to: BOUNDS.oldest + HOUR });
});

test("ticks are at round times, with room for their texts, whatever the range", () => {
  for (const length of [MINUTE, 5 * MINUTE, HOUR, DAY, 9 * DAY, 400 * DAY]) {
    const ticks = ticksOf({ from: NOW - length, to: NOW }, 960);
    assert.ok(ticks.length >= 2 && ticks.length <= 11, `${length}: ${ticks.length}`);
    ticks.slice(1).forEach((tick, i) => assert.ok(tick.at - (ticks[i]?.at ?? 0) >= (length / 960) * 90, `${length}: too close`));
    assert.ok(ticks.every((tick) => tick.at >= NOW - length && tick.at < NOW));
  }

  const hour = ticksOf({ from: NOW - HOUR, to: NOW }, 960);
  assert.deepEqual(hour.map((tick) => (tick.at / MINUTE) % 10), hour.map(() => 0));
});

test("a tick at midnight is a date", () => {
  const midnight = new Date(2026, 10, 24).getTime();
  const tick = ticksOf({ from: midnight - HOUR, to: midnight + HOUR }, 960).find((one) => one.at === midnight);
  assert.equal(tick?.isDay, true);
  assert.match(tick?.text ?? "", /24/);
});

test("an address cannot name a range for which there are no dates", () => {
  for (const query of ["last=999999999d", "from=-271821-04-20T00:00:00Z&to=2026-01-01T00:00:00Z", "from=0001-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"]) {
    const { from, to } = extentOf(readRange(new URLSearchParams(query)), BOUNDS);
    assert.ok(new Date(from - (to - from)).getUTCFullYear() > 1500, query);
  }
});
