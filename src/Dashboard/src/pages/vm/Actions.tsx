import type { Vm, VmActions } from "@qmp-gateway/client";
import { useEffect, useState } from "preact/hooks";
import { clock } from "../../app/times.js";
import { time } from "../../app/clock.js";
import { gateway, may } from "../../app/session.js";
import { Failure } from "../../parts/Failure.js";
import { resultOf } from "../../fleet/results.js";
import { ACTIONS, changesOf, choicesOf } from "./actionWords.js";

const NOT_KNOWN = "Unknown";

/** What QEMU does when something happens to the guest. QMP cannot read it back, so only what this gateway has set on this run is known. */
export function Actions({ vm }: { vm: Vm }) {
  const [set, setSet] = useState<VmActions>();
  const [failure, setFailure] = useState<unknown>();
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const [isSending, setSending] = useState(false);
  const [result, setResult] = useState<{ done: string } | { failure: unknown }>();
  const mayChange = may("operator", vm.id) && vm.connection.state === "connected";
  useEffect(() => {
    const over = new AbortController();
    gateway.getActions(vm.id, over.signal).then((read) => {
      setSet(read);
      setFailure(undefined);
    }, (error: unknown) => !over.signal.aborted && setFailure(error));
    return () => over.abort(new Error("the page was left"));
  }, [vm.id, vm.run, vm.connection.state]);

  const changes = set && changesOf(set, chosen);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (changes === undefined || isSending) {
      return;
    }

    setSending(true);
    try {
      setSet(await gateway.setActions(vm.id, changes, vm.run === null ? {} : { ifRun: vm.run }));
      setChosen({});
      setResult({ done: `Set at ${clock(time(), time())}: ${Object.entries(changes).map(([name, value]) => `${name}=${value}`).join(", ")}.` });
    } catch (error) {
      setResult({ failure: error });
    }

    setSending(false);
  };

  return (
    <section class="card" aria-labelledby="actions">
      <h2 id="actions">Actions</h2>
      {failure !== undefined && <div class="body"><Failure failure={failure} what="The actions cannot be read" /></div>}
      {set !== undefined && (
        <form class="body vm-actions" onSubmit={(event) => { void submit(event); }}>
          {ACTIONS.map((action) => {
            const value = set[action.name];
            return (
              <div key={action.name} class="vm-action">
                {mayChange ? (
                  <>
                    <label for={`action-${action.name}`}>{action.when}</label>
                    <select id={`action-${action.name}`} value={chosen[action.name] ?? value ?? ""} onChange={(event) => setChosen({ ...chosen, [action.name]: event.currentTarget.value })}>
                      {(value === null || value === undefined) && <option value="">{NOT_KNOWN}</option>}
                      {choicesOf(action, value).map((one) => <option key={one.value} value={one.value}>{one.value}: {one.means}</option>)}
                    </select>
                  </>
                ) : (
                  <>
                    <b>{action.when}</b>
                    <span>{value === null || value === undefined ? <span class="quiet">{NOT_KNOWN}</span> : <><code>{value}</code>: {choicesOf(action, value).find((one) => one.value === value)?.means}</>}</span>
                  </>
                )}
              </div>
            );
          })}
          {ACTIONS.some(({ name }) => set[name] === null || set[name] === undefined) && <p class="quiet">Unknown: this gateway has not set the action on this run of QEMU, and QMP cannot read it.</p>}
          {mayChange && <button class="btn" aria-disabled={changes === undefined || isSending}>{isSending ? "Setting…" : `Set on ${vm.id}`}</button>}
          <div role="status">{result !== undefined && ("done" in result ? <p class="done">{result.done}</p> : <NotSet failure={result.failure} />)}</div>
        </form>
      )}
    </section>
  );
}

function NotSet({ failure }: { failure: unknown }) {
  return resultOf(failure).kind === "unknown"
    ? <div class="warning"><Failure failure={failure} what="It is unknown whether this was set" /><p>It is safe to set it again.</p></div>
    : <Failure failure={failure} what="Nothing was set" />;
}
