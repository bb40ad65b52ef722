import { CursorExpiredError, GatewayError } from "@qmp-gateway/client";
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useKeys } from "../../app/keys.js";
import { query, setQuery } from "../../app/router.js";
import { gateway } from "../../app/session.js";
import { Failure } from "../../parts/Failure.js";
import { Around } from "./around.js";
import { EventLines } from "./EventLines.js";
import { FeedEnd } from "./FeedEnd.js";
import { filterOf } from "./filter.js";
import { focusNext } from "./focus.js";
import { sourceOf } from "./reading.js";

/** An event, opened, with those around it. */
export function AroundEvent({ id }: { id: string }) {
  const drawn = useSignal(0);
  void drawn.value;
  const draw = (): void => { drawn.value++; };
  const filter = { ...filterOf(query.value), since: "", until: "", before: "" };
  const key = JSON.stringify(filter);
  const around = useMemo(() => new Around(id, sourceOf(filter), (page) => gateway.readHistory(page)), [id, key]);
  const list = useRef<HTMLElement>(null);
  const failure = useSignal<unknown>(undefined);
  useEffect(() => { void around.start().then(draw); }, [around]);
  useLayoutEffect(() => {
    if (around.state === "ready") {
      list.current?.querySelector(".target")?.scrollIntoView({ block: "nearest" });
    }
  }, [around, around.state]);
  useKeys([
    { keys: "j", does: "Next event", run: () => focusNext(1) },
    { keys: "k", does: "Previous event", run: () => focusNext(-1) },
  ]);

  const newer = async (): Promise<void> => {
    failure.value = undefined;
    // The visible lines stay in place, below the new ones.
    const bottom = document.documentElement.scrollHeight - scrollY;
    try {
      await around.loadNewer();
    } catch (reason) {
      failure.value = reason;
    }

    draw();
    requestAnimationFrame(() => scrollTo(0, document.documentElement.scrollHeight - bottom));
  };
  const { target } = around;
  return (
    <>
      <header class="bar-of-page">
        <h1>Event {id}</h1>
        <span class="grow" />
        {target !== undefined && (
          <button type="button" class="btn" aria-pressed={filter.vms.length > 0} onClick={() => setQuery({ vm: filter.vms.length > 0 ? "" : target.vm, open: "" })}>Only {target.vm}</button>
        )}
        <a class="btn" href="/ui/events">All events</a>
      </header>
      {around.state === "loading" ? <p class="quiet" role="status">Loading the event…</p>
        : around.state === "failed" ? <NotRead id={id} failure={around.failure} onRetry={() => { void around.start().then(draw); draw(); }} />
          : around.state === "absent" ? <Absent id={id} />
            : (
              <section ref={list} class="card feed" aria-label={`Event ${id} and those around it, newest first`}>
                <p class="feed-status">
                  <span>{around.isNewest ? "There are no newer events yet." : "This event and those around it, newest first."}</span>
                  <button type="button" class="btn" onClick={() => { void newer(); }}>{around.isNewest ? "Check again" : "Show newer"}</button>
                </p>
                {failure.value !== undefined && <Failure failure={failure.value} what="Newer events could not be read" />}
                <EventLines lines={around.lines} target={id} onEnd={() => { if (around.older.isWorthReadingOn) { void around.older.loadOlder().then(draw); draw(); } }} />
                <FeedEnd feed={around.older} filter={filter} onMore={() => { void around.older.loadOlder().then(draw); draw(); }} />
              </section>
            )}
    </>
  );
}

function NotRead({ id, failure, onRetry }: { id: string; failure: unknown; onRetry: () => void }) {
  if (failure instanceof CursorExpiredError) {
    return (
      <p class="card empty">
        <strong>Event {id} or events after it are no longer kept.</strong> The gateway keeps events up to a number, an age and a size (<code>Gateway:Journal</code>).
        The events after {failure.oldest} can be read. <a href="/ui/events">Show all events</a>
      </p>
    );
  }

  return failure instanceof GatewayError && failure.status === 400
    ? <p class="card empty"><strong>There is no event {id}.</strong> No event has ever had this id. <a href="/ui/events">Show all events</a></p>
    : <><Failure failure={failure} what={`Event ${id} could not be read`} /><p class="buttons"><button type="button" class="btn" onClick={onRetry}>Try again</button></p></>;
}

function Absent({ id }: { id: string }) {
  return (
    <p class="card empty">
      <strong>Event {id} was not found.</strong> It is no longer kept, or it belongs to a VM that you may not see. <a href="/ui/events">Show all events</a>
    </p>
  );
}
