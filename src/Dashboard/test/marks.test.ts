import assert from "node:assert/strict";
import { test } from "node:test";
import { momentOf } from "../src/fleet/spans.js";
import { type History, MOST, withLive } from "../src/pages/vm/history.js";
import { labelAt, marksOf, textWidth } from "../src/pages/vm/marks.js";
import { event } from "./samples.js";

const EXTENT = { from: 0, to: 100_000 };
const of = (at: number, name: string): ReturnType<typeof event> => event(at, name, {}, { origin: "qemu" });

test("events that are too close are one mark, and an alarm among them speaks for it", () => {
  const marks = marksOf([of(10_000, "STOP"), of(11_000, "RESUME"), of(50_000, "RESET"), of(50_500, "RESET"), of(90_000, "STOP"), of(90_100, "GUEST_PANICKED")], EXTENT, 1000);
  assert.deepEqual(marks.map((mark) => [mark.text, mark.events.length, mark.isAlarm]), [["2 events", 2, false], ["RESET ×2", 2, false], ["GUEST_PANICKED +1", 2, true]]);
  assert.deepEqual(marks.map((mark) => mark.x), [100, 500, 901]);
});

test("changes of state are the band, not marks; what is outside the range is left out", () => {
  const running = { status: "running", running: true };
  const marks = marksOf([of(-1, "STOP"), event(5000, "VM_STATUS_CHANGED", { status: running, previous: null, cause: null }), of(100_001, "STOP"), of(20_000, "WAKEUP")], EXTENT, 1000);
  assert.deepEqual(marks.map((mark) => mark.text), ["WAKEUP"]);
});

test("labels do not overlap, stay inside, and an alarm's goes first", () => {
  const events = [..."abcdefghij"].map((_, i) => of(20_000 + i * 3000, i === 4 ? "GUEST_PANICKED" : "BLOCK_JOB_COMPLETED"));
  const marks = marksOf([of(0, "SUSPEND"), ...events, of(100_000, "VSERPORT_CHANGE")], EXTENT, 1000);
  const boxes = marks.filter((mark) => mark.isLabelled).map((mark) => [labelAt(mark, 1000) - textWidth(mark.text) / 2, labelAt(mark, 1000) + textWidth(mark.text) / 2] as const);
  assert.ok(boxes.every(([start, end]) => start >= 0 && end <= 1000));
  boxes.slice(1).forEach(([start], i) => assert.ok(start >= (boxes[i]?.[1] ?? 0)));
  assert.ok(marks.find((mark) => mark.isAlarm)?.isLabelled);
  assert.ok(marks.some((mark) => !mark.isLabelled));
});

test("events that come are added once, and the oldest give way", () => {
  const state = event(3000, "VM_ENDED", { at: "", reason: null, guest: null, cause: null });
  const history: History = { extent: { from: 1000, to: 4000 }, events: [of(2000, "STOP"), state], eventsFrom: 1000, moments: [momentOf(state)!], statesFrom: 1000 };
  // A change after the range is known without its event.
  const after = event(4500, "VM_ENDED", { at: "", reason: null, guest: null, cause: null });
  const live = withLive({ ...history, moments: [...history.moments, momentOf(after)!] }, [of(500, "EARLIER"), of(2000, "STOP"), state, after, of(5000, "RESET")]);
  assert.deepEqual(live.events.map((one) => one.id), ["2000", "3000", "4500", "5000"]);
  assert.deepEqual([live.moments.length, live.eventsFrom], [2, 1000]);

  const many = withLive(history, Array.from({ length: MOST }, (_, i) => of(6000 + i, "RESET")));
  assert.deepEqual([many.events.length, many.events[0]?.id, many.eventsFrom], [MOST, "6000", 6000]);
});
