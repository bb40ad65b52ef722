import { GatewayError } from "@qmp-gateway/client";
import type { ComponentChildren } from "preact";
import { now } from "../../app/clock.js";
import { eventPath, vmPath } from "../../app/router.js";
import { CopyButton } from "../../parts/CopyButton.js";
import { isObject } from "../../parts/json.js";
import { prettyJson } from "../../parts/prettyJson.js";
import { clock, span } from "../../app/times.js";
import { onlyReads } from "../../qemu/commands.js";
import { dataOf } from "../../qemu/events.js";
import { forgetResult } from "./results.js";
import type { SentCommand } from "./sentCommand.js";

// A larger value is copied whole, but not drawn whole.
const MOST_SHOWN = 200_000;

/** The result of a command: done with what QEMU returned, refused, not sent, or unknown. */
export function CommandResult({ sent }: { sent: SentCommand | undefined }) {
  // The region is always there, so that a screen reader announces new results.
  return <div class="results" role="status">{sent !== undefined && <Became sent={sent} />}</div>;
}

function Became({ sent }: { sent: SentCommand }) {
  const { vm, command, result } = sent;
  switch (result.kind) {
    case "waiting":
      return <p class="warning"><strong>{command} was sent to {vm}.</strong> Waiting for QEMU's answer{now.value - sent.at > 1000 && `, for ${span(now.value - sent.at)}`}.</p>;
    case "done":
      return (
        <>
          <Line tone="done" sent={sent} title={`QEMU completed ${command}.`}>{at(sent)}, in {result.took < 1000 ? `${result.took} ms` : span(result.took)}.{isEmpty(result.value) && " It returned nothing."}</Line>
          {!isEmpty(result.value) && <Returned value={result.value} command={command} />}
        </>
      );
    case "refused":
      return (
        <Line tone="failure" sent={sent} title={`QEMU refused ${command}.`} trace={result.failure}>
          {result.failure.problem.qmpError ? <>QEMU says: <q>{result.failure.problem.qmpError.desc}</q> ({result.failure.problem.qmpError.class}).</> : result.failure.message}
        </Line>
      );
    case "not-sent":
      return (
        <Line tone="failure" sent={sent} title={result.failure.slug === "command-forbidden" ? "The command policy denies this command." : "Nothing was sent."} trace={result.failure}>
          {result.failure.problem.errors ? "The gateway found errors in the arguments. They are shown next to their fields." : result.failure.slug === "run-changed" ? `${vm} has been restarted since you opened this page. Check its state first.` : result.failure.message}
          {result.failure.problem.errors && <Faults errors={result.failure.problem.errors} />}
        </Line>
      );
    case "unknown":
      return (
        <Line tone="warning" sent={sent} title={onlyReads(command) ? "QEMU did not answer." : `It is unknown whether ${command} took effect.`} trace={result.failure}>
          {result.failure instanceof Error ? result.failure.message : String(result.failure)}{" "}
          {onlyReads(command) ? "It only reads, so it is safe to send it again." : <>Before you send it again, check <a href={vmPath(vm)}>{vm}</a>, or send a command that only reads.</>}
          {" "}If QEMU answers late, this message is updated.
        </Line>
      );
    case "settled": {
      const late = dataOf<"COMMAND_FINISHED_LATE">(result.by);
      return (
        <Line tone={late.outcome === "done" ? "done" : "failure"} sent={sent} title={late.outcome === "done" ? `QEMU completed ${command}, late.` : `QEMU refused ${command}, late.`}>
          {late.qmpError && <>QEMU says: <q>{late.qmpError.desc}</q>. </>}
          QEMU answered <a href={eventPath(result.by.id)}>at {clock(Date.parse(result.by.receivedAt), now.value)}</a>, {span(Date.parse(result.by.receivedAt) - sent.at)} after it was sent.
        </Line>
      );
    }
  }
}

function Faults({ errors }: { errors: Readonly<Record<string, readonly string[]>> }) {
  return <ul class="faults">{Object.entries(errors).map(([path, messages]) => <li key={path}><code>{path === "" ? "arguments" : path}</code> {messages.join("; ")}</li>)}</ul>;
}

function Returned({ value, command }: { value: unknown; command: string }) {
  const text = prettyJson(value);
  return (
    <div class="returned">
      <p class="quiet">What QEMU returned <CopyButton text={text} name="Copy as JSON" /></p>
      {typeof value === "string" && value.includes("\n")
        ? <pre tabIndex={0} role="region" aria-label={`What ${command} returned`}>{value}</pre>
        : <pre tabIndex={0} role="region" aria-label={`What ${command} returned`}>{text.slice(0, MOST_SHOWN)}</pre>}
      {text.length > MOST_SHOWN && <p class="quiet">The first {MOST_SHOWN.toLocaleString()} of {text.length.toLocaleString()} characters are shown. Copy copies all of them.</p>}
    </div>
  );
}

function Line({ tone, title, sent, trace, children }: { tone: "done" | "failure" | "warning"; title: string; sent: SentCommand; trace?: unknown; children: ComponentChildren }) {
  const id = trace instanceof GatewayError ? trace.problem.traceId : undefined;
  return (
    <div class={`result ${tone}`}>
      <div><strong>{title}</strong> {children}{id && <span class="quiet"> Trace <code>{id}</code>.</span>}</div>
      <button type="button" class="link" onClick={() => forgetResult(sent)}>Close<span class="unseen"> the result of {sent.command}</span></button>
    </div>
  );
}

function at(sent: SentCommand): string {
  return `At ${clock(sent.at, now.value)}`;
}

// QAPI: a command without a return type returns an empty object.
function isEmpty(value: unknown): boolean {
  return value === undefined || (isObject(value) && Object.keys(value).length === 0);
}
