import type { Selection } from "./selection.js";

/** What to do with the VMs that are selected. */
export function Bulk({ selection }: { selection: Selection }) {
  return selection.chosen.size === 0 ? null : <div class="bulk"><span>{selection.chosen.size} selected</span></div>;
}
