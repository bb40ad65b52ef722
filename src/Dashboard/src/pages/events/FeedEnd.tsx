import { query } from "../../app/router.js";
import { Failure } from "../../parts/Failure.js";
import { Clock } from "../../parts/When.js";
import type { Feed } from "./feed.js";
import { clear } from "./FilterBar.js";
import { type EventsFilter, isNarrow } from "./filter.js";

/** Below the last line: whether there are more events, and how to load them. */
export function FeedEnd({ feed, filter, onMore }: { feed: Feed; filter: EventsFilter; onMore: () => void }) {
  return feed.state !== "ready" ? null : (
    <div class="feed-end" role="status">
      {feed.failure !== undefined ? <><Failure failure={feed.failure} what="Older events could not be read" /><More onMore={onMore} name="Try again" /></>
        : feed.isLoadingOlder ? <p class="quiet">Loading older events…</p>
          : feed.isEnd ? <End feed={feed} filter={filter} />
            : feed.isFull ? <Full oldest={feed.oldest} count={feed.lines.length} />
              : <p>
                Searched {feed.searched.toLocaleString()} events{feed.searchedTo !== undefined && <>, back to <Clock at={feed.searchedTo} /></>}.{" "}
                <More onMore={onMore} name="Search further back" />
              </p>}
    </div>
  );
}

function End({ feed, filter }: { feed: Feed; filter: EventsFilter }) {
  if (feed.lines.length > 0) {
    return <p class="quiet">{filter.since !== "" ? "There are no older events in this time range." : isNarrow(filter) ? "No older event matches." : "These are all events. Older ones are no longer kept."}</p>;
  }

  return isNarrow(filter) || filter.before !== ""
    ? <p>No event matches. <button type="button" class="link" onClick={clear}>Show all events</button></p>
    : <p>There are no events yet. They appear here as soon as a VM or the gateway sends one.</p>;
}

function Full({ oldest, count }: { oldest: string | undefined; count: number }) {
  const next = new URLSearchParams(query.value);
  next.delete("open");
  next.set("before", oldest ?? "");
  return <p>{count.toLocaleString()} events are shown. <a href={`/ui/events?${next}`}>Show older events</a></p>;
}

function More({ onMore, name }: { onMore: () => void; name: string }) {
  return <button type="button" class="btn" onClick={onMore}>{name}</button>;
}
