import { useState } from "preact/hooks";
import { sendToMany } from "../../fleet/sent.js";
import { Dialog } from "../../parts/Dialog.js";
import { LIFECYCLE, type LifecycleName } from "../../qemu/lifecycle.js";
import { BulkResults } from "./BulkResults.js";

/** Names the VMs, asks, sends, and keeps the result of each until it is closed. */
export function BulkDialog({ command, vms, onClose }: { command: LifecycleName; vms: readonly string[]; onClose: () => void }) {
  const [isSent, setSent] = useState(false);
  const { verb, loses } = LIFECYCLE[command];
  const what = `${verb} ${vms.length === 1 ? vms[0] : `${vms.length} VMs`}`;
  const confirm = (): void => {
    setSent(true);
    void sendToMany(vms, command);
  };

  return (
    <Dialog title={isSent ? what : `${what}?`} onClose={onClose}>
      {isSent
        ? <BulkResults command={command} vms={vms} />
        : <>
          {loses !== undefined && <p class="measure">For each VM: {loses}</p>}
          <ul class="named" aria-label="VMs">{vms.map((vm) => <li key={vm}>{vm}</li>)}</ul>
        </>}
      <p class="buttons">
        {!isSent && <button type="button" class="btn first" onClick={confirm}>{what}</button>}
        <button type="button" class="btn" autofocus onClick={onClose}>{isSent ? "Close" : "Cancel"}</button>
      </p>
    </Dialog>
  );
}
