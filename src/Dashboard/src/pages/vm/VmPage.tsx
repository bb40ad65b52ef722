import type { Vm } from "@qmp-gateway/client";
import { useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { time } from "../../app/clock.js";
import { may } from "../../app/session.js";
import { fleet, isListed } from "../../fleet/fleet.js";
import { Failure } from "../../parts/Failure.js";
import { Actions } from "./Actions.js";
import { Connections } from "./Connections.js";
import { Definition } from "./Definition.js";
import { Facts } from "./Facts.js";
import { NoSuchVm } from "./NoSuchVm.js";
import { readOldest } from "./readHistory.js";
import { Timeline } from "./Timeline.js";
import "./vm.css";
import { VmAudit } from "./VmAudit.js";
import { VmEvents } from "./VmEvents.js";
import { VmHeader } from "./VmHeader.js";
import { Why } from "./Why.js";

/** One VM: how it is and why, what it was, and what helps. */
export function VmPage({ id }: { id: string }) {
  // Redrawn only for this VM, not for each change of the fleet.
  const vm = useComputed(() => fleet.value.get(id)?.vm).value;
  return vm !== undefined ? <Known vm={vm} /> : isListed.value ? <NoSuchVm id={id} /> : <><h1>{id}</h1><p class="quiet">Loading…</p></>;
}

function Known({ vm }: { vm: Vm }) {
  return (
    <>
      <VmHeader vm={vm} />
      <Why vm={vm} />
      <FromTheOldest vm={vm} />
      <div class="vm-columns">
        <div class="vm-column">
          <VmEvents vm={vm.id} />
          <Connections vm={vm.id} />
          {may("admin", vm.id) && <VmAudit vm={vm.id} />}
        </div>
        <div class="vm-column">
          <Facts vm={vm} />
          <Actions vm={vm} />
          {may("admin", vm.id) && <Definition vm={vm} />}
        </div>
      </div>
    </>
  );
}

// The timeline reaches back to the oldest event, so that is read first.
function FromTheOldest({ vm }: { vm: Vm }) {
  const [oldest, setOldest] = useState<number>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const over = new AbortController();
    readOldest(vm.id, over.signal).then((read) => {
      setOldest(read ?? time());
      setFailure(undefined);
    }, (error: unknown) => !over.signal.aborted && setFailure(error));
    return () => over.abort(new Error("the page was left"));
  }, [vm.id, attempt]);
  return oldest !== undefined ? <Timeline vm={vm} oldest={oldest} />
    : <div class="card timeline"><div class="body">{failure === undefined ? <p class="quiet">Loading events…</p> : <><Failure failure={failure} what="The history cannot be read" /><button type="button" class="link" onClick={() => setAttempt(attempt + 1)}>Try again</button></>}</div></div>;
}
