import { GatewayError, type StatusInfo } from "@qmp-gateway/client";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { now } from "../app/clock.js";
import { eventPath } from "../app/router.js";
import { gateway } from "../app/session.js";
import type { Sent } from "../fleet/results.js";
import { forget, sent } from "../fleet/sent.js";
import { dataOf } from "../qemu/events.js";
import { LIFECYCLE } from "../qemu/lifecycle.js";
import { runState } from "../qemu/runStates.js";
import { clock, span } from "../app/times.js";
import { Clock } from "./When.js";

/** The results of the commands that this page sent to a VM. A result stays until it is closed or the command is sent again. */
export function SentResults({ vm }: { vm: string }) {
  const all = sent.value.get(vm) ?? [];
  // The region is always there, so that a screen reader announces new results.
  return <div class="results" role="status">{all.map((one) => <SentResult key={one.command} sent={one} />)}</div>;
}

function SentResult({ sent }: { sent: Sent }) {
  const { vm, command, result } = sent;
  const { doing, done, completes, already, mayHang, verb } = LIFECYCLE[command];
  switch (result.kind) {
    case "waiting":
      return (
        <p class="sending">
          <strong>{doing} {vm}…</strong> {now.value - sent.at > 1000 && <span aria-hidden="true">Sent {span(now.value - sent.at)} ago. </span>}
          {completes && `Waiting up to ${completes.wait} s for ${completes.event}.`}
        </p>
      );
    case "done":
      return (
        <Result tone="done" sent={sent} title={`${done}.`}>
          {result.event !== null
            ? <>QEMU sent <a href={eventPath(result.event.id)}>{result.event.event}</a> at <Clock at={result.event.receivedAt} />.</>
            : completes === undefined ? `QEMU completed it at ${clock(sent.at, now.value)}.` : (already ?? "There was nothing to do.")}
        </Result>
      );
    case "refused":
      return (
        <Result tone="failure" sent={sent} title={result.failure.problem.qmpError ? `QEMU refused to ${verb.toLowerCase()} ${vm}.` : `${verb}: not allowed.`} trace={result.failure}>
          {result.failure.problem.qmpError ? <>QEMU says: <q>{result.failure.problem.qmpError.desc}</q>. Nothing was changed.</> : result.failure.message}
        </Result>
      );
    case "not-sent":
      return (
        <Result tone="failure" sent={sent} title={`${verb}: not sent.`} trace={result.failure}>
          {result.failure.slug === "run-changed" ? `${vm} has been restarted since you opened this page, so nothing was sent. Check its state first.` : result.failure.message}
        </Result>
      );
    case "incomplete":
      return (
        <Result tone="warning" sent={sent} title={`${verb}: QEMU accepted the command, but ${vm} has not completed it.`} trace={result.failure}>
          {result.failure.slug === "wait-aborted" ? "The connection to the VM was lost first. " : `${completes?.event ?? "The event"} did not arrive within ${completes?.wait ?? 0} s. `}
          {mayHang ?? "It may still arrive, and this message is then updated. Check the VM's state before you send anything else."}
        </Result>
      );
    case "unknown":
      return (
        <Result tone="warning" sent={sent} title={`${verb}: it is unknown whether it took effect.`} trace={result.failure}>
          Do not send it again yet. {result.failure instanceof Error ? result.failure.message : String(result.failure)}
          <Ask vm={vm} />
          If QEMU answers late, this message is updated.
        </Result>
      );
    case "settled": {
      const late = dataOf<"COMMAND_FINISHED_LATE">(result.by);
      const isDone = late.outcome === "done";
      return (
        <Result tone={isDone ? "done" : "failure"} sent={sent} title={isDone ? `${done}, late.` : `QEMU refused to ${verb.toLowerCase()} ${vm}, late.`}>
          {late.qmpError && <>QEMU says: <q>{late.qmpError.desc}</q>. </>}
          QEMU answered <a href={eventPath(result.by.id)}>at {clock(Date.parse(result.by.receivedAt), now.value)}</a>, {span(Date.parse(result.by.receivedAt) - sent.at)} after it was sent.
        </Result>
      );
    }
  }
}

function Result({ tone, title, sent, trace, children }: { tone: "done" | "failure" | "warning"; title: string; sent: Sent; trace?: unknown; children: ComponentChildren }) {
  const id = trace instanceof GatewayError ? trace.problem.traceId : undefined;
  return (
    <div class={`result ${tone}`}>
      <p><strong>{title}</strong> {children}{id && <span class="quiet"> Trace <code>{id}</code>.</span>}</p>
      <button type="button" class="link" onClick={() => forget(sent)}>Close<span class="unseen"> the result of {LIFECYCLE[sent.command].verb.toLowerCase()} {sent.vm}</span></button>
    </div>
  );
}

// Reading the status is always safe, and returns the current state.
function Ask({ vm }: { vm: string }) {
  const [answer, setAnswer] = useState<StatusInfo | string>();
  const ask = async (): Promise<void> => {
    setAnswer("Asking…");
    setAnswer(await gateway.getStatus(vm).catch((failure: unknown) => (failure instanceof Error ? failure.message : String(failure))));
  };
  return (
    <>
      {" "}<button type="button" class="link" onClick={() => { void ask(); }}>Ask QEMU for its state</button>{". "}
      {answer !== undefined && <b>{typeof answer === "string" ? answer : `QEMU says: ${runState(answer).word}.`} </b>}
    </>
  );
}
