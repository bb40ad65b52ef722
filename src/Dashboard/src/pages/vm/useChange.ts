import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { useEffect, useState } from "preact/hooks";
import { gateway } from "../../app/session.js";
import { hear } from "../../fleet/fleet.js";
import { dataOf } from "../../qemu/events.js";

/** What led a VM to its state, as far as the journal has it. */
export interface Change {
  /** Its last VM_STATUS_CHANGED, if it is about the state now. */
  changed: GatewayEvent | undefined;
  /** The event that caused it. */
  cause: GatewayEvent | undefined;
  /** Whether the journal has been asked. */
  isRead: boolean;
}

/** Reads what led a VM to its state, and keeps it up to date. */
export function useChange(vm: Vm): Change {
  const [changed, setChanged] = useState<GatewayEvent>();
  const [isRead, setRead] = useState(false);
  const [cause, setCause] = useState<GatewayEvent>();
  const id = vm.id;
  useEffect(() => {
    const over = new AbortController();
    const stop = hear((event) => {
      if (event.vm === id && event.origin === "gateway" && event.event === "VM_STATUS_CHANGED") {
        setChanged(event);
      }
    });
    const read = async (): Promise<void> => {
      const { items } = await gateway.readHistory({ vms: [id], events: ["VM_STATUS_CHANGED"], order: "desc", limit: 1, signal: over.signal });
      setChanged((heard) => heard ?? items[0]);
      setRead(true);
    };
    // Without it, the page says that the time is not known.
    read().catch(() => setRead(true));
    return () => {
      stop();
      over.abort(new Error("the page was left"));
    };
  }, [id]);

  const causeId = vm.ended?.cause?.id ?? vm.statusCause?.id ?? undefined;
  useEffect(() => {
    setCause(undefined);
    if (causeId === undefined || (changed === undefined && vm.ended === null)) {
      return undefined;
    }

    // The cause comes just before the change that it caused.
    const over = new AbortController();
    gateway.readHistory({ vms: [id], order: "desc", limit: 50, ...(vm.ended === null && changed !== undefined && { after: changed.id }), signal: over.signal })
      .then(({ items }) => setCause(items.find((event) => event.id === causeId)), () => undefined);
    return () => over.abort(new Error("another cause"));
  }, [id, causeId, changed?.id]);

  const isOfNow = changed !== undefined && dataOf<"VM_STATUS_CHANGED">(changed).status.status === vm.status?.status;
  return { changed: isOfNow ? changed : undefined, cause: cause?.id === causeId ? cause : undefined, isRead };
}
