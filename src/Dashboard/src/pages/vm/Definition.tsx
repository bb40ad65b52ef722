import type { Vm } from "@qmp-gateway/client";
import { useState } from "preact/hooks";
import { gateway } from "../../app/session.js";
import { Dialog } from "../../parts/Dialog.js";
import { Failure } from "../../parts/Failure.js";
import { readLabels, writeLabels } from "./labels.js";

const ELSEWHERE: Readonly<Record<string, string>> = {
  configuration: "This VM is defined in the gateway's configuration. Change or remove it there, under Gateway:Vms.",
  discovery: "The gateway found this VM's socket in a directory that it watches. The VM is removed when the socket is removed. To give it labels, define it under Gateway:Vms.",
};

/** The definition of a VM. An admin may change it here if it was added through the API. */
export function Definition({ vm }: { vm: Vm }) {
  return (
    <section class="card" aria-labelledby="definition">
      <h2 id="definition">Definition</h2>
      {vm.source === "api" ? <Edit vm={vm} /> : <p class="body quiet">{ELSEWHERE[vm.source] ?? `Source: ${vm.source}.`}</p>}
    </section>
  );
}

function Edit({ vm }: { vm: Vm }) {
  // Unedited fields follow the VM, because somebody else may change it too.
  const [edited, setEdited] = useState<{ endpoint?: string; labels?: string }>({});
  const { endpoint = vm.endpoint, labels = writeLabels(vm.labels) } = edited;
  const [isSaving, setSaving] = useState(false);
  const [result, setResult] = useState<string | { failure: unknown }>();
  const [isRemoving, setRemoving] = useState(false);
  const isChanged = endpoint !== vm.endpoint || labels !== writeLabels(vm.labels);
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const read = readLabels(labels);
    if ("wrong" in read) {
      setResult(read.wrong);
      return;
    }

    setSaving(true);
    try {
      // The definition is sent whole. Actions that set nothing are not valid, so without any they are left out.
      await gateway.putVm(vm.id, { endpoint, labels: read.labels, ...(Object.keys(vm.actions).length > 0 && { actions: vm.actions }) });
      setEdited({});
      setResult("Saved.");
    } catch (failure) {
      setResult({ failure });
    }

    setSaving(false);
  };

  return (
    <form class="body vm-definition" onSubmit={(event) => { void save(event); }}>
      <label for="endpoint">Endpoint</label>
      <input id="endpoint" class="mono" value={endpoint} required onInput={(event) => setEdited({ ...edited, endpoint: event.currentTarget.value })} aria-describedby="endpoint-help" />
      <p id="endpoint-help" class="quiet">unix:/path or tcp:host:port. Changing it closes the current connection.</p>
      <label for="labels">Labels</label>
      <textarea id="labels" rows={Math.max(labels.split("\n").length, 2)} value={labels} onInput={(event) => setEdited({ ...edited, labels: event.currentTarget.value })} aria-describedby="labels-help" />
      <p id="labels-help" class="quiet">name=value, one per line.</p>
      <div role="status">{result === undefined ? null : typeof result === "string" ? <p class={result === "Saved." ? "done" : "failure"}>{result}</p> : <Failure failure={result.failure} what="Not saved" />}</div>
      <p class="buttons">
        <button class="btn" disabled={isSaving || !isChanged}>Save</button>
        <button type="button" class="btn danger" onClick={() => setRemoving(true)}>Remove {vm.id}…</button>
      </p>
      {isRemoving && <Remove vm={vm} onClose={() => setRemoving(false)} />}
    </form>
  );
}

function Remove({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const [failure, setFailure] = useState<unknown>();
  // When it is gone, the page says so.
  const remove = (): void => { gateway.deleteVm(vm.id).then(onClose, setFailure); };
  return (
    <Dialog title={`Remove ${vm.id} from the gateway?`} onClose={onClose}>
      <p class="measure">QEMU and its guest keep running. The gateway disconnects and deletes the VM's definition with its labels and actions. The events and the audit log are kept. You can add the VM again at any time.</p>
      {failure !== undefined && <Failure failure={failure} what="Not removed" />}
      <p class="buttons">
        <button type="button" class="btn first" onClick={remove}>Remove {vm.id}</button>
        <button type="button" class="btn" autofocus onClick={onClose}>Cancel</button>
      </p>
    </Dialog>
  );
}
