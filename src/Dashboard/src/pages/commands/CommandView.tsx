import { GatewayError, type Vm } from "@qmp-gateway/client";
import { useState } from "preact/hooks";
import { setQuery, vmPath } from "../../app/router.js";
import { may } from "../../app/session.js";
import { Dialog } from "../../parts/Dialog.js";
import type { JsonObject } from "../../parts/json.js";
import { prettyJson } from "../../parts/prettyJson.js";
import { State } from "../../parts/StateMark.js";
import { dangerOf } from "../../qemu/commands.js";
import { stateOf } from "../../qemu/runStates.js";
import { Arguments } from "./Arguments.js";
import { Code } from "./Code.js";
import type { Command } from "./Commands.js";
import { CommandResult } from "./CommandResult.js";
import { type Draft, draftOf, recall, remember } from "./draft.js";
import { completed } from "./form/fields.js";
import type { Definitions, Schema } from "./form/schema.js";
import { lastResult, send } from "./results.js";

/** One command: what the policy says about it, its arguments, its result, and code for it. */
export function CommandView({ vm, id, command, defs }: { vm: Vm | undefined; id: string; command: Command; defs: Definitions }) {
  const schema = command.arguments as Schema;
  const [draft, setDraft] = useState(() => recall(id, command.name) ?? draftOf(completed(schema, defs, {}) as JsonObject));
  const [errors, setErrors] = useState<Readonly<Record<string, readonly string[]>>>({});
  const [timeout, setTimeout] = useState("");
  const [asked, setAsked] = useState<{ run: Vm["run"] }>();
  const sent = lastResult(id, command.name);
  const isWaiting = sent?.result.kind === "waiting";
  const danger = dangerOf(command.name);
  const isAdmin = may("admin", id);
  const isBroken = draft.fault !== undefined;

  const change = (next: Draft, left: Readonly<Record<string, readonly string[]>>): void => {
    remember(id, command.name, next);
    setDraft(next);
    setErrors(left);
  };
  const run = async (expected: Vm["run"]): Promise<void> => {
    setErrors({});
    const seconds = Number(timeout);
    await send(id, command.name, draft.value, expected, timeout.trim() !== "" && Number.isInteger(seconds) ? seconds : undefined);
    const result = lastResult(id, command.name)?.result;
    setErrors(result?.kind === "not-sent" && result.failure instanceof GatewayError ? (result.failure.problem.errors ?? {}) : {});
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isWaiting || isBroken) {
      return;
    }

    const expected = vm?.run ?? null;
    if (danger === undefined) {
      void run(expected);
    } else {
      setAsked({ run: expected });
    }
  };

  return (
    <section class="command" aria-labelledby="command-name">
      <p class="back"><a href="?" onClick={(event) => { event.preventDefault(); setQuery({ command: "" }, "push"); }}>‹ All commands</a></p>
      <header>
        <h2 id="command-name" tabIndex={-1}><code>{command.name}</code></h2>
        {command.deprecated && <span class="label">deprecated</span>}
        {command.unstable && <span class="label">unstable</span>}
      </header>
      <Policy command={command} vm={id} />
      {command.deprecated && <p class="quiet">A later QEMU will remove this command. QEMU's documentation names what to use instead.</p>}
      {command.unstable && <p class="quiet">This command may change or be removed in any QEMU version, without notice.</p>}
      <form onSubmit={submit}>
        <Arguments schema={schema} defs={defs} draft={draft} errors={errors} onChange={change} />
        {isAdmin ? (
          <div class="sends">
            <button class={`btn${command.allowed ? " first" : ""}`} aria-disabled={isWaiting || isBroken}>{isWaiting ? "Waiting…" : `Send ${command.name} to ${id}`}{!isWaiting && danger !== undefined && "…"}</button>
            <label class="timeout">Timeout <input type="number" min="1" max="3600" step="1" inputMode="numeric" placeholder="default" value={timeout} onInput={({ currentTarget }) => setTimeout(currentTarget.value)} /> s</label>
            {isBroken && <span class="quiet">Fix the JSON first.</span>}
          </div>
        ) : <p class="quiet">Sending it requires the admin role on {id}.</p>}
      </form>
      <CommandResult sent={sent} />
      <Code vm={id} command={command.name} args={draft.value} />
      {asked !== undefined && (
        <Dialog title={`Send ${command.name} to ${id}?`} onClose={() => setAsked(undefined)}>
          <p class="measure">{danger}</p>
          {Object.keys(draft.value).length > 0 && <pre class="asked">{prettyJson(draft.value)}</pre>}
          {vm !== undefined && <p class="measure asked">Current state: <State shown={stateOf(vm)} /></p>}
          {vm !== undefined && vm.run !== asked.run && <p class="warning">The VM has been restarted since you opened this dialog, so the command will not be sent. Close the dialog and check the VM.</p>}
          <p class="buttons">
            <button type="button" class="btn first" onClick={() => { setAsked(undefined); void run(asked.run); }}>Send {command.name} to {id}</button>
            <button type="button" class="btn" autofocus onClick={() => setAsked(undefined)}>Cancel</button>
          </p>
        </Dialog>
      )}
    </section>
  );
}

/** What the command policy says before anything is sent. */
function Policy({ command, vm }: { command: Command; vm: string }) {
  const rule = command.rule?.replace(/^built-in: /, "");
  const isBuiltIn = command.rule !== rule;
  const reason = rule === undefined || rule === "" ? "" : isBuiltIn ? ` by default (${rule})` : <> by the rule <code>{rule}</code></>;
  return command.allowed
    ? <p class="policy allowed"><b>Allowed</b>{reason}.</p>
    : rule === "has its own route"
      ? <p class="policy warning"><b>Not sent from here.</b> This command has a button on the page of <a href={vmPath(vm)}>{vm}</a>, which waits until it has completed.</p>
      : <p class="policy warning"><b>Denied</b>{reason}. The gateway will not send it unless a rule in <code>Gateway:CommandPolicy:Rules</code> allows it with these arguments.</p>;
}
