import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useKeys } from "../../app/keys.js";
import { query, setQuery } from "../../app/router.js";
import { Failure } from "../../parts/Failure.js";
import { AroundEvent } from "./AroundEvent.js";
import { EventLines, opened } from "./EventLines.js";
import { FeedEnd } from "./FeedEnd.js";
import { FeedStatus } from "./FeedStatus.js";
import { FilterBar, Words } from "./FilterBar.js";
import { filterOf } from "./filter.js";
import { focusNext } from "./focus.js";
import { missed } from "../../fleet/fleet.js";
import { gapWords } from "./GapLine.js";
import { useFeed } from "./useFeed.js";
import "./events.css";

/** The events of all VMs as they come, with their history; or one event and those around it. */
export function EventsPage({ id }: { id?: string | undefined }) {
  return id === undefined ? <Feed /> : <AroundEvent key={id} id={id} />;
}

const STILL = 3000;

function Feed() {
  const filter = filterOf(query.value);
  const isPaused = useSignal(false);
  const list = useRef<HTMLElement>(null);
  const movedAt = useRef(0);
  // Nothing moves while somebody reads: who held the events, scrolled back, opened an event, or moves the pointer or the focus over the lines.
  const holds = (): boolean => isPaused.value || scrollY > 0 || opened().size > 0 || performance.now() - movedAt.current < STILL
    || (list.current?.contains(document.activeElement) ?? false);
  const { feed, showNew, loadOlder, restart } = useFeed(filter, holds);
  const show = (): void => {
    if (document.activeElement instanceof HTMLElement && list.current?.contains(document.activeElement)) {
      document.activeElement.blur();
    }

    showNew();
  };
  useKeys([
    { keys: "j", does: "Next event", run: () => focusNext(1) },
    { keys: "k", does: "Previous event", run: () => focusNext(-1) },
    { keys: "n", does: "Show the new events", run: show },
    { keys: "p", does: "Hold or release new events", run: () => { isPaused.value = !isPaused.value; } },
    { keys: "a", does: "Alarms only", run: () => setQuery({ alarms: filter.alarms ? "" : "1", open: "", before: "" }, "push") },
  ]);

  return (
    <>
      <header class="bar-of-page">
        <h1>Events</h1>
        <Words />
      </header>
      <FilterBar filter={filter} />
      {missed.value.map((gap) => <p key={gap.at} class="warning missed" role="status">{gapWords(gap)}</p>)}
      <section ref={list} class="card feed" aria-label="Events, newest first" aria-busy={feed.state === "loading"}
        onPointerMove={(event) => { movedAt.current = event.pointerType === "mouse" ? performance.now() : movedAt.current; }} onPointerLeave={() => { movedAt.current = 0; }}>
        <FeedStatus feed={feed} filter={filter} isPaused={isPaused} onShow={show} />
        {feed.state === "failed"
          ? <div class="body"><Failure failure={feed.failure} what="The events could not be read" /><p class="buttons"><button type="button" class="btn" onClick={restart}>Try again</button></p></div>
          : <>
            <EventLines lines={feed.lines} onEnd={() => { if (feed.isWorthReadingOn) { loadOlder(); } }} />
            <FeedEnd feed={feed} filter={filter} onMore={loadOlder} />
          </>}
      </section>
    </>
  );
}
