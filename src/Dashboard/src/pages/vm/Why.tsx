import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import type { ComponentChildren } from "preact";
import { now } from "../../app/clock.js";
import { eventPath } from "../../app/router.js";
import { adviceOf } from "../../fleet/needs.js";
import { Clock } from "../../parts/When.js";
import { endOf, runState, stateOf } from "../../qemu/runStates.js";
import { useChange } from "./useChange.js";
import { detailOf, headline, isFirst } from "./headline.js";

/** Why the VM is in its state: what happened, since when, what it means and what to do. What the gateway does not know is shown as unknown. */
export function Why({ vm }: { vm: Vm }) {
  const { changed, cause, isRead } = useChange(vm);
  return (
    <p class="why-line">
      <strong>{headline(vm, changed, now.value)}</strong>{" "}
      {vm.ended !== null ? <End vm={vm} ended={vm.ended} cause={cause} />
        : vm.connection.state === "connected" ? <State vm={vm} changed={changed} cause={cause} isRead={isRead} />
          : <Away vm={vm} />}
    </p>
  );
}

function State({ vm, changed, cause, isRead }: { vm: Vm; changed: GatewayEvent | undefined; cause: GatewayEvent | undefined; isRead: boolean }) {
  const told = vm.statusCause;
  const since = changed && <a href={eventPath(changed.id)}><Clock at={changed.receivedAt} /></a>;
  return (
    <>
      {told?.event ? <Sent name={told.event} id={told.id} event={cause} at={since} />
        : told?.command ? <>The command was sent through this gateway{since && <> and took effect at {since}</>}. </>
          : changed !== undefined && isFirst(changed) ? <>It was already in this state when the gateway first connected to this QEMU, at {since}, so the cause is not recorded. </>
            : isRead && vm.status !== null && <>The cause is unknown{changed === undefined ? ", and so is the time: the events are no longer kept" : <>. It has been in this state since {since}</>}. </>}
      {told?.event === "STOP" && "It was not paused through this gateway, but by something on its host or by QEMU itself. "}
      {vm.status !== null && stateOf(vm).means}
    </>
  );
}

function End({ vm, ended, cause }: { vm: Vm; ended: NonNullable<Vm["ended"]>; cause: GatewayEvent | undefined }) {
  return (
    <>
      {endOf(ended).means} {ended.cause?.event && <Sent name={ended.cause.event} id={ended.cause.id} event={cause} at={undefined} />}
      The gateway noticed this at <Clock at={ended.at} />. Start {vm.id} on its host, and this page shows it automatically.
    </>
  );
}

function Away({ vm }: { vm: Vm }) {
  return (
    <>
      {vm.status !== null
        ? <>Last known: <b>{runState(vm.status).word.toLowerCase()}</b>{vm.statusObservedAt !== null && <>, as of <Clock at={vm.statusObservedAt} /></>}. It may have changed since. </>
        : "The gateway has never been connected to it. "}
      {adviceOf(vm)}
    </>
  );
}

function Sent({ name, id, event, at }: { name: string; id: string | null | undefined; event: GatewayEvent | undefined; at: ComponentChildren }) {
  return (
    <>
      QEMU sent {id ? <a href={eventPath(id)}>{name}</a> : name}
      {event !== undefined ? <> at <Clock at={event.receivedAt} /></> : at !== undefined && <>; the state changed at {at}</>}.{event && detailOf(event)}{" "}
    </>
  );
}
