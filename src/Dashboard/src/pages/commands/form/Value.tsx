import { useState } from "preact/hooks";
import { isList, type Json } from "../../../parts/json.js";
import { type FieldProps, FormProvider, idOf, useControl, useForm } from "./context.js";
import { BooleanInput, ChoiceInput, NumberInput, TextInput } from "./Controls.js";
import { chosenOption } from "./faults.js";
import { type Field, fieldOf, initial, type Option } from "./fields.js";
import { Members } from "./Members.js";
import { Errors } from "./Row.js";
import { isOfTypes, resolve, type Schema, typesOf } from "./schema.js";

/** A control for a value of any schema. */
export function Value({ schema, ...props }: FieldProps & { schema: Schema }) {
  const { defs } = useForm();
  const field = fieldOf(schema, defs);
  switch (field.kind) {
    case "text":
      return <TextInput {...props} />;
    case "number":
      return <NumberInput {...props} isWhole={field.isWhole} />;
    case "boolean":
      return <BooleanInput {...props} />;
    case "null":
      return <NullInput {...props} />;
    case "choice":
      return <ChoiceInput {...props} field={field} />;
    case "list":
      return <ListInput {...props} items={field.items} />;
    case "object":
      return <Members schema={field.schema} path={props.path} value={props.value} />;
    case "one-of":
      return <OneOf {...props} options={field.options} />;
  }
}

/** Whether a field is a group of others, which is drawn below its name instead of beside it. */
export function isGroup(field: Field): boolean {
  return field.kind === "object" || field.kind === "list" || field.kind === "one-of";
}

function NullInput({ path, value }: FieldProps) {
  const form = useForm();
  return value === null ? <code>null</code> : <button type="button" class="btn" {...useControl(path)} onClick={() => form.change(path, null)}>Set to null</button>;
}

/** First the way in which the value is given, then the value. */
function OneOf({ path, value, isRequired, options }: FieldProps & { options: readonly Option[] }) {
  const form = useForm();
  const control = useControl(path);
  const [wanted, setWanted] = useState(-1);
  const fits = value !== undefined && options[wanted] !== undefined && isOfTypes(value, typesOf(resolve(options[wanted].schema, form.defs)));
  const at = fits ? wanted : chosenOption(options, form.defs, value);
  const chosen = options[at];
  return (
    <div class="one-of">
      <select {...control} value={at} aria-required={isRequired}
        onChange={({ currentTarget }) => {
          const next = Number(currentTarget.value);
          setWanted(next);
          form.change(path, options[next] === undefined ? undefined : initial(options[next].schema, form.defs));
        }}>
        {at < 0 && <option value={-1}>Choose a type…</option>}
        {options.map(({ name }, i) => <option key={i} value={i}>{name}</option>)}
      </select>
      {chosen !== undefined && value !== undefined && value !== null && <Inner path={path} value={value} schema={chosen.schema} />}
    </div>
  );
}

// The id of the path belongs to the select above, so the fields below it need other ids.
function Inner({ path, value, schema }: { path: FieldProps["path"]; value: Json; schema: Schema }) {
  const form = useForm();
  const content = <Value schema={schema} path={path} value={value} isRequired />;
  return (
    <FormProvider value={{ ...form, id: `${form.id}-of` }}>
      {isGroup(fieldOf(schema, form.defs)) ? content : <label class="bare"><span class="unseen">Value of {String(path.at(-1) ?? "the arguments")}</span>{content}</label>}
    </FormProvider>
  );
}

function ListInput({ path, value, items }: FieldProps & { items: Schema }) {
  const form = useForm();
  const list = isList(value) ? value : [];
  const name = String(path.at(-1) ?? "");
  return (
    <div class="list">
      {list.length > 0 && (
        <ol>
          {list.map((item, i) => (
            <li key={i}>
              <Item schema={items} path={[...path, i]} value={item} label={`${name} ${i + 1}`} />
            </li>
          ))}
        </ol>
      )}
      <button type="button" class="btn add" id={idOf(form, path)} onClick={() => form.change([...path, list.length], initial(items, form.defs))}>Add {list.length === 0 ? "an item" : "another item"}<span class="unseen"> to {name}</span></button>
    </div>
  );
}

function Item({ schema, path, value, label }: { schema: Schema; path: FieldProps["path"]; value: Json; label: string }) {
  const form = useForm();
  const field = fieldOf(schema, form.defs);
  const remove = <button type="button" class="link" onClick={() => form.change(path, undefined)}>Remove<span class="unseen"> {label}</span></button>;
  return isGroup(field)
    ? <fieldset><legend>{field.kind === "one-of" ? <label for={idOf(form, path)}>{label}</label> : label} {remove}</legend><Value schema={schema} path={path} value={value} isRequired /><Errors path={path} /></fieldset>
    : <><label class="bare"><span class="unseen">{label}</span><Value schema={schema} path={path} value={value} isRequired /></label> {remove}<Errors path={path} /></>;
}
