import { useEffect } from "preact/hooks";
import { eventPath, setQuery, vmPath } from "../../app/router.js";
import { readLast, type Row } from "../../fleet/fleet.js";
import { spansOf } from "../../fleet/spans.js";
import { State } from "../../parts/StateMark.js";
import { Strip } from "../../parts/Strip.js";
import { When } from "../../parts/When.js";
import { isAlarm } from "../../qemu/events.js";
import { stateOf } from "../../qemu/runStates.js";
import type { Selection } from "./selection.js";

/** A VM in a row: what it is, how it is, how it was in the last hour, and what happened last. */
export function VmRow({ row, selection, from, to, index }: { row: Row; selection: Selection; from: number; to: number; index: number }) {
  const { vm, last, moments } = row;
  const isChosen = selection.chosen.has(vm.id);
  const shown = stateOf(vm);
  const isKnown = last !== undefined;
  useEffect(() => {
    if (!isKnown) {
      // A failure leaves the cell empty; the next event fills it.
      void readLast(vm.id).catch(() => undefined);
    }
  }, [vm.id, isKnown]);
  return (
    <tr aria-rowindex={index} aria-selected={isChosen} class={selection.current === vm.id ? "current" : undefined}>
      <td class="pick">
        <input type="checkbox" aria-label={`Select ${vm.id}`} checked={isChosen} onClick={(event) => selection.toggle(vm.id, event.shiftKey)} />
      </td>
      <td class="name">
        <a href={vmPath(vm.id)} title={vm.id}>{vm.id}</a>
        {Object.entries(vm.labels).map(([name, value]) => (
          <button key={name} type="button" class="label" title={`Show VMs with ${name}=${value}`} onClick={() => setQuery({ q: `${name}=${value}` }, "push")}>{name}={value}</button>
        ))}
      </td>
      <td class="col-state"><State shown={shown} title={vm.connection.reason ?? shown.means} /></td>
      <td class="col-hour wide"><Strip spans={spansOf(moments, vm, from, to)} from={from} to={to} /></td>
      <td class="col-event wide">{last !== undefined && <><a class={`mono ${isAlarm(last) ? "broken" : ""}`} href={eventPath(last.id)}>{last.event}</a> <span class="quiet"><When at={last.receivedAt} /></span></>}</td>
      <td class="col-heard wide num quiet">{vm.connection.state === "connected" ? "now" : vm.connection.lastMessageAt === null ? "never" : <When at={vm.connection.lastMessageAt} />}</td>
    </tr>
  );
}
