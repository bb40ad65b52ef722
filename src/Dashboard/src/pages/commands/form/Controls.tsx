import { useState } from "preact/hooks";
import { isList, isObject, type Json, numberOf } from "../../../parts/json.js";
import { type FieldProps, useControl, useForm } from "./context.js";
import { shown } from "./faults.js";
import type { Field } from "./fields.js";
import { same } from "./schema.js";

const WHOLE = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A string. A value of another type is shown as it is, so that it can be corrected. */
export function TextInput({ path, value }: FieldProps) {
  const form = useForm();
  const control = useControl(path);
  const text = value === undefined ? "" : textOf(value);
  const set = (event: { currentTarget: { value: string } }): void => form.change(path, event.currentTarget.value);
  return text.includes("\n")
    ? <textarea {...control} rows={Math.min(text.split("\n").length + 1, 12)} value={text} spellcheck={false} onInput={set} />
    : <input {...control} type="text" value={text} spellcheck={false} autocomplete="off" autocapitalize="off" onInput={set} />;
}

/** A number of any size, as text. Text that is not a number stays as it was typed, and is not sent as a number. */
export function NumberInput({ path, value, isRequired, isWhole }: FieldProps & { isWhole: boolean }) {
  const form = useForm();
  const control = useControl(path);
  const [typed, setTyped] = useState("");
  const read = (text: string): Json => ((isWhole ? WHOLE : NUMBER).test(text.trim()) ? numberOf(text.trim()) : text);
  // "1.50" and 1.5 are the same value: what is being typed is not rewritten.
  const text = value === undefined ? "" : typed !== "" && same(read(typed), value) ? typed : textOf(value);
  const isItem = typeof path.at(-1) === "number";
  return (
    <input {...control} class="num" type="text" inputMode={isWhole ? "numeric" : "decimal"} value={text} autocomplete="off" aria-required={isRequired}
      onInput={({ currentTarget }) => {
        setTyped(currentTarget.value);
        form.change(path, currentTarget.value.trim() !== "" ? read(currentTarget.value) : isItem ? "" : undefined);
      }} />
  );
}

/** One of some values. */
export function ChoiceInput({ path, value, isRequired, field }: FieldProps & { field: Extract<Field, { kind: "choice" }> }) {
  const form = useForm();
  const control = useControl(path);
  const at = value === undefined ? -1 : field.values.findIndex((one) => same(one, value));
  const note = (one: Json): string => field.deprecated.includes(one) ? " (deprecated)" : field.unstable.includes(one) ? " (unstable)" : "";
  return (
    <select {...control} value={at} aria-required={isRequired} onChange={({ currentTarget }) => form.change(path, field.values[Number(currentTarget.value)])}>
      {at < 0 && <option value={-1}>{value === undefined ? "Choose…" : textOf(value)}</option>}
      {field.values.map((one, i) => <option key={i} value={i}>{shown(one)}{note(one)}</option>)}
    </select>
  );
}

/** True or false, or not chosen yet. */
export function BooleanInput({ path, value, isRequired }: FieldProps) {
  return <ChoiceInput path={path} value={value} isRequired={isRequired} field={{ kind: "choice", values: [true, false], deprecated: [], unstable: [] }} />;
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : isObject(value) || isList(value) ? "" : String(value);
}
