import type { GatewayEvent } from "@qmp-gateway/client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { time } from "../../app/clock.js";
import { gateway } from "../../app/session.js";
import { missed } from "../../fleet/fleet.js";
import { EventList } from "../../parts/EventList.js";
import { Failure } from "../../parts/Failure.js";
import { useHeard } from "./useHeard.js";

const FIRST = 50;
const MOST = 200;

/** The VM's last events, newest first. New ones wait while the list is in use, so that nothing moves under the pointer. */
export function VmEvents({ vm }: { vm: string }) {
  const { events, failure, retry } = useLatest(vm);
  const [isPaused, setPaused] = useState(false);
  const [isRead, setRead] = useState(false);
  const [held, setHeld] = useState<readonly GatewayEvent[]>();
  const [isOpen, setOpen] = useState(false);
  const holds = isPaused || isRead || isOpen;
  useEffect(() => { setHeld(holds ? events : undefined); }, [holds]);

  const shown = held ?? events;
  const waiting = held === undefined || events === undefined ? 0 : countAfter(events, held[0]);
  return (
    <section class="card" aria-labelledby="events">
      <header>
        <h2 id="events">Events</h2>
        <span class="unseen" role="status">{waiting > 0 && "New events are waiting."}</span>
        {waiting > 0 && <button type="button" class="btn" onClick={() => setHeld(events)}>{waiting} new</button>}
        <button type="button" class="btn" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>Hold events</button>
        <a class="btn" href={`/ui/events?vm=${encodeURIComponent(vm)}`}>All events<span class="unseen"> of {vm}</span></a>
      </header>
      {failure !== undefined && <div class="body"><Failure failure={failure} what="The events cannot be read" /><button type="button" class="link" onClick={retry}>Try again</button></div>}
      {shown === undefined ? failure === undefined && <p class="body quiet">Loading…</p>
        : shown.length === 0 ? <p class="body quiet">There are no events of this VM.</p>
          : <div onPointerEnter={() => setRead(true)} onPointerLeave={() => setRead(false)} onFocusIn={() => setRead(true)} onFocusOut={() => setRead(false)}>
              <EventList events={shown} withoutVm onOpen={setOpen} />
            </div>}
    </section>
  );
}

/** The last events of a VM, newest first: those that the journal had, and those that came since. */
function useLatest(vm: string): { events: readonly GatewayEvent[] | undefined; failure: unknown; retry: () => void } {
  const heard = useHeard(vm);
  const [read, setRead] = useState<readonly GatewayEvent[]>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const over = new AbortController();
    const began = time();
    gateway.readHistory({ vms: [vm], order: "desc", limit: FIRST, signal: over.signal }).then(({ items }) => {
      setRead(items);
      setFailure(undefined);
      heard.forgetBefore(began - 10_000);
    }, (error: unknown) => {
      if (!over.signal.aborted) {
        setFailure(error);
      }
    });
    return () => over.abort(new Error("the page was left"));
  }, [vm, attempt, missed.value.length]);

  const events = useMemo(() => {
    const known = new Set(read?.map((event) => event.id));
    return read && [...heard.events.filter((event) => !known.has(event.id)).reverse(), ...read].slice(0, MOST);
  }, [read, heard.events]);
  return { events, failure, retry: () => setAttempt((before) => before + 1) };
}

function countAfter(events: readonly GatewayEvent[], newest: GatewayEvent | undefined): number {
  const at = newest === undefined ? -1 : events.findIndex((event) => event.id === newest.id);
  return at < 0 ? events.length : at;
}
