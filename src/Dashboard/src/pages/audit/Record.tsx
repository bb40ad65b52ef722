import { vmPath } from "../../app/router.js";
import { CopyButton } from "../../parts/CopyButton.js";
import { isObject } from "../../parts/json.js";
import { prettyJson } from "../../parts/prettyJson.js";
import { Clock } from "../../parts/When.js";
import { type AuditRecord, CALLERS, deedOf, outcomeOf } from "./records.js";

// A sign for each outcome, so that the meaning never depends on colour alone.
const SIGNS = { running: "✓", broken: "✕", paused: "?" } as const;

/** One record: when, who, what on which VM, and the outcome. The rest is in the details. */
export function Record({ record, onlyWho }: { record: AuditRecord; onlyWho: (who: string) => string }) {
  const deed = deedOf(record);
  const { tone, words } = outcomeOf(record);
  return (
    <li>
      <Clock at={record.time} millis />
      <span class="who"><a href={onlyWho(record.who)} title={`Show only records by ${record.who}`}><b class="wrap">{record.who}</b></a></span>
      <span class="deed wrap">
        {"command" in deed ? <code>{deed.command}</code> : deed.words}
        {record.vm !== null && <> on <a href={vmPath(record.vm)}>{record.vm}</a></>}
      </span>
      <span class={`outcome ${tone}`}><span class="sign" aria-hidden="true">{SIGNS[tone]}</span> {words}</span>
      <details>
        <summary>{hasArguments(record) ? "Arguments and origin" : "Origin"}</summary>
        {hasArguments(record) && <pre>{prettyJson(record.arguments)}</pre>}
        <dl class="facts">
          <dt>From</dt><dd>{record.remote ?? "a local socket"}{record.whoKind !== null && `, ${CALLERS[record.whoKind] ?? record.whoKind}`}</dd>
          <dt>Request</dt><dd><code>{record.method} {record.path}</code></dd>
          {record.problem !== null && <><dt>Problem</dt><dd><code>{record.problem}</code></dd></>}
          <dt>Trace</dt><dd><code>{record.traceId}</code> <CopyButton text={record.traceId} name="Copy" /></dd>
        </dl>
      </details>
    </li>
  );
}

function hasArguments({ arguments: given }: AuditRecord): boolean {
  return given !== null && given !== undefined && !(isObject(given) && Object.keys(given).length === 0);
}
