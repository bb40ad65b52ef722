import { eventPath, setQuery, vmPath } from "../../app/router.js";
import { fleet } from "../../fleet/fleet.js";
import type { Need } from "../../fleet/needs.js";
import { sent } from "../../fleet/sent.js";
import { LifecycleButton } from "../../parts/LifecycleButton.js";
import { SentResults } from "../../parts/SentResults.js";
import { Mark } from "../../parts/StateMark.js";
import { When } from "../../parts/When.js";
import { stateOf } from "../../qemu/runStates.js";

const SHOWN = 8;

/** The VMs that need attention and why, most urgent first. */
export function Needs({ needs }: { needs: readonly Need[] }) {
  // A VM that a button of this list has helped no longer needs attention, but the result of the command stays until it is closed.
  const helped = [...sent.value.values()].flatMap(([latest]) => (latest === undefined || latest.isOfMany || needs.some(({ vm }) => vm.id === latest.vm) ? [] : latest.vm));
  return needs.length + helped.length === 0 ? null : (
    <section class="card needs" aria-labelledby="needs">
      <h2 id="needs"><Mark tone="broken" /> Needs attention</h2>
      <ul>
        {needs.slice(0, SHOWN).map((need) => (
          <li key={need.vm.id}>
            <Mark tone={stateOf(need.vm).tone === "away" ? "away" : "broken"} />
            <a class="name" href={vmPath(need.vm.id)}>{need.vm.id}</a>
            <p class="why">
              <b>{need.what}</b> {need.since === undefined ? "more than an hour ago" : <When at={need.since} />}
              {need.event?.id !== undefined && <> (<a href={eventPath(need.event.id)}>{need.event.name}</a>)</>}. {need.advice}
            </p>
            {need.helps !== undefined && <span class="act"><LifecycleButton vm={need.vm} command={need.helps} /></span>}
            <SentResults vm={need.vm.id} />
          </li>
        ))}
        {helped.map((vm) => <Helped key={vm} id={vm} />)}
      </ul>
      {needs.length > SHOWN && (
        <p class="more"><button type="button" class="link" onClick={() => setQuery({ show: "needs" }, "push")}>Show all {needs.length}</button></p>
      )}
    </section>
  );
}

function Helped({ id }: { id: string }) {
  const row = fleet.value.get(id);
  return (
    <li>
      {row === undefined ? <span /> : <Mark tone={stateOf(row.vm).tone} />}
      <a class="name" href={vmPath(id)}>{id}</a>
      <p class="why">{row === undefined ? "Removed" : <><b>{stateOf(row.vm).word}</b> now.</>}</p>
      <SentResults vm={id} />
    </li>
  );
}
