import { useMemo } from "preact/hooks";
import { type Draft, draftOf, typed } from "./draft.js";
import { FormProvider } from "./form/context.js";
import { completed } from "./form/fields.js";
import { faultsOf } from "./form/faults.js";
import { Members } from "./form/Members.js";
import { isWithin, pathText, withValue } from "./form/paths.js";
import { Errors } from "./form/Row.js";
import { type Definitions, membersOf, type Schema } from "./form/schema.js";
import { isObject } from "../../parts/json.js";

const FORM = "args";

/** The arguments of a command, as a form and as JSON beside it. Either may be edited; the other follows. */
export function Arguments({ schema, defs, draft, errors, onChange }: {
  schema: Schema;
  defs: Definitions;
  draft: Draft;
  /** What the gateway found wrong when the command was last sent, by path. */
  errors: Readonly<Record<string, readonly string[]>>;
  /** Called with the new draft and the errors that still apply. */
  onChange: (draft: Draft, errors: Readonly<Record<string, readonly string[]>>) => void;
}) {
  const hints = useMemo(() => faultsOf(schema, defs, draft.value).filter(({ isMissing }) => !isMissing), [schema, defs, draft.value]);
  const shown = new Map<string, readonly string[]>(hints.map(({ path, message }) => [path, [message]]));
  // The gateway's errors take precedence over the page's hints.
  Object.entries(errors).forEach(([path, messages]) => shown.set(path, messages));
  const { members, others } = membersOf(schema, defs, draft.value);
  const takesNone = members.length === 0 && others === undefined && Object.keys(draft.value).length === 0;
  const isBroken = draft.fault !== undefined;
  if (takesNone && !isBroken && draft.text === "{}") {
    return <p class="quiet">This command takes no arguments.</p>;
  }

  return (
    <div class="arguments">
      <fieldset class="form" disabled={isBroken}>
        <legend>Arguments</legend>
        <FormProvider value={{
          id: FORM, defs, errors: shown,
          change: (path, value) => {
            const next = completed(schema, defs, withValue(draft.value, path, value) ?? {});
            const at = pathText(path);
            onChange(draftOf(isObject(next) ? next : {}), Object.fromEntries(Object.entries(errors).filter(([one]) => !isWithin(one, at) && !isWithin(at, one))));
          },
        }}>
          <Members schema={schema} path={[]} value={draft.value} />
          <Errors path={[]} />
        </FormProvider>
      </fieldset>
      <div class="json">
        <label for="json">Arguments as JSON</label>
        <textarea id="json" rows={Math.min(Math.max(draft.text.split("\n").length + 1, 6), 30)} spellcheck={false} autocomplete="off" autocapitalize="off"
          value={draft.text} aria-invalid={isBroken || undefined} aria-describedby={isBroken ? "json-fault" : undefined}
          onInput={({ currentTarget }) => onChange(typed(draft, currentTarget.value), {})} />
        <p id="json-fault" role="alert">
          {draft.fault && <>Line {draft.fault.line}, column {draft.fault.column}: {draft.fault.message}. The form shows the last valid arguments. <button type="button" class="link" onClick={() => onChange(draftOf(draft.value), errors)}>Restore them</button></>}
        </p>
      </div>
    </div>
  );
}
