import type { Vm } from "@qmp-gateway/client";
import { useState } from "preact/hooks";
import { may } from "../app/session.js";
import { send, sent } from "../fleet/sent.js";
import { LIFECYCLE, type LifecycleName } from "../qemu/lifecycle.js";
import { stateOf } from "../qemu/runStates.js";
import { Dialog } from "./Dialog.js";
import { State } from "./StateMark.js";

/**
 * A button for a lifecycle command. A command that loses something asks for confirmation. `SentResults` shows its result.
 * A user who may not send it sees no button.
 *
 * @param onSent Called once the command is sent.
 * @param naming Whether the button names the VM, for pages with several VMs.
 */
export function LifecycleButton({ vm, command, first = false, naming = false, onSent }: { vm: Vm; command: LifecycleName; first?: boolean; naming?: boolean; onSent?: () => void }) {
  // The run that the user saw when the dialog opened. The command must not reach another run.
  const [asked, setAsked] = useState<Vm>();
  const { verb, doing, loses } = LIFECYCLE[command];
  if (!may("operator", vm.id)) {
    return null;
  }

  const isWaiting = sent.value.get(vm.id)?.some((one) => one.command === command && one.result.kind === "waiting") ?? false;
  const click = (): void => {
    if (loses !== undefined) {
      setAsked(vm);
    } else if (!isWaiting) {
      void send(vm.id, command, vm.run);
      onSent?.();
    }
  };

  const does = isWaiting ? doing : verb;
  const more = isWaiting || loses !== undefined ? "…" : "";
  return (
    <>
      <button type="button" class={`btn${first ? " first" : ""}`} aria-label={`${does} ${vm.id}${more}`} aria-disabled={isWaiting} onClick={click}>
        {does}{naming && ` ${vm.id}`}{more}
      </button>
      {asked !== undefined && <Ask vm={asked} now={vm} command={command} onClose={() => setAsked(undefined)} onSent={onSent} />}
    </>
  );
}

function Ask({ vm, now, command, onClose, onSent }: { vm: Vm; now: Vm; command: LifecycleName; onClose: () => void; onSent: (() => void) | undefined }) {
  const { verb, loses } = LIFECYCLE[command];
  const confirm = (): void => {
    void send(vm.id, command, vm.run);
    onClose();
    onSent?.();
  };

  return (
    <Dialog title={`${verb} ${vm.id}?`} onClose={onClose}>
      <p class="measure">{loses}</p>
      <p class="measure asked">Current state: <State shown={stateOf(now)} /></p>
      {now.run !== vm.run && <p class="warning">The VM has been restarted since you opened this dialog, so the command will not be sent. Close the dialog and check the VM.</p>}
      <p class="buttons">
        <button type="button" class="btn first" onClick={confirm}>{verb} {vm.id}</button>
        <button type="button" class="btn" autofocus onClick={onClose}>Cancel</button>
      </p>
    </Dialog>
  );
}
