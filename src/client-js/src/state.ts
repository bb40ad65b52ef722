import type { GatewayEvent, Vm } from "./types.js";

/** The gateway's events that change what a list of VMs shows. */
export const CHANGES = [
  "VM_ADDED", "VM_REMOVED", "VM_CHANGED", "VM_CONNECTED", "VM_DISCONNECTED", "VM_CONNECTION_CHANGED", "VM_STATUS_CHANGED", "VM_ENDED",
] as const;

type Data<Name extends GatewayEvent["event"]> = Extract<GatewayEvent, { event: Name }>["data"];

/**
 * The VM after an event: what the next list would show of it. `undefined` if the event removed it.
 *
 * @param vm The VM before; undefined if it is not known yet.
 */
export function applyEvent(vm: Vm | undefined, event: GatewayEvent): Vm | undefined {
  if (event.origin !== "gateway") {
    return vm && { ...vm, cursor: event.id };
  }

  if (event.event === "VM_ADDED") {
    return added(event, event.data as Data<"VM_ADDED">);
  }

  return vm && event.event !== "VM_REMOVED" ? { ...vm, cursor: event.id, ...changeOf(vm, event) } : undefined;
}

function changeOf(vm: Vm, event: GatewayEvent): Partial<Vm> {
  switch (event.event) {
    case "VM_CHANGED": {
      const { labels, endpoint, actions, source } = event.data as Data<"VM_CHANGED">;
      return definedOf({ labels, endpoint, actions, source }) as Partial<Vm>;
    }

    case "VM_CONNECTED": {
      const { qemu, run } = event.data as Data<"VM_CONNECTED">;
      return { connection: connection(vm, event, "connected", null), qemu, run, ended: null };
    }

    case "VM_DISCONNECTED":
      return { connection: connection(vm, event, "disconnected", (event.data as Data<"VM_DISCONNECTED">).reason) };

    case "VM_CONNECTION_CHANGED": {
      const { state, reason } = event.data as Data<"VM_CONNECTION_CHANGED">;
      return { connection: connection(vm, event, state, reason) };
    }

    case "VM_STATUS_CHANGED": {
      const { status, cause } = event.data as Data<"VM_STATUS_CHANGED">;
      return { status, statusCause: cause, statusObservedAt: event.receivedAt, ended: null };
    }

    case "VM_ENDED":
      return { ended: event.data as Data<"VM_ENDED">, status: null, statusCause: null };

    default:
      return {};
  }
}

function added(event: GatewayEvent, data: Data<"VM_ADDED">): Vm {
  return {
    id: event.vm, endpoint: data.endpoint, source: data.source, labels: data.labels, actions: definedOf(data.actions) as Vm["actions"],
    connection: { state: "connecting", since: event.receivedAt, reason: null, attempts: 0, lastMessageAt: null },
    status: null, statusObservedAt: null, statusCause: null, ended: null, run: null, qemu: null, cursor: event.id,
  };
}

function connection(vm: Vm, event: GatewayEvent, state: string, reason: string | null): Vm["connection"] {
  const isHeard = state === "connected";
  return { state, reason, since: event.receivedAt, attempts: isHeard ? 0 : vm.connection.attempts, lastMessageAt: isHeard ? event.receivedAt : vm.connection.lastMessageAt };
}

function definedOf(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}
