import { useSignal } from "@preact/signals";
import { may } from "../../app/session.js";
import { LIFECYCLE, type LifecycleName } from "../../qemu/lifecycle.js";
import { BulkDialog } from "./BulkDialog.js";
import type { Selection } from "./selection.js";

const OFFERED: readonly LifecycleName[] = ["stop", "cont", "reset", "powerdown"];

/** What to do with the VMs that are selected. */
export function Bulk({ selection }: { selection: Selection }) {
  // The VMs that the dialog is about, even if the selection changes.
  const asked = useSignal<{ command: LifecycleName; vms: readonly string[] } | undefined>(undefined);
  const vms = [...selection.chosen].sort();
  const mine = vms.filter((vm) => may("operator", vm));
  return (
    <>
      {vms.length > 0 && (
        <div class="bulk" role="group" aria-label="Selected VMs">
          <span>{vms.length} selected{mine.length < vms.length && `, you may control ${mine.length} of them`}</span>
          {mine.length > 0 && OFFERED.map((command) => (
            <button key={command} type="button" class="btn" onClick={() => { asked.value = { command, vms: mine }; }}>{LIFECYCLE[command].verb}…</button>
          ))}
          <button type="button" class="btn" onClick={() => selection.clear()}>Clear</button>
        </div>
      )}
      {asked.value !== undefined && <BulkDialog {...asked.value} onClose={() => { asked.value = undefined; }} />}
    </>
  );
}
