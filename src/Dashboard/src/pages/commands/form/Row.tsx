import type { ComponentChildren } from "preact";
import { idOf, useForm } from "./context.js";
import { type Field, TYPE_WORDS } from "./fields.js";
import { type Path, pathText } from "./paths.js";
import type { Schema } from "./schema.js";

/** A member of the form: its name, what it is, its control and what is wrong with it. */
export function Row({ path, name, schema, field, isRequired, isUnknown = false, onRemove, isGroup, children }: {
  path: Path; name: string; schema: Schema; field: Field; isRequired: boolean; isUnknown?: boolean; onRemove?: (() => void) | undefined; isGroup: boolean; children: ComponentChildren;
}) {
  const form = useForm();
  const marks = (
    <>
      {isRequired && <span class="label">required</span>}
      {schema.deprecated === true && <span class="label">deprecated</span>}
      {schema["x-qemu-unstable"] === true && <span class="label">unstable</span>}
      {isUnknown && <span class="label">unknown to this QEMU</span>}
      <span class="quiet">{wordsOf(field)}</span>
      {onRemove && <button type="button" class="link" onClick={onRemove}>Remove<span class="unseen"> {name}</span></button>}
    </>
  );
  return isGroup ? (
    <fieldset class="field">
      <legend>{field.kind === "one-of" ? <label for={idOf(form, path)}><code>{name}</code></label> : <code>{name}</code>} {marks}</legend>
      {children}
      <Errors path={path} />
    </fieldset>
  ) : (
    <div class="field">
      <p class="name"><label for={idOf(form, path)}><code>{name}</code></label> {marks}</p>
      {children}
      <Errors path={path} />
    </div>
  );
}

/** What is wrong with a field. */
export function Errors({ path }: { path: Path }) {
  const form = useForm();
  const errors = form.errors.get(pathText(path)) ?? [];
  return errors.length === 0 ? null : <p class="wrong" id={`${idOf(form, path)}-errors`}>{errors.map(sentence).join(" ")}</p>;
}

function sentence(error: string): string {
  return `${error.charAt(0).toUpperCase()}${error.slice(1)}${/[.!?]$/.test(error) ? "" : "."}`;
}

function wordsOf(field: Field): string {
  switch (field.kind) {
    case "number":
      return TYPE_WORDS[field.isWhole ? "integer" : "number"]!;
    case "text":
      return "text";
    case "list":
      return "list";
    default:
      return "";
  }
}
