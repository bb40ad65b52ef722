import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { query, setQuery } from "../../app/router.js";
import { EventRow } from "../../parts/EventRow.js";
import { isNarrow } from "../../parts/narrow.js";
import { useVirtualRows } from "../../parts/virtualRows.js";
import type { Line } from "./lines.js";
import { GapLine } from "./GapLine.js";

const GUESS = 480;
const NEAR_THE_END = 30;

// As event.css has them: on a phone, a line is two.
const LINE = 33;
const TALL_LINE = 53;

/** The events that are opened, as the address has them. */
export function opened(): ReadonlySet<string> {
  return new Set(query.value.getAll("open"));
}

/** Opens an event, or closes it. */
export function toggle(id: string): void {
  const open = opened();
  setQuery({ open: open.has(id) ? [...open].filter((one) => one !== id) : [...open, id] });
}

/** What to show, and what to do near its end. */
export interface EventLinesProps {
  lines: readonly Line[];
  /** The event that the page is about. */
  target?: string;
  onEnd: () => void;
}

/** A list of events. Only the visible lines are drawn, and each opens in place. */
export function EventLines({ lines, target, onEnd }: EventLinesProps) {
  const height = isNarrow.value ? TALL_LINE : LINE;
  const heights = useSignal<ReadonlyMap<string, number>>(new Map());
  const open = opened();
  const isOpen = (id: string): boolean => open.has(id) !== (id === target);
  const tall = new Set([...open, ...(target === undefined ? [] : [target])].filter(isOpen));
  const extras = new Map<number, number>();
  if (tall.size > 0) {
    lines.forEach((line, i) => {
      if ("event" in line && tall.has(line.event.id)) {
        extras.set(i, heights.value.get(line.event.id) ?? GUESS);
      }
    });
  }

  const { list, first, end, before, after } = useVirtualRows<HTMLOListElement>(lines.length, height, extras);
  useEffect(() => {
    if (end > lines.length - NEAR_THE_END) {
      onEnd();
    }
  }, [end, lines.length]);
  const measured = (id: string, extra: number): void => {
    if (heights.value.get(id) !== extra) {
      heights.value = new Map(heights.value).set(id, extra);
    }
  };
  return (
    <ol class="events" ref={list} style={{ paddingBlockStart: `${before}px`, paddingBlockEnd: `${after}px` }}>
      {lines.slice(first, end).map((line, i) => (
        <li key={"event" in line ? line.event.id : `gap ${line.gap.after}`} aria-posinset={first + i + 1} aria-setsize={-1}
          class={"event" in line && line.event.id === target ? "target" : undefined}>
          {"gap" in line ? <GapLine gap={line.gap} />
            : isOpen(line.event.id)
              ? <Measured onMeasured={(full) => measured(line.event.id, full - height)}>
                <EventRow event={line.event} isOpen isAlone={line.event.id === target} onToggle={() => toggle(line.event.id)} />
              </Measured>
              : <EventRow event={line.event} isOpen={false} onToggle={() => toggle(line.event.id)} />}
        </li>
      ))}
    </ol>
  );
}

function Measured({ onMeasured, children }: { onMeasured: (height: number) => void; children: preact.ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }

    const observer = new ResizeObserver(() => onMeasured(element.offsetHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return <div ref={box}>{children}</div>;
}
