import type { AuditPage } from "@qmp-gateway/client";
import { useEffect, useState } from "preact/hooks";
import { gateway } from "../../app/session.js";
import { sent } from "../../fleet/sent.js";
import { Failure } from "../../parts/Failure.js";
import { Clock } from "../../parts/When.js";

const LIMIT = 10;

/** What was done to a VM, and by whom, as far as it went through this gateway. */
export function VmAudit({ vm }: { vm: string }) {
  const [page, setPage] = useState<AuditPage>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // A command of this page is a new record.
  const results = (sent.value.get(vm) ?? []).map((one) => one.result.kind).join();
  useEffect(() => {
    const over = new AbortController();
    gateway.readAudit({ vm, limit: LIMIT }, over.signal).then((read) => {
      setPage(read);
      setFailure(undefined);
    }, (error: unknown) => !over.signal.aborted && setFailure(error));
    return () => over.abort(new Error("the page was left"));
  }, [vm, attempt, results]);
  return (
    <section class="card" aria-labelledby="vm-audit">
      <header>
        <h2 id="vm-audit">Audit</h2>
        <button type="button" class="btn" onClick={() => setAttempt(attempt + 1)}>Refresh</button>
        <a class="btn" href={`/ui/audit?vm=${encodeURIComponent(vm)}`}>All<span class="unseen"> of {vm}</span></a>
      </header>
      {failure !== undefined && <div class="body"><Failure failure={failure} what="The audit log cannot be read" /></div>}
      {page?.items.length === 0 && <p class="body quiet">Nobody has changed this VM through this gateway.</p>}
      <ul class="told">
        {page?.items.map((record) => (
          <li key={`${record.time}${record.traceId}`} class="told-line">
            <Clock at={record.time} />
            <span><b class="wrap">{record.who}</b> {record.command === null ? <><code>{record.method}</code> <code class="wrap">{record.path}</code></> : <code>{record.command}</code>}: <span class={record.outcome === "done" ? "" : "broken"}>{record.outcome}</span>{record.problem !== null && <span class="quiet"> ({record.problem})</span>}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
