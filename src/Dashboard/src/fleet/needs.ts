import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { dataOf } from "../qemu/events.js";
import { endOf, stateOf } from "../qemu/runStates.js";
import type { Row } from "./fleet.js";

/** Why a VM needs a person: what happened, since when, what it means and what helps. */
export interface Need {
  vm: Vm;
  /** The smaller, the sooner a person should look. */
  rank: number;
  what: string;
  /** When it began; undefined if that was before the hour that the page knows. */
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
    advice: "QEMU's main loop does not answer, so the guest's disks and network stand still, too. Look at QEMU's process on its host: a hung disk or network share is the usual reason.",
  },
  "busy": { rank: 5, advice: "Another program holds this monitor, which serves one client, or QEMU is stopped. Close the other program, or give QEMU a second monitor for it." },
  "not-qmp": { rank: 6, advice: "Something else answers there. Check the VM's endpoint, and that QEMU's monitor is in mode=control." },
  "no-socket": { rank: 7, advice: "QEMU is not running, or its -qmp option names another place. Start it, or remove the VM here." },
  "disconnected": { rank: 7, advice: "The gateway tries again by itself." },
};

const STATES: Readonly<Record<string, { rank: number; helps?: Need["helps"] }>> = {
  "guest-panicked": { rank: 0, helps: "reset" },
  "internal-error": { rank: 1, helps: "reset" },
  "io-error": { rank: 2, helps: "cont" },
  "watchdog": { rank: 3, helps: "cont" },
};

/** What needs a person, most urgent first. Empty for a calm fleet. */
export function needs(rows: Iterable<Row>, now: number): Need[] {
  return [...rows].flatMap((row) => needOf(row, now) ?? []).sort((a, b) => a.rank - b.rank || (b.since ?? "").localeCompare(a.since ?? "") || a.vm.id.localeCompare(b.vm.id));
}

/** Why this VM needs a person; undefined if it does not. */
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

  const state = vm.status === null ? undefined : STATES[vm.status.status];
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
