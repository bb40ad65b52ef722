import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { now } from "../../app/clock.js";
import { useKeys } from "../../app/keys.js";
import { EventList } from "../../parts/EventList.js";
import { Failure } from "../../parts/Failure.js";
import { clock } from "../../app/times.js";
import { Band } from "./Band.js";
import { DAY, HOUR, MINUTE, type Range } from "./range.js";
import { useGestures } from "./useGestures.js";
import { useHistory } from "./useHistory.js";
import { useRange } from "./useRange.js";

const RANGES: readonly { name: string; says: string; last: number | "all" }[] = [
  { name: "5 min", says: "The last 5 minutes", last: 5 * MINUTE },
  { name: "1 h", says: "The last hour", last: HOUR },
  { name: "1 d", says: "The last day", last: DAY },
  { name: "All", says: "Everything since the oldest event", last: "all" },
];
const STEP = 1.5;

/** A VM's states and events over a range of time that can be moved and zoomed. */
export function Timeline({ vm, oldest }: { vm: Vm; oldest: number }) {
  const { range, extent, set, zoom, pan } = useRange(oldest);
  const { history, isReading, failure, retry } = useHistory(vm.id, extent);
  const [opened, setOpened] = useState<readonly GatewayEvent[]>([]);
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  useGestures(area, { zoom, pan });
  useKeys([
    { keys: "+", does: "Zoom in", run: () => zoom(1 / STEP) },
    { keys: "-", does: "Zoom out", run: () => zoom(STEP) },
    { keys: "ArrowLeft", does: "Earlier", run: () => pan(-0.2) },
    { keys: "ArrowRight", does: "Later", run: () => pan(0.2) },
  ]);

  return (
    <section class="card timeline" aria-labelledby="timeline">
      <header>
        <h2 id="timeline">States and events</h2>
        {isReading && <span class="quiet">Reading…</span>}
        <div class="vm-ranges" role="group" aria-label="Range">
          {RANGES.map(({ name, says, last }) => (
            <button key={name} type="button" class="btn" title={says} aria-pressed={isSame(range, last)} onClick={() => set({ last })}>{name}</button>
          ))}
        </div>
      </header>
      <div class="body">
        {failure !== undefined && <><Failure failure={failure} what="The history cannot be read" /><p><button type="button" class="link" onClick={retry}>Try again</button></p></>}
        <div ref={area} class="band-area">
          {width > 0 && <Band vm={vm} history={history} oldest={oldest} extent={extent} width={width} onOpen={setOpened} />}
        </div>
        <p class="vm-moves">
          <span class="quiet">{noteOf(history, extent.from)}{"from" in range && `${clock(extent.from, now.value)} to ${clock(extent.to, now.value)}`}</span>
          <button type="button" class="link" onClick={() => pan(-0.5)}>Earlier</button>
          <button type="button" class="link" onClick={() => pan(0.5)} disabled={"last" in range}>Later</button>
          <button type="button" class="link" onClick={() => zoom(1 / STEP)}>Zoom in</button>
          <button type="button" class="link" onClick={() => zoom(STEP)} disabled={isSame(range, "all")}>Zoom out</button>
        </p>
        {opened.length > 0 && <Opened events={opened} onClose={() => setOpened([])} />}
      </div>
    </section>
  );
}

/** The events of a mark that stands for several. */
function Opened({ events, onClose }: { events: readonly GatewayEvent[]; onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [events]);
  return (
    <section class="vm-opened" aria-labelledby="opened">
      <h3 id="opened" tabIndex={-1} ref={heading}>{events.length} events here <button type="button" class="link" onClick={onClose}>Close</button></h3>
      <EventList events={events.slice(0, 100)} withoutVm />
      {events.length > 100 && <p class="quiet">The first 100 are shown. Zoom in to see the others.</p>}
    </section>
  );
}

function noteOf(history: ReturnType<typeof useHistory>["history"], from: number): string {
  return history === undefined || history.eventsFrom <= from ? ""
    : `Only the newest ${history.events.length} events are shown. Zoom in to see older ones. `;
}

function isSame(range: Range, last: number | "all"): boolean {
  return "last" in range && range.last === last;
}

/** The width of an element, in pixels; 0 until it is known. */
function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (element.current !== null) {
      observer.observe(element.current);
    }

    return () => observer.disconnect();
  }, []);
  return width;
}
