import type { GatewayEvent } from "@qmp-gateway/client";

/** An event's data, by its name. */
export type DataOf<Name extends string> = Extract<GatewayEvent, { event: Name }>["data"];

/** An event's data, once its name is known. */
export function dataOf<Name extends GatewayEvent["event"]>(event: GatewayEvent): DataOf<Name> {
  return event.data as DataOf<Name>;
}

/** Events after which a person should look. */
const ALARMS: ReadonlySet<string> = new Set([
  "GUEST_PANICKED", "GUEST_CRASHLOADED", "MEMORY_FAILURE", "WATCHDOG", "BLOCK_IO_ERROR", "QUORUM_FAILURE", "EVENTS_LOST", "BLOCK_IMAGE_CORRUPTED",
]);

/** Whether an event means that a person should look. */
export function isAlarm(event: GatewayEvent): boolean {
  return ALARMS.has(event.event) || (event.event === "VM_ENDED" && dataOf<"VM_ENDED">(event).reason === null);
}
