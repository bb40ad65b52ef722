import type { Vm } from "@qmp-gateway/client";
import { useMemo } from "preact/hooks";
import { now } from "../../app/clock.js";
import { query, setQuery, vmPath, go } from "../../app/router.js";
import { may } from "../../app/session.js";
import { fleet, isListed } from "../../fleet/fleet.js";
import { State } from "../../parts/StateMark.js";
import { stateOf } from "../../qemu/runStates.js";

// More are found by their names.
const MOST_SHOWN = 100;

/** Asks which VM's commands to show. */
export function ChooseVm() {
  const words = query.value.get("q") ?? "";
  // Once a second is enough to choose by, however often a large fleet changes.
  const second = now.value;
  const isReady = isListed.value;
  const all = useMemo(() => [...fleet.peek().values()].map(({ vm }) => vm).filter((vm) => may("admin", vm.id)).sort((a, b) => (a.id < b.id ? -1 : 1)), [second, isReady]);
  const found = useMemo(() => all.filter((vm) => fits(vm, words)), [all, words]);
  return (
    <>
      <header class="bar-of-page">
        <h1>Commands</h1>
        <input class="search" type="search" data-search aria-label="Search the VMs" placeholder="Name, label or QEMU version…   /" value={words} onInput={({ currentTarget }) => setQuery({ q: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && found[0] !== undefined) {
              go(vmPath(found[0].id, "commands"));
            }
          }} />
      </header>
      <p class="lead measure">The available commands depend on the version and build of QEMU. Choose a VM.</p>
      {!isReady && all.length === 0 ? <p class="quiet" role="status">Loading the VMs…</p>
        : all.length === 0 ? <p class="card empty">You may not send commands to any VM. This requires the admin role. <a href="/">Your VMs</a> have buttons for what you may do.</p>
          : found.length === 0 ? <p class="card empty">No VM matches. <button type="button" class="link" onClick={() => setQuery({ q: "" })}>Show all {all.length}</button></p>
            : (
              <ul class="card vm-choices">
                {found.slice(0, MOST_SHOWN).map((vm) => (
                  <li key={vm.id}>
                    <a href={vmPath(vm.id, "commands")}><b class="wrap">{vm.id}</b> <State shown={stateOf(vm)} /> <span class="quiet">{vm.qemu ? `QEMU ${vm.qemu.version}` : "never connected"}</span></a>
                  </li>
                ))}
                {found.length > MOST_SHOWN && <li class="quiet more">{found.length - MOST_SHOWN} more. Type part of the name.</li>}
              </ul>
            )}
    </>
  );
}

function fits({ id, qemu, labels }: Vm, words: string): boolean {
  const texts = [id, qemu?.version ?? "", ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].map((text) => text.toLowerCase());
  return words.toLowerCase().split(/\s+/).every((word) => texts.some((text) => text.includes(word)));
}
