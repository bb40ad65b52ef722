import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { time } from "../../app/clock.js";
import { missed } from "../../fleet/fleet.js";
import { type History, withLive } from "./history.js";
import type { Extent } from "./range.js";
import { readHistory } from "./readHistory.js";
import { useHeard } from "./useHeard.js";

/** A VM's history over a range, as far as it has been read. */
export interface Shown {
  history: History | undefined;
  isReading: boolean;
  failure: unknown;
  retry: () => void;
}

/** A range that is read or has been; `isLive` if events that come later belong to it. */
interface Part {
  extent: Extent;
  isLive: boolean;
}

/** A read under way. Another begins only when this one would not do. */
interface Job extends Part {
  isExact: boolean;
  generation: string;
}

/** Reads a VM's history as far as a range needs it, a little beyond, and keeps it up to date. */
export function useHistory(vm: string, extent: Extent): Shown {
  const heard = useHeard(vm);
  const [read, setRead] = useState<Part & { history: History; generation: string }>();
  const [failure, setFailure] = useState<unknown>();
  const [isReading, setReading] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const job = useRef<Job | undefined>(undefined);

  // A gap in what was heard needs another read.
  const generation = `${attempt} ${missed.value.length}`;
  const isExact = read !== undefined && covers(read, extent) && isCoarse(read.history, extent);
  if (read === undefined || !covers(read, extent) || isExact || heard.isCut || read.generation !== generation) {
    if (job.current === undefined || job.current.generation !== generation || job.current.isExact !== isExact || !covers(job.current, extent)) {
      const now = time();
      const wanted = isExact ? extent : around(extent, now);
      job.current = { extent: wanted, isLive: wanted.to >= now - 2000, isExact, generation };
    }
  } else {
    job.current = undefined;
  }

  const now = job.current;
  useEffect(() => {
    if (now === undefined) {
      return undefined;
    }

    // While somebody zooms, a read for each step would be wasted.
    const over = new AbortController();
    const timer = setTimeout(() => { void start(now, over.signal); }, read === undefined ? 0 : 200);
    return () => {
      clearTimeout(timer);
      over.abort(new Error("another range is shown"));
    };
  }, [now]);

  const start = async (part: Job, signal: AbortSignal): Promise<void> => {
    setReading(true);
    const began = time();
    try {
      const history = await readHistory(vm, part.extent, signal);
      setRead({ ...part, history });
      setFailure(undefined);
      // The clocks of gateway and page agree to two seconds; what is in both is shown once.
      heard.forgetBefore(began - 10_000);
    } catch (error) {
      if (signal.aborted) {
        return;
      }

      setFailure(error);
    }

    setReading(false);
  };

  const history = useMemo(() => read && (read.isLive ? withLive(read.history, heard.events) : read.history), [read, heard.events]);
  return { history, isReading, failure, retry: () => setAttempt((before) => before + 1) };
}

function covers({ extent, isLive }: Part, { from, to }: Extent): boolean {
  return from >= extent.from - 1000 && (isLive || to <= extent.to + 1000);
}

// More events than one read gets: a shorter range shows those that were left out.
function isCoarse(history: History, { from, to }: Extent): boolean {
  return history.eventsFrom > from && history.extent.to - history.extent.from > (to - from) * 1.1;
}

function around({ from, to }: Extent, now: number): Extent {
  const margin = (to - from) / 2;
  return { from: from - margin, to: Math.min(to + margin, now) };
}
