import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { useMemo, useState } from "preact/hooks";
import { eventPath } from "../../app/router.js";
import { type Span, spansOf } from "../../fleet/spans.js";
import { clock, span as long } from "../../app/times.js";
import type { History } from "./history.js";
import { type EventMark, labelAt, marksOf, textWidth } from "./marks.js";
import type { Extent } from "./range.js";
import { ticksOf } from "./ticks.js";

const MARKS = 40;
const BAR = 30;
const HEIGHT = MARKS + BAR + 26;
// A narrower part of the band is no target for a finger; its event has a mark, or is in the list.
const TARGET = 16;

/** States as a band, events as marks above it, and an axis below. Tab reaches it; the arrow keys then go from mark to mark. */
export function Band({ vm, history, oldest, extent, width, onOpen }: { vm: Vm; history: History | undefined; oldest: number; extent: Extent; width: number; onOpen: (events: readonly GatewayEvent[]) => void }) {
  const { from, to } = extent;
  const x = (at: number): number => Math.min(Math.max(((at - from) / (to - from)) * width, 0), width);
  // Before that the state is unknown, which is not the same as unreachable.
  const known = Math.min(Math.max(from, oldest, history?.statesFrom ?? to), to);
  const spans = useMemo(() => (history === undefined ? [] : spansOf(history.moments, vm, known, to)), [history, vm, known, to]);
  const marks = useMemo(() => marksOf(history?.events ?? [], extent, width), [history, from, to, width]);
  const ticks = useMemo(() => ticksOf(extent, width), [from, to, width]);
  return (
    <>
      <p class="unseen">{wordsOf(spans, extent)}</p>
      <svg class="band" width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
        {ticks.map(({ at, isDay }) => <line key={at} class={isDay ? "tick day" : "tick"} x1={x(at)} x2={x(at)} y1={MARKS - 6} y2={MARKS + BAR + 6} />)}
        {known > from && history !== undefined && <Unknown width={x(known)} word={oldest >= known ? "Before the oldest event" : "Not loaded"} />}
        {visible(spans, x).map((one) => <Bar key={one.from} span={one} x={x(one.from)} width={x(one.to) - x(one.from)} />)}
        {marks.map((mark) => <Pin key={mark.events[0]?.id} mark={mark} width={width} />)}
        {ticks.map(({ at, text }) => <text key={at} class="tick-text" x={labelAt({ x: x(at), text }, width)} y={HEIGHT - 4} text-anchor="middle">{text}</text>)}
      </svg>
      <Targets spans={spans.filter((one) => one.event !== undefined && x(one.to) - x(one.from) >= TARGET)} marks={marks} x={x} to={to} onOpen={onOpen} />
    </>
  );
}

function Bar({ span, x, width }: { span: Span; x: number; width: number }) {
  const { tone, word } = span.shown;
  return (
    <>
      <rect class={`part ${tone}`} x={x} y={MARKS} width={Math.max(width, 2)} height={BAR} />
      {textWidth(word) + 16 <= width && <text class={`part-text ${tone}`} x={x + 8} y={MARKS + BAR / 2 + 4}>{word}</text>}
    </>
  );
}

function Unknown({ width, word }: { width: number; word: string }) {
  return (
    <>
      <rect class="unread" x={0} y={MARKS} width={width} height={BAR} />
      {textWidth(word) + 16 <= width && <text class="unread-text" x={8} y={MARKS + BAR / 2 + 4}>{word}</text>}
    </>
  );
}

function Pin({ mark, width }: { mark: EventMark; width: number }) {
  return (
    <g class={mark.isAlarm ? "pin broken" : "pin"}>
      <line x1={mark.x} x2={mark.x} y1={28} y2={MARKS} />
      {mark.isAlarm ? <path d={`M${mark.x} 20l6 11h-12z`} /> : <circle cx={mark.x} cy={26} r={mark.events.length > 1 ? 5 : 4} />}
      {mark.isLabelled && <text x={labelAt(mark, width)} y={14} text-anchor="middle">{mark.text}</text>}
    </g>
  );
}

/** What can be opened, in order of time: one stop for the Tab key, and arrows within. */
function Targets({ spans, marks, x, to, onOpen }: { spans: readonly Span[]; marks: readonly EventMark[]; x: (at: number) => number; to: number; onOpen: (events: readonly GatewayEvent[]) => void }) {
  const all = [...spans.map((one) => ({ at: x(one.from), span: one })), ...marks.map((mark) => ({ at: mark.x, mark }))].sort((a, b) => a.at - b.at);
  const [chosen, setChosen] = useState<string>();
  const keyOf = (one: (typeof all)[number]): string => ("span" in one ? `s${one.span.from}` : (one.mark.events[0]?.id ?? ""));
  const stop = all.some((one) => keyOf(one) === chosen) ? chosen : all.length === 0 ? undefined : keyOf(all.at(-1)!);
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>("a, button")];
    const next = by === undefined ? undefined : items[items.indexOf(document.activeElement as HTMLElement) + by];
    if (by !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      next?.focus();
    }
  };
  return (
    <div class="targets" role="group" aria-label="States and events, oldest first; use the arrow keys to move between them" onKeyDown={move}>
      {all.map((one) => {
        const key = keyOf(one);
        const common = { tabIndex: key === stop ? 0 : -1, onFocus: () => setChosen(key), draggable: false } as const;
        if ("span" in one) {
          const { from, to: end, shown, event } = one.span;
          const text = `${shown.word} from ${clock(from, to)}, for ${long(end - from)}`;
          return <a key={key} {...common} class="on-part" href={eventPath(event ?? "")} title={`${text}\n${shown.means}`} aria-label={text} style={{ left: `${one.at}px`, width: `${x(end) - one.at}px` }} />;
        }

        const { events, isAlarm, text } = one.mark;
        const [first] = events;
        const place = { left: `${one.at - 12}px` };
        const says = `${isAlarm ? "Alarm: " : ""}${text} at ${clock(Date.parse(first?.receivedAt ?? ""), to)}`;
        return events.length === 1
          ? <a key={key} {...common} class="on-pin" href={eventPath(first?.id ?? "")} title={says} aria-label={says} style={place} />
          : <button key={key} {...common} type="button" class="on-pin" title={`${says}\nShow all ${events.length}`} aria-label={`${says}; show all ${events.length}`} style={place} onClick={() => onOpen(events)} />;
      })}
    </div>
  );
}

// Of states that are too short to distinguish, one of each tone is enough.
function visible(spans: readonly Span[], x: (at: number) => number): Span[] {
  const drawn = new Set<string>();
  return spans.filter((one) => {
    const key = `${one.shown.tone} ${Math.floor(x(one.from) / 2)}`;
    return x(one.to) - x(one.from) >= 2 || (!drawn.has(key) && drawn.add(key));
  }).sort((a, b) => weight(a) - weight(b));
}

// Problems are drawn above healthy states, so that even a short one is visible.
function weight({ shown }: Span): number {
  return ["running", "away", "off", "asleep", "paused", "broken"].indexOf(shown.tone);
}

function wordsOf(spans: readonly Span[], { from, to }: Extent): string {
  const range = `From ${clock(from, to)} to ${clock(to, to)}: `;
  return spans.length === 0 ? `${range}unknown.` : `${range}${spans.slice(-20).map((one) => `${one.shown.word} for ${long(one.to - one.from)}`).join(", then ")}.`;
}
