import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { endOf, runState, type Shown, stateOf } from "../qemu/runStates.js";
import { dataOf } from "../qemu/events.js";

/** A period in which a VM was in one state, in milliseconds. `event` is the id of the event that began it. */
export interface Span {
  from: number;
  to: number;
  shown: Shown;
  event?: string;
}

/** A change of what is known of a VM. */
export interface Moment {
  at: number;
  /** The state from here on; `as-before` after a gap in which it was not known and did not change. */
  shown: Shown | "as-before";
  event: string;
  /** The state before it, if the event contains it. */
  before?: Shown;
}

/** The events that spans are made of. */
export const STATE_EVENTS = ["VM_CONNECTED", "VM_DISCONNECTED", "VM_CONNECTION_CHANGED", "VM_STATUS_CHANGED", "VM_ENDED", "VM_REMOVED"] as const;

const AWAY: Shown = { tone: "away", word: "Unreachable", means: "The gateway could not reach the VM, so its state is unknown." };

/** The state that an event reports; undefined if none. */
export function momentOf(event: GatewayEvent): Moment | undefined {
  if (event.origin !== "gateway") {
    return undefined;
  }

  const moment = (shown: Moment["shown"], before?: Shown): Moment => ({ at: Date.parse(event.receivedAt), event: event.id, shown, ...(before && { before }) });
  switch (event.event) {
    case "VM_CONNECTED": {
      const { status } = dataOf<"VM_CONNECTED">(event);
      return status === null ? undefined : moment(runState(status), AWAY);
    }

    case "VM_STATUS_CHANGED": {
      const { status, previous } = dataOf<"VM_STATUS_CHANGED">(event);
      return moment(runState(status), previous === null ? undefined : runState(previous));
    }

    case "VM_CONNECTION_CHANGED": {
      const { state, previous } = dataOf<"VM_CONNECTION_CHANGED">(event);
      return state === "connected" ? moment("as-before", AWAY) : moment(AWAY, previous === "connected" ? undefined : AWAY);
    }

    case "VM_DISCONNECTED":
      return moment(AWAY);
    case "VM_ENDED":
      return moment(endOf(dataOf<"VM_ENDED">(event)));
    case "VM_REMOVED":
      return moment({ ...AWAY, word: "Removed" });
    default:
      return undefined;
  }
}

/**
 * The states of a VM over a range of time. What is not known is left out.
 *
 * @param moments The changes, oldest first.
 * @param vm The VM now: its state reaches from the last change to the end of the range. Undefined if it was removed.
 */
export function spansOf(moments: readonly Moment[], vm: Vm | undefined, from: number, to: number): Span[] {
  const spans: Span[] = [];
  const add = (start: number, end: number, shown: Shown, event?: string): void => {
    const [cutStart, cutEnd] = [Math.max(start, from), Math.min(end, to)];
    const last = spans.at(-1);
    if (last !== undefined && last.to === cutStart && last.shown.word === shown.word) {
      last.to = Math.max(last.to, cutEnd);
    } else if (cutEnd > cutStart) {
      spans.push({ from: cutStart, to: cutEnd, shown, ...(event !== undefined && { event }) });
    }
  };

  const lastKnown = vm?.status ? runState(vm.status) : undefined;
  const first = moments[0];
  let known = first?.before ?? (vm?.connection.state === "connected" ? undefined : lastKnown);
  if (first !== undefined && known !== undefined) {
    add(from, first.at, known);
  }

  moments.forEach((moment, i) => {
    const shown = moment.shown === "as-before" ? (known ?? AWAY) : moment.shown;
    known = shown.tone === "away" ? known : shown;
    const next = moments[i + 1];
    if (next !== undefined) {
      add(moment.at, next.at, shown, moment.event);
    }
  });

  if (vm !== undefined) {
    const last = moments.at(-1);
    add(last?.at ?? knownSince(vm), to, stateOf(vm), last?.event);
  }

  return spans;
}

function knownSince(vm: Vm): number {
  return Date.parse(vm.ended?.at ?? vm.connection.since);
}
