import type { GatewayEvent } from "@qmp-gateway/client";
import { useEffect, useState } from "preact/hooks";
import { eventPath } from "../../app/router.js";
import { gateway } from "../../app/session.js";
import { Clock } from "../../parts/When.js";
import { dataOf } from "../../qemu/events.js";

/** A VM that does not exist, was removed, or is hidden from this user. The gateway does not distinguish these, except for a removal in the journal. */
export function NoSuchVm({ id }: { id: string }) {
  const [removed, setRemoved] = useState<GatewayEvent>();
  useEffect(() => {
    gateway.readHistory({ vms: [id], events: ["VM_REMOVED"], order: "desc", limit: 1 })
      .then(({ items }) => setRemoved(items[0]), () => undefined);
  }, [id]);
  return (
    <div class="measure vm-gone">
      <h1>{removed === undefined ? `No VM named ${id}` : `${id} was removed`}</h1>
      <p>
        {removed === undefined ? "It has not been added to the gateway, or you may not see it. Check the name."
          : <><b>{dataOf<"VM_REMOVED">(removed).who}</b> removed it from the gateway <a href={eventPath(removed.id)}>at <Clock at={removed.receivedAt} /></a>. Its QEMU was not touched, and its events are kept.</>}
      </p>
      <p><a href="/">All virtual machines</a>{removed !== undefined && <> · <a href={`/ui/events?vm=${encodeURIComponent(id)}`}>Its events</a></>}</p>
    </div>
  );
}
