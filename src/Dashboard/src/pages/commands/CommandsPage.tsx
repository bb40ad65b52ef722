import { ChooseVm } from "./ChooseVm.js";
import { VmCommands } from "./VmCommands.js";
import "./commands.css";
import "./forget.js";

/** Every command of a QEMU, with forms made from its own description. */
export function CommandsPage({ vm }: { vm?: string }) {
  return vm === undefined ? <ChooseVm /> : <VmCommands id={vm} />;
}
