import type { GatewayEvent } from "@qmp-gateway/client";
import { dataOf } from "../../qemu/events.js";
import { CONNECTION_WORDS } from "../../qemu/runStates.js";

/** The events about a VM's connection. */
export const CONNECTIONS: readonly string[] = ["VM_CONNECTED", "VM_DISCONNECTED", "VM_CONNECTION_CHANGED"];

/** What an event says about the connection. `before` are the older events, newest first. */
export function connectionWords(event: GatewayEvent, before: readonly GatewayEvent[]): string {
  switch (event.event) {
    case "VM_CONNECTED": {
      const { qemu, run, resumed } = dataOf<"VM_CONNECTED">(event);
      const last = before.find((one) => one.event === "VM_CONNECTED");
      const isSame = last !== undefined && dataOf<"VM_CONNECTED">(last).run === run;
      return !resumed ? `Connected to QEMU ${qemu.version}`
        : isSame ? "Reconnected to the same run. Events in between may have been missed."
          : last === undefined ? `Reconnected to QEMU ${qemu.version}. Events in between may have been missed.`
            : `Connected to a new run of QEMU ${qemu.version}`;
    }

    case "VM_DISCONNECTED":
      return `Disconnected: ${dataOf<"VM_DISCONNECTED">(event).reason}`;
    case "VM_CONNECTION_CHANGED": {
      const { state, reason } = dataOf<"VM_CONNECTION_CHANGED">(event);
      return `${CONNECTION_WORDS[state] ?? state}${reason === null ? "" : `: ${reason}`}`;
    }

    default:
      return event.event;
  }
}
