import type { Signal } from "@preact/signals";
import { hearing } from "../../fleet/fleet.js";
import type { Feed } from "./feed.js";
import { type EventsFilter, isLive } from "./filter.js";

interface FeedStatusProps {
  feed: Feed;
  filter: EventsFilter;
  isPaused: Signal<boolean>;
  onShow: () => void;
}

/** What the lines are, and how many new ones wait. It keeps its height, so that nothing moves. */
export function FeedStatus({ feed, filter, isPaused, onShow }: FeedStatusProps) {
  return (
    <p class="feed-status">
      <span>{feed.state === "loading" ? "Loading…" : wordsOf(filter, isPaused.value, feed.waiting > 0)}</span>
      <span role="status">
        {feed.waiting > 0 && <button type="button" class="btn first new" onClick={onShow}>{feed.waiting.toLocaleString()} new</button>}
      </span>
      {isLive(filter) && (
        <button type="button" class="btn" aria-pressed={isPaused.value} onClick={() => { isPaused.value = !isPaused.value; }}>{isPaused.value ? "Release events" : "Hold events"}</button>
      )}
    </p>
  );
}

function wordsOf(filter: EventsFilter, isPaused: boolean, isHeld: boolean): string {
  return filter.before !== "" ? `Events older than ${filter.before}. New events are not shown.`
    : !isLive(filter) ? "A past time range: new events are not shown."
      : isPaused ? "New events are held."
        : isHeld ? "New events wait while you read." : hearing.value.state === "live" ? "Live, newest first." : "Not connected. New events appear after the reconnect.";
}
