import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { now } from "../../app/clock.js";
import { useKeys } from "../../app/keys.js";
import { go, query, setQuery, vmPath } from "../../app/router.js";
import { may } from "../../app/session.js";
import { fleet, isListed } from "../../fleet/fleet.js";
import { needs } from "../../fleet/needs.js";
import { AddVm } from "./AddVm.js";
import { Bulk } from "./Bulk.js";
import { Counts } from "./Counts.js";
import { countTones, type Filter, filtered, grouped, labelNames, type Show } from "./filter.js";
import { Needs } from "./Needs.js";
import { NoVms } from "./NoVms.js";
import { useSelection } from "./selection.js";
import { VmTable } from "./VmTable.js";
import "./vms.css";

/** Every VM: those that need attention first, then all of them. */
export function VmsPage() {
  const rows = fleet.value;
  const filter: Filter = { words: query.value.get("q") ?? "", show: (query.value.get("show") ?? undefined) as Show | undefined };
  const group = query.value.get("group") ?? "";
  // Needs change with the fleet. The clock matters only for those that expire.
  const minute = Math.floor(now.value / 60_000);
  const needy = useMemo(() => needs(rows.values(), minute * 60_000), [rows, minute]);
  const seen = filtered(rows.values(), needy, filter);
  const lines = grouped(seen, group);
  const ids = lines.flatMap((line) => ("vm" in line ? line.vm.id : []));
  const selection = useSelection(ids);
  const isAdding = useSignal(false);
  useKeys([
    { keys: "j", does: "Next VM", run: () => selection.move(1) },
    { keys: "k", does: "Previous VM", run: () => selection.move(-1) },
    { keys: "x", does: "Select the VM", run: () => selection.toggleCurrent() },
    { keys: "o", does: "Open the VM", run: () => { if (selection.current !== undefined) { go(vmPath(selection.current)); } } },
    { keys: "Escape", does: "Clear the selection", run: () => selection.clear() },
  ]);

  return (
    <>
      <header class="bar-of-page">
        <h1>Virtual machines</h1>
        <input class="search" type="search" data-search aria-label="Search by name, label or state" placeholder="Name, label or state…   /" value={filter.words}
          onInput={(event) => setQuery({ q: event.currentTarget.value })} />
        <span class="grow" />
        <GroupBy names={labelNames(rows.values())} group={group} />
        {may("admin") && <button type="button" class="btn" onClick={() => { isAdding.value = true; }}>Add a VM</button>}
      </header>
      {isAdding.value && <AddVm onClose={() => { isAdding.value = false; }} />}
      {!isListed.value && rows.size === 0 ? <p class="quiet" role="status">Loading the VMs…</p>
        : rows.size === 0 ? <NoVms />
          : <>
            <Counts tones={countTones(rows.values())} needs={needy.length} show={filter.show} />
            <Needs needs={filter.words === "" ? needy : needy.filter(({ vm }) => ids.includes(vm.id))} />
            {seen.length === 0
              ? <p class="card empty">No VM matches. <button type="button" class="link" onClick={() => setQuery({ q: "", show: "" }, "push")}>Show all {rows.size}</button></p>
              : <VmTable lines={lines} selection={selection} />}
          </>}
      <Bulk selection={selection} />
    </>
  );
}

function GroupBy({ names, group }: { names: readonly string[]; group: string }) {
  return names.length === 0 && group === "" ? null : (
    <select aria-label="Group by label" value={group} onChange={(event) => setQuery({ group: event.currentTarget.value })}>
      <option value="">No groups</option>
      {[...new Set([...names, ...(group === "" ? [] : [group])])].map((name) => <option key={name} value={name}>Group by {name}</option>)}
    </select>
  );
}
