import type { GatewayEvent, Vm } from "@qmp-gateway/client";

/** An event of the gateway, so many milliseconds after the epoch. */
export function event(at: number, name: string, data: object, more: Partial<GatewayEvent> = {}): GatewayEvent {
  return { id: String(at), vm: "web1", event: name, origin: "gateway", timestamp: null, receivedAt: new Date(at).toISOString(), data, ...more } as GatewayEvent;
}

/** A running VM. */
export function vm({ id = "web1", status = "running", connection = "connected", since = 0, reason = null, labels = {} }: {
  id?: string; status?: string; connection?: string; since?: number; reason?: string | null; labels?: Record<string, string>;
}): Vm {
  const at = new Date(since).toISOString();
  return {
    id, labels, endpoint: `unix:/run/qemu/${id}.qmp`, source: "api", actions: {}, ended: null, run: "r", qemu: { version: "7.2.22", package: "" }, cursor: "1",
    connection: { state: connection, since: at, reason, attempts: 0, lastMessageAt: at },
    status: { status, running: status === "running", singlestep: false }, statusObservedAt: at, statusCause: null,
  };
}
