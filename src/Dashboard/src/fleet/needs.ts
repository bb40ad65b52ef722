import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { dataOf } from "../qemu/events.js";
import { endOf, stateOf } from "../qemu/runStates.js";
import { named } from "../qemu/words.js";
import type { Row } from "./fleet.js";

/** Why a VM needs attention: what happened, since when, what it means and what helps. */
export interface Need {
  vm: Vm;
  /** The smallest is the most urgent. */
  rank: number;
  what: string;
  /** When it began; undefined if that was before the hour that the page has read. */
  since: string | undefined;
  /** What it means, and what to do. */
  advice: string;
  /** The event that led here. */
  event?: { name: string; id: string | undefined };
  /** The command that may help, if one does. */
  helps?: "reset" | "cont";
}

const RECENTLY = 3_600_000;

const ADVICE: Readonly<Record<string, { rank: number; advice: string }>> = {
  "stuck": {
    rank: 4,
    advice: "QEMU's main loop does not answer, so the guest's disks and network are stuck too. Look at the QEMU process on its host. The usual reason is a hung disk or network share.",
  },
  "busy": { rank: 5, advice: "Another program is connected to this monitor, which serves one client at a time, or the QEMU process is suspended. Close the other program, or give QEMU a second monitor." },
  "not-qmp": { rank: 6, advice: "Something other than a QMP monitor answers there. Check the VM's endpoint, and that QEMU's monitor has mode=control." },
  "no-socket": { rank: 7, advice: "QEMU is not running, or its -qmp option has another address. Start QEMU, or remove the VM from the gateway." },
  "disconnected": { rank: 7, advice: "The gateway reconnects automatically." },
};

const STATES: Readonly<Record<string, { rank: number; helps?: Need["helps"] }>> = {
  "guest-panicked": { rank: 0, helps: "reset" },
  "internal-error": { rank: 1, helps: "reset" },
  "io-error": { rank: 2, helps: "cont" },
  "watchdog": { rank: 3, helps: "cont" },
};

/** The VMs that need attention, most urgent first. */
export function needs(rows: Iterable<Row>, now: number): Need[] {
  return [...rows].flatMap((row) => needOf(row, now) ?? []).sort((a, b) => a.rank - b.rank || (b.since ?? "").localeCompare(a.since ?? "") || a.vm.id.localeCompare(b.vm.id));
}

/** Why this VM needs attention; undefined if it does not. */
export function needOf({ vm, last, moments }: Row, now: number): Need | undefined {
  const event = vm.statusCause?.event ? { event: { name: vm.statusCause.event, id: vm.statusCause.id ?? undefined } } : {};
  if (vm.ended !== null) {
    const end = endOf(vm.ended);
    return end.tone === "broken" && now - Date.parse(vm.ended.at) < RECENTLY * 24
      ? { vm, rank: 3, what: end.word, since: vm.ended.at, advice: end.means, ...causeOf(vm.ended.cause) }
      : undefined;
  }

  if (vm.connection.state !== "connected" && vm.connection.state !== "connecting") {
    return { vm, rank: ADVICE[vm.connection.state]?.rank ?? 7, what: stateOf(vm).word, since: vm.connection.since, advice: adviceOf(vm) };
  }

  const state = vm.status === null ? undefined : named(STATES, vm.status.status);
  if (state !== undefined) {
    const shown = stateOf(vm);
    return { vm, rank: state.rank, what: shown.word, since: beganAt(moments), advice: shown.means, ...event, ...(state.helps && { helps: state.helps }) };
  }

  return last === undefined ? undefined : lossOf(vm, last, now);
}

/** Why a VM is not connected, in the gateway's words, and what to do about it. */
export function adviceOf({ connection }: Vm): string {
  const { advice } = ADVICE[connection.state] ?? { advice: "" };
  const reason = connection.reason === null ? "" : `${connection.reason.replace(/[.]?$/, ".")} `;
  return reason.includes(advice) ? reason : `${reason}${advice}`;
}

// `statusObservedAt` is when the state was last confirmed, not when it began.
function beganAt(moments: Row["moments"]): string | undefined {
  const last = moments.at(-1);
  return last && new Date(last.at).toISOString();
}

function lossOf(vm: Vm, last: GatewayEvent, now: number): Need | undefined {
  if (last.event !== "EVENTS_LOST" || last.origin !== "gateway" || now - Date.parse(last.receivedAt) > RECENTLY) {
    return undefined;
  }

  const { count } = dataOf<"EVENTS_LOST">(last);
  return {
    vm, rank: 6, what: count === null || count === undefined ? "Events lost" : `${count} events lost`, since: last.receivedAt, event: { name: last.event, id: last.id },
    advice: "The gateway could not store them: its disk is full, broken or too slow. See its log and /health/ready.",
  };
}

function causeOf(cause: Vm["statusCause"]): Pick<Need, "event"> {
  return cause?.event ? { event: { name: cause.event, id: cause.id ?? undefined } } : {};
}
