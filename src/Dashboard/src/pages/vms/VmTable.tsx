import { useEffect } from "preact/hooks";
import { now } from "../../app/clock.js";
import { isNarrow } from "../../parts/narrow.js";
import { showRow, useVirtualRows } from "../../parts/virtualRows.js";
import type { Line } from "./filter.js";
import type { Selection } from "./selection.js";
import { VmRow } from "./VmRow.js";

const HOUR = 3_600_000;

// As vms.css has them: on a phone, a row has two lines.
const ROW = 40;
const TALL_ROW = 60;

/** All VMs in rows. Only the rows in sight are drawn. */
export function VmTable({ lines, selection }: { lines: readonly Line[]; selection: Selection }) {
  const height = isNarrow.value ? TALL_ROW : ROW;
  const { list, first, end, before, after } = useVirtualRows<HTMLTableSectionElement>(lines.length, height);
  const { current } = selection;
  useEffect(() => {
    const index = lines.findIndex((line) => "vm" in line && line.vm.id === current);
    if (index >= 0) {
      showRow(list.current, index, height);
    }
  }, [current]);
  // Strips move on a step a minute, not with each second.
  const to = Math.ceil(now.value / 60_000) * 60_000;
  return (
    <table class="card vms" aria-rowcount={lines.length + 1}>
      <thead>
        <tr>
          <th class="pick"><input type="checkbox" aria-label="Select all shown VMs" checked={selection.isAll} onChange={() => selection.toggleAll()} /></th>
          <th>Name</th>
          <th class="col-state">State</th>
          <th class="col-hour wide">Last hour</th>
          <th class="col-event wide">Last event</th>
          <th class="col-heard wide">Last seen</th>
        </tr>
      </thead>
      <tbody ref={list}>
        {before > 0 && <Space height={before} />}
        {lines.slice(first, end).map((line, i) => ("vm" in line
          ? <VmRow key={line.vm.id} row={line} selection={selection} from={to - HOUR} to={to} index={first + i + 2} />
          : <tr key={line.heading} class="heading"><th colSpan={6} scope="colgroup">{line.heading} <span class="quiet">{line.count}</span></th></tr>))}
        {after > 0 && <Space height={after} />}
      </tbody>
    </table>
  );
}

function Space({ height }: { height: number }) {
  return <tr aria-hidden="true"><td class="space" colSpan={6} style={{ height: `${height}px` }} /></tr>;
}
