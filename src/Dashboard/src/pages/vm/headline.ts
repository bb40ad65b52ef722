import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { dataOf } from "../../qemu/events.js";
import { endOf, stateOf } from "../../qemu/runStates.js";
import { membersOf, named, text } from "../../qemu/words.js";
import { span } from "../../app/times.js";

type Cause = NonNullable<Vm["statusCause"]>;

// These states say by themselves what led to them.
const STATES: Readonly<Record<string, { title: string; because: string }>> = {
  "guest-panicked": { title: "Paused", because: "because the guest panicked" },
  "io-error": { title: "Paused", because: "because a disk failed" },
  "watchdog": { title: "Paused", because: "because the guest's watchdog expired" },
  "internal-error": { title: "Stopped", because: "because QEMU cannot continue running the guest" },
  "debug": { title: "Paused", because: "because of a debugger" },
};

const EVENTS: Readonly<Record<string, string>> = {
  GUEST_PANICKED: "because the guest panicked",
  BLOCK_IO_ERROR: "because a disk failed",
  WATCHDOG: "because the guest's watchdog expired",
  SUSPEND: "because the guest suspended itself",
  SUSPEND_DISK: "because the guest suspended itself to disk",
  WAKEUP: "since the guest woke up",
  SHUTDOWN: "because the guest was shut down",
  RESET: "since the guest was reset",
  MIGRATION: "because of a migration",
};

const AWAY: Readonly<Record<string, string>> = {
  "no-socket": "nothing listens at its endpoint",
  "busy": "its monitor is busy",
  "not-qmp": "its endpoint is not a QMP monitor",
  "disconnected": "the connection was lost",
};

/** Who sent a command. */
function whoSent(cause: Cause): string {
  return cause.who === null || cause.who === undefined || cause.who === "anonymous" ? "somebody" : cause.who;
}

/** Why a VM is as it is, in one sentence: what, for how long, and because of what. `changed` is its last VM_STATUS_CHANGED, if there is one. */
export function headline(vm: Vm, changed: GatewayEvent | undefined, now: number): string {
  if (vm.ended !== null) {
    const { word, tone } = endOf(vm.ended);
    const ago = span(now - Date.parse(vm.ended.at));
    return tone === "off" ? `${word} for ${ago}.` : `${word}, ${ago} ago.`;
  }

  const { state, since } = vm.connection;
  const connected = span(now - Date.parse(since));
  if (state === "stuck") {
    return `QEMU has hung for ${connected}.`;
  }

  if (state !== "connected") {
    return state === "connecting" ? `Connecting for ${connected}.` : `Unreachable for ${connected}: ${AWAY[state] ?? state}.`;
  }

  if (vm.status === null) {
    return "Its state is not known yet.";
  }

  const own = named(STATES, vm.status.status);
  const title = own?.title ?? stateOf(vm).word;
  const because = own?.because ?? becauseOf(vm.statusCause);
  const known = changed === undefined ? "" : ` for ${now - Date.parse(changed.receivedAt) < 1000 ? "a moment" : span(now - Date.parse(changed.receivedAt))}${isFirst(changed) ? " or longer" : ""}`;
  return `${title}${known}${because === undefined ? "" : ` ${because}`}.`;
}

/** Whether a change is the first that the gateway saw of a run: the state may have begun before. */
export function isFirst(changed: GatewayEvent): boolean {
  return dataOf<"VM_STATUS_CHANGED">(changed).previous === null;
}

/** The details of an event that led here, as the end of "QEMU sent … at …"; empty if there are none. */
export function detailOf(event: GatewayEvent): string {
  const data = membersOf(event.data);
  const acts = (action: unknown, of: string): string => (typeof action === "string" ? ` The action for ${of} is ${action}.` : "");
  switch (event.event) {
    case "GUEST_PANICKED":
      return acts(data.action, "a panic");
    case "WATCHDOG":
      return acts(data.action, "the watchdog");
    case "BLOCK_IO_ERROR": {
      const { device, "node-name": node, operation, reason, nospace } = data;
      const disk = [device, node].find((name) => typeof name === "string" && name !== "");
      return `${disk === undefined ? "" : ` The disk is ${text(disk)}.`}${operation === undefined ? "" : ` It could not ${text(operation)}: `}${nospace === true ? "its storage is full." : reason === undefined ? "" : `${text(reason)}.`}`;
    }

    default:
      return "";
  }
}

function becauseOf(cause: Vm["statusCause"]): string | undefined {
  return cause?.command ? `because ${whoSent(cause)} sent ${cause.command}` : named(EVENTS, cause?.event);
}

