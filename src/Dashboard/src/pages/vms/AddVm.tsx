import { useState } from "preact/hooks";
import { go, vmPath } from "../../app/router.js";
import { gateway } from "../../app/session.js";
import { Dialog } from "../../parts/Dialog.js";
import { Failure } from "../../parts/Failure.js";

/** Adds a VM to the gateway's registry. */
export function AddVm({ onClose }: { onClose: () => void }) {
  const [failure, setFailure] = useState<unknown>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const id = String(form.get("id")).trim();
    try {
      await gateway.putVm(id, { endpoint: String(form.get("endpoint")).trim(), labels: labelsOf(String(form.get("labels"))) });
      onClose();
      go(vmPath(id));
    } catch (caught) {
      setFailure(caught);
    }
  };

  return (
    <Dialog title="Add a VM" onClose={onClose}>
      <form class="stacked" onSubmit={(event) => { void submit(event); }}>
        <label for="add-id">Name</label>
        <input id="add-id" name="id" required pattern="[a-z0-9][a-z0-9\-_.]{0,62}" title="1 to 63 of the characters a-z 0-9 - _ . beginning with a letter or digit" placeholder="web1" autocomplete="off" />
        <label for="add-endpoint">Endpoint</label>
        <input id="add-endpoint" name="endpoint" required placeholder="unix:/run/qemu/web1.qmp or tcp:host:port" autocomplete="off" />
        <label for="add-labels">Labels</label>
        <input id="add-labels" name="labels" placeholder="rack=a tier=web" autocomplete="off" />
        {failure !== undefined && <Failure failure={failure} what="The VM was not added" />}
        <p class="buttons">
          <button class="btn first">Add the VM</button>
          <button type="button" class="btn" onClick={onClose}>Cancel</button>
        </p>
      </form>
    </Dialog>
  );
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(text.split(/[\s,]+/).filter((part) => part !== "").map((part) => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  }));
}
