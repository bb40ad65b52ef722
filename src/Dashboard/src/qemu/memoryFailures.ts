import { type Data, membersOf, named, text } from "./words.js";

const RECIPIENTS: Readonly<Record<string, string>> = {
  guest: "A part of the host's memory that the guest uses has failed.",
  hypervisor: "A part of the host's memory that QEMU itself uses has failed. It holds no guest memory.",
};

const ACTIONS: Readonly<Record<string, string>> = {
  ignore: "QEMU did nothing, because the memory was not in use. The guest continues and does not know about it.",
  inject: "QEMU reported it to the guest as a machine check. The guest stops using that page and kills the program that used it. If its kernel used it, it panics.",
  fatal: "QEMU cannot continue without that memory, and exits. For the guest, this is a power cut.",
  reset: "The guest could not handle machine checks, so QEMU resets it. Data that it has not written to disk is lost.",
};

/** A MEMORY_FAILURE in sentences: whose memory it was, what QEMU did, and what that means for the guest. */
export function memoryFailure(data: Data): string[] {
  const flags = membersOf(data.flags);
  const action = typeof data.action === "string" ? data.action : "";
  return [
    named(RECIPIENTS, data.recipient) ?? `Memory of "${text(data.recipient)}" failed.`,
    named(ACTIONS, action) ?? `QEMU's action is "${action}", which this dashboard does not know.`,
    ...(flags["action-required"] === true ? ["The memory was in use, so the failure had to be handled immediately."] : []),
    ...(flags["action-required"] === false ? ["The memory was not in use. The host found the failure in the background."] : []),
    ...(flags.recursive === true ? ["It happened while the guest was still handling an earlier failure."] : []),
    "The host's memory is failing. Move the VMs to another host and have the memory checked.",
  ];
}
