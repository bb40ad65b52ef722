import type { GatewayEvent } from "@qmp-gateway/client";
import { useEffect, useState } from "preact/hooks";
import { eventPath } from "../../app/router.js";
import { gateway } from "../../app/session.js";
import { Failure } from "../../parts/Failure.js";
import { Clock } from "../../parts/When.js";
import { connectionWords, CONNECTIONS } from "./connectionWords.js";
import { useHeard } from "./useHeard.js";

const FIRST = 10;
const MORE = 100;

/** When the gateway was connected to the VM, and when it was not. */
export function Connections({ vm }: { vm: string }) {
  const heard = useHeard(vm, CONNECTIONS);
  const [read, setRead] = useState<readonly GatewayEvent[]>();
  const [failure, setFailure] = useState<unknown>();
  const [limit, setLimit] = useState(FIRST);
  useEffect(() => {
    const over = new AbortController();
    // One more than is shown: it says whether the last one shown is a new run.
    gateway.readHistory({ vms: [vm], events: CONNECTIONS, order: "desc", limit: limit + 1, signal: over.signal })
      .then(({ items }) => setRead(items), (error: unknown) => !over.signal.aborted && setFailure(error));
    return () => over.abort(new Error("the page was left"));
  }, [vm, limit]);

  const known = new Set(read?.map((event) => event.id));
  const all = [...heard.events.filter((event) => !known.has(event.id)).reverse(), ...(read ?? [])];
  return (
    <section class="card" aria-labelledby="connections">
      <h2 id="connections">Connection history</h2>
      {failure !== undefined && <div class="body"><Failure failure={failure} what="The history cannot be read" /></div>}
      {read !== undefined && all.length === 0 && <p class="body quiet">There are no connection events.</p>}
      <ul class="told">
        {all.slice(0, limit).map((event, i) => (
          <li key={event.id} class="told-line"><a href={eventPath(event.id)}><Clock at={event.receivedAt} /></a><span>{connectionWords(event, all.slice(i + 1))}</span></li>
        ))}
      </ul>
      {all.length > limit && limit < MORE && <p class="body"><button type="button" class="link" onClick={() => setLimit(MORE)}>Show more</button></p>}
    </section>
  );
}
