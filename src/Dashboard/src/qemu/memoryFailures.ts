import { type Data, membersOf, named, text } from "./words.js";

const RECIPIENTS: Readonly<Record<string, string>> = {
  guest: "A piece of the host's memory failed that holds memory of the guest.",
  hypervisor: "A piece of the host's memory failed that QEMU itself uses; it holds no memory of the guest.",
};

const ACTIONS: Readonly<Record<string, string>> = {
  ignore: "QEMU did nothing: nobody needed that memory just then. The guest runs on and does not know.",
  inject: "QEMU told the guest by a machine check. The guest gives that page up, and ends the program that used it; if its kernel used it, it panics.",
  fatal: "QEMU cannot go on without that memory, and ends. The guest is gone as if its power was cut.",
  reset: "The guest was not ready to hear of machine checks, so QEMU resets it. What it had not written to disk is lost.",
};

/** A MEMORY_FAILURE in sentences: whose memory it was, what QEMU did, and what that means for the guest. */
export function memoryFailure(data: Data): string[] {
  const flags = membersOf(data.flags);
  const action = typeof data.action === "string" ? data.action : "";
  return [
    named(RECIPIENTS, data.recipient) ?? `Memory of "${text(data.recipient)}" failed.`,
    named(ACTIONS, action) ?? `QEMU's action is "${action}", which this page does not know.`,
    ...(flags["action-required"] === true ? ["Somebody was using it: the failure could not wait."] : []),
    ...(flags["action-required"] === false ? ["Nobody was using it: the host found the failure in the background."] : []),
    ...(flags.recursive === true ? ["It came while the guest was still busy with an earlier one."] : []),
    "The host's memory is failing: move this host's guests elsewhere and have its memory checked.",
  ];
}
