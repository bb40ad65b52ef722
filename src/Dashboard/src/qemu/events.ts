import type { GatewayEvent } from "@qmp-gateway/client";
import { membersOf } from "./words.js";

/** An event's data, by its name. */
export type DataOf<Name extends string> = Extract<GatewayEvent, { event: Name }>["data"];

/** An event's data, once its name is known. */
export function dataOf<Name extends GatewayEvent["event"]>(event: GatewayEvent): DataOf<Name> {
  return event.data as DataOf<Name>;
}

const QEMU_ALARMS: ReadonlySet<string> = new Set([
  "GUEST_PANICKED", "GUEST_CRASHLOADED", "MEMORY_FAILURE", "WATCHDOG", "BLOCK_IO_ERROR", "BLOCK_JOB_ERROR", "QUORUM_FAILURE", "BLOCK_IMAGE_CORRUPTED",
]);

/** The names of events that may be alarms: what to ask the gateway for. */
export const ALARM_NAMES: readonly string[] = [...QEMU_ALARMS, "EVENTS_LOST", "VM_ENDED", "VM_STATUS_CHANGED", "VM_CONNECTION_CHANGED"];

/** Whether an event means that a person should look. A VM's own events cannot pass for the gateway's. */
export function isAlarm(event: Pick<GatewayEvent, "event" | "origin" | "data">): boolean {
  if (event.origin !== "gateway") {
    return QEMU_ALARMS.has(event.event);
  }

  const data = membersOf(event.data);
  switch (event.event) {
    case "EVENTS_LOST":
      return true;
    case "VM_ENDED":
      return data.reason === null || data.reason === undefined;
    case "VM_STATUS_CHANGED":
      // The other broken states follow an event of their own.
      return membersOf(data.status).status === "internal-error";
    case "VM_CONNECTION_CHANGED":
      return data.state === "stuck";
    default:
      return false;
  }
}
