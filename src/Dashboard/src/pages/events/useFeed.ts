import type { GatewayEvent } from "@qmp-gateway/client";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { hear, heardUpTo, lists, missed, onReopened } from "../../fleet/fleet.js";
import { Feed } from "./feed.js";
import { type EventsFilter, isLive } from "./filter.js";
import type { Gap } from "./lines.js";
import { sourceOf } from "./reading.js";

/** A feed that a page shows. */
export interface ShownFeed {
  feed: Feed;
  /** Shows what waits, and goes to the top. */
  showNew: () => void;
  loadOlder: () => void;
  restart: () => void;
}

/**
 * Follows the events that fit a filter. The page draws at most once a frame, however many come.
 *
 * @param holds Whether new events wait now, since somebody reads.
 */
export function useFeed(filter: EventsFilter, holds: () => boolean): ShownFeed {
  const drawn = useSignal(0);
  // Reading it here draws the page again when the feed has changed.
  void drawn.value;
  const live = isLive(filter);
  const isListed = lists.value > 0;
  const key = JSON.stringify(filter);
  const feed = useMemo(() => new Feed(sourceOf(filter)), [key, isListed]);
  const hold = useRef(holds);
  hold.current = holds;
  const restart = useRef<(gap?: Gap) => void>(() => {});
  const draw = (): void => { drawn.value++; };

  useEffect(() => {
    if (live && !isListed) {
      return undefined;
    }

    let heard: GatewayEvent[] = [];
    let isDrawing = false;
    let isOver = false;
    const flush = (): void => {
      isDrawing = false;
      const batch = heard;
      heard = [];
      if (isOver) {
        return;
      }

      if (!feed.hear(batch, hold.current())) {
        restart.current();
      } else if (scrollY === 0) {
        feed.trim();
      }

      draw();
    };
    restart.current = (gap) => {
      // What was heard until now is in the history; all that is heard from now on comes after it.
      heard = [];
      void feed.start(live ? heardUpTo() : undefined, filter.before || undefined, gap).then(flush);
      draw();
    };
    restart.current();
    const stops = [
      onReopened(() => {
        if (feed.state === "failed") {
          restart.current();
        }
      }),
      ...(live ? [hear((event) => {
        heard.push(event);
        if (!isDrawing) {
          isDrawing = true;
          // A hidden page draws no frames.
          if (document.hidden) {
            setTimeout(flush, 250);
          } else {
            requestAnimationFrame(flush);
          }
        }
      })] : []),
    ];
    const timer = setInterval(() => {
      if (feed.waiting > 0 && !hold.current()) {
        flush();
      }
    }, 500);
    return () => {
      isOver = true;
      clearInterval(timer);
      stops.forEach((stop) => stop());
    };
  }, [feed]);

  // A list after the first follows a gap.
  const list = useRef(lists.value);
  useEffect(() => {
    if (list.current > 0 && lists.value > list.current && live) {
      restart.current(missed.value.at(-1));
    }

    list.current = lists.value;
  }, [lists.value]);

  return {
    feed,
    showNew: () => {
      if (!feed.release()) {
        restart.current();
      }

      scrollTo(0, 0);
      draw();
    },
    loadOlder: () => {
      void feed.loadOlder().then(draw);
      draw();
    },
    restart: () => restart.current(),
  };
}
