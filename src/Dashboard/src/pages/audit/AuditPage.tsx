import { useEffect, useMemo, useState } from "preact/hooks";
import { now, time } from "../../app/clock.js";
import { useKeys } from "../../app/keys.js";
import { query, setQuery } from "../../app/router.js";
import { gateway, may } from "../../app/session.js";
import { fleet, isListed } from "../../fleet/fleet.js";
import { Failure } from "../../parts/Failure.js";
import { clock } from "../../app/times.js";
import { Record } from "./Record.js";
import type { AuditRecord } from "./records.js";
import "./audit.css";

const LIMITS = ["100", "300", "1000"];

/** Who did what, newest first. */
export function AuditPage() {
  return may("admin") ? <Audit /> : (
    <>
      <h1>Audit</h1>
      <p class="card empty">The audit log requires the admin role.</p>
    </>
  );
}

function Audit() {
  const vm = query.value.get("vm") ?? "";
  const who = query.value.get("who") ?? "";
  const limit = LIMITS.find((one) => one === query.value.get("limit")) ?? LIMITS[0]!;
  const [read, setRead] = useState<{ items: readonly AuditRecord[]; at: number }>();
  const [failure, setFailure] = useState<unknown>();
  const [isReading, setReading] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const refresh = (): void => setAttempt((before) => before + 1);
  const isReady = isListed.value;
  const vms = useMemo(() => [...fleet.peek().keys()].sort(), [isReady]);
  useKeys([{ keys: "r", does: "Refresh the log", run: refresh }]);
  useEffect(() => {
    const over = new AbortController();
    setReading(true);
    gateway.readAudit({ ...(vm !== "" && { vm }), ...(who !== "" && { who }), limit: Number(limit) }, over.signal)
      .then(({ items }) => {
        setRead({ items, at: time() });
        setFailure(undefined);
      }, (error: unknown) => {
        if (!over.signal.aborted) {
          setFailure(error);
        }
      })
      .finally(() => {
        if (!over.signal.aborted) {
          setReading(false);
        }
      });
    return () => over.abort();
  }, [vm, who, limit, attempt]);

  return (
    <>
      <header class="bar-of-page">
        <h1>Audit</h1>
        <span class="quiet" role="status">{isReading ? "Reading…" : read !== undefined && `As of ${clock(read.at, now.value)}`}</span>
        <span class="grow" />
        <button type="button" class="btn" aria-disabled={isReading} onClick={refresh}>Refresh</button>
      </header>
      <p class="lead measure">Every request that could have changed something, including refused ones. Secrets in arguments are redacted.</p>
      <form class="audit-filters" onSubmit={(event) => event.preventDefault()}>
        <Filter name="vm" label="VM" value={vm} options={vms} />
        <Filter name="who" label="Who" value={who} options={[...new Set(read?.items.map((record) => record.who))]} />
        <label>Newest <select value={limit} onChange={({ currentTarget }) => setQuery({ limit: currentTarget.value === LIMITS[0] ? "" : currentTarget.value })}>{LIMITS.map((one) => <option key={one}>{one}</option>)}</select></label>
        {(vm !== "" || who !== "") && <button type="button" class="link" onClick={() => setQuery({ vm: "", who: "" }, "push")}>Show all</button>}
      </form>
      {failure !== undefined && <Failure failure={failure} what="The audit log could not be read" />}
      {read === undefined ? null : read.items.length === 0 ? (
        <p class="card empty">{vm !== "" || who !== "" ? <>No records {who !== "" && <>by <b>{who}</b> </>}{vm !== "" && <>about <b>{vm}</b></>}. Enter full names.</> : "No records yet."}</p>
      ) : (
        <>
          <ol class="card records">{read.items.map((record) => <Record key={`${record.time} ${record.traceId} ${record.path}`} record={record} onlyWho={(name) => addressWith("who", name)} />)}</ol>
          {read.items.length === Number(limit) && <p class="quiet audit-older">Older records exist. {limit !== LIMITS.at(-1) ? <button type="button" class="link" onClick={() => setQuery({ limit: LIMITS[LIMITS.indexOf(limit) + 1] })}>Show more</button> : <>Filter by VM or caller, or read <code>audit.jsonl</code> in the gateway's data directory.</>}</p>}
        </>
      )}
    </>
  );
}

/** A filter by full name. It applies when a name is chosen or entered. */
function Filter({ name, label, value, options }: { name: string; label: string; value: string; options: readonly string[] }) {
  return (
    <label>{label} <input key={value} type="search" list={`${name}-names`} data-search={name === "vm" ? "" : undefined} defaultValue={value} placeholder="all" spellcheck={false} autocomplete="off"
      onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value.trim() }, "push")} />
      <datalist id={`${name}-names`}>{options.slice(0, 1000).map((one) => <option key={one} value={one} />)}</datalist>
    </label>
  );
}

function addressWith(name: string, value: string): string {
  const search = new URLSearchParams(query.value);
  search.set(name, value);
  return `?${search}`;
}
