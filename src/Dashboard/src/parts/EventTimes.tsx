import type { GatewayEvent } from "@qmp-gateway/client";
import { localTime, micros, shortSpan, utcTime } from "../app/times.js";

const WORTH_A_WORD = 1_000_000;

/** When an event happened and when the gateway received it, to the microsecond, local and UTC. */
export function EventTimes({ event }: { event: GatewayEvent }) {
  // The gateway's own events have one clock.
  const own = event.origin === "gateway";
  return (
    <>
      {!own && (
        <>
          <dt>QEMU's time</dt>
          <dd>{event.timestamp === null ? "not sent: QEMU could not read its clock" : <Exact at={event.timestamp} />}</dd>
        </>
      )}
      <dt>{own ? "Time" : "Received"}</dt>
      <dd>
        <Exact at={event.receivedAt} />
        {!own && event.timestamp !== null && <Difference by={micros(event.receivedAt) - micros(event.timestamp)} />}
      </dd>
    </>
  );
}

function Exact({ at }: { at: string }) {
  return <time class="num exact" dateTime={at}><span>{localTime(at)}</span> <span class="quiet">{utcTime(at)}</span></time>;
}

function Difference({ by }: { by: number }) {
  return Math.abs(by) < WORTH_A_WORD && by >= 0
    ? <p class="quiet">{shortSpan(by)} after QEMU's time.</p>
    : <p class="warning">{shortSpan(by)} {by < 0 ? "before" : "after"} QEMU's time: the clocks of QEMU's host and of the gateway differ, or the event was delayed.</p>;
}
