import { useEffect, useRef, useState } from "preact/hooks";
import { now } from "../../app/clock.js";
import { query, setQuery } from "../../app/router.js";
import { type Bounds, type Extent, extentOf, panned, type Range, readRange, writeRange, zoomed } from "./range.js";

/** The range that the page shows. It is in the address, so that a colleague sees the same. */
export interface Shown {
  range: Range;
  extent: Extent;
  set: (range: Range) => void;
  zoom: (factor: number, at?: number) => void;
  pan: (part: number) => void;
}

/**
 * The range of the address, and how to change it.
 *
 * @param oldest When the journal's oldest event of the VM was received.
 */
export function useRange(oldest: number): Shown {
  const named = readRange(query.value);
  // While a hand moves, the address waits: browsers allow only some changes of it a second.
  const [moving, setMoving] = useState<Range>();
  const latest = useRef<Range>(named);
  latest.current = moving ?? named;
  useEffect(() => {
    if (moving === undefined) {
      return undefined;
    }

    const timer = setTimeout(() => {
      setQuery(writeRange(moving));
      setMoving(undefined);
    }, 250);
    return () => clearTimeout(timer);
  }, [moving]);

  const bounds: Bounds = { oldest: Math.min(oldest, now.value - 1), now: now.value };
  const move = (range: Range): void => {
    latest.current = range;
    setMoving(range);
  };
  return {
    range: latest.current,
    extent: extentOf(latest.current, bounds),
    set: (range) => {
      setMoving(undefined);
      setQuery(writeRange(range), "push");
    },
    zoom: (factor, at) => move(zoomed(latest.current, factor, at ?? ("last" in latest.current ? 1 : 0.5), bounds)),
    pan: (part) => move(panned(latest.current, part, bounds)),
  };
}
