import { useSignal } from "@preact/signals";

/** The selected VMs, and the one that the keyboard is at. */
export interface Selection {
  chosen: ReadonlySet<string>;
  current: string | undefined;
  /** All that are shown are selected. */
  isAll: boolean;
  move(by: number): void;
  toggle(vm: string, upTo: boolean): void;
  toggleCurrent(): void;
  toggleAll(): void;
  clear(): void;
}

/**
 * Selects VMs by mouse and keys.
 *
 * @param ids The VMs that are shown, in their order.
 */
export function useSelection(ids: readonly string[]): Selection {
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const current = useSignal<string | undefined>(undefined);
  const toggle = (vm: string, upTo: boolean): void => {
    const next = new Set(chosen.value);
    const isOn = !next.has(vm);
    const [a, b] = upTo && current.value !== undefined ? [ids.indexOf(current.value), ids.indexOf(vm)] : [-1, -1];
    for (const one of a >= 0 && b >= 0 ? ids.slice(Math.min(a, b), Math.max(a, b) + 1) : [vm]) {
      next[isOn ? "add" : "delete"](one);
    }

    chosen.value = next;
    current.value = vm;
  };

  const isAll = ids.length > 0 && ids.every((id) => chosen.value.has(id));
  return {
    chosen: chosen.value,
    current: current.value,
    isAll,
    move: (by) => {
      const at = current.value === undefined ? -1 : ids.indexOf(current.value);
      current.value = ids[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : ids.length - 1) : at + by, 0), ids.length - 1)];
    },
    toggle,
    toggleCurrent: () => {
      if (current.value !== undefined) {
        toggle(current.value, false);
      }
    },
    toggleAll: () => { chosen.value = new Set(isAll ? [] : ids); },
    clear: () => { chosen.value = new Set(); },
  };
}
