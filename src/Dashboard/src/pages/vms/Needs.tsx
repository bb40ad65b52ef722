import { setQuery, vmPath, eventPath } from "../../app/router.js";
import type { Need } from "../../fleet/needs.js";
import { Mark } from "../../parts/StateMark.js";
import { When } from "../../parts/When.js";
import { stateOf } from "../../qemu/runStates.js";

const SHOWN = 8;

/** What needs a person, in sentences, most urgent first. */
export function Needs({ needs }: { needs: readonly Need[] }) {
  return (
    <section class="card needs" aria-labelledby="needs">
      <h2 id="needs"><Mark tone="broken" /> Needs you</h2>
      <ul>
        {needs.slice(0, SHOWN).map((need) => (
          <li key={need.vm.id}>
            <Mark tone={stateOf(need.vm).tone === "away" ? "away" : "broken"} />
            <a class="name" href={vmPath(need.vm.id)}>{need.vm.id}</a>
            <p class="why">
              <b>{need.what}</b> {need.since === undefined ? "more than an hour ago" : <When at={need.since} />}
              {need.event?.id !== undefined && <> (<a href={eventPath(need.event.id)}>{need.event.name}</a>)</>}. {need.advice}
            </p>
          </li>
        ))}
      </ul>
      {needs.length > SHOWN && (
        <p class="more"><button type="button" class="link" onClick={() => setQuery({ show: "needs" }, "push")}>All {needs.length} that need you</button></p>
      )}
    </section>
  );
}
