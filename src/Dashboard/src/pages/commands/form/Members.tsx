import { useState } from "preact/hooks";
import { isObject, type Json, memberOf } from "../../../parts/json.js";
import { idOf, useForm } from "./context.js";
import { fieldOf } from "./fields.js";
import type { Path } from "./paths.js";
import { Row } from "./Row.js";
import { type Member, membersOf, resolve, type Schema } from "./schema.js";
import { isGroup, Value } from "./Value.js";

const FEW = 12;

/** The members of an object: those that must be there and those that are, and the names of those that may be added. */
export function Members({ schema, path, value }: { schema: Schema; path: Path; value: Json | undefined }) {
  const form = useForm();
  // Added members that have no value yet.
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const object = isObject(value) ? value : {};
  const { members, others } = membersOf(schema, form.defs, object);
  const known = new Set(members.map(({ name }) => name));
  const isShown = ({ name, isRequired }: Member): boolean => isRequired || Object.hasOwn(object, name) || added.has(name);
  const strangers = Object.keys(object).filter((name) => !known.has(name)).map((name) => ({ name, schema: others ?? {}, isRequired: false, isUnknown: others === undefined }));
  const optional = members.filter((member) => !isShown(member));

  const add = (member: Member): void => {
    const field = fieldOf(member.schema, form.defs);
    setAdded(new Set([...added, member.name]));
    if (field.kind === "object" || field.kind === "list" || field.kind === "boolean" || field.kind === "null") {
      form.change([...path, member.name], field.kind === "object" ? {} : field.kind === "list" ? [] : field.kind === "boolean" ? true : null);
    }

    // Once it is drawn, its first control has the focus.
    const id = idOf(form, [...path, member.name]);
    requestAnimationFrame(() => setTimeout(() => document.getElementById(id)?.focus()));
  };
  const remove = (name: string): void => {
    setAdded(new Set([...added].filter((one) => one !== name)));
    form.change([...path, name], undefined);
  };

  return (
    <div class="members" id={idOf(form, path)} tabIndex={-1}>
      {[...members.filter(isShown), ...strangers].map((member) => (
        <MemberRow key={member.name} {...member} path={[...path, member.name]} value={memberOf(object, member.name)}
          onRemove={member.isRequired ? undefined : () => remove(member.name)} />
      ))}
      {optional.length > 0 && <Optional members={optional} all={optional.length + added.size} onAdd={add} />}
      {others !== undefined && <AddOther names={object} onAdd={(name) => form.change([...path, name], "")} />}
    </div>
  );
}

function MemberRow({ name, schema, isRequired, isUnknown = false, path, value, onRemove }: Member & { isUnknown?: boolean; path: Path; value: Json | undefined; onRemove: (() => void) | undefined }) {
  const { defs } = useForm();
  const field = fieldOf(schema, defs);
  return (
    <Row path={path} name={name} schema={resolve(schema, defs)} field={field} isRequired={isRequired} isUnknown={isUnknown} onRemove={onRemove} isGroup={isGroup(field)}>
      <Value schema={schema} path={path} value={value} isRequired={isRequired} />
    </Row>
  );
}

function Optional({ members, all, onAdd }: { members: readonly Member[]; all: number; onAdd: (member: Member) => void }) {
  const { defs } = useForm();
  const buttons = (
    <p class="optional">
      {members.map((member) => {
        const { deprecated, "x-qemu-unstable": unstable } = resolve(member.schema, defs);
        return <button key={member.name} type="button" class="chip" onClick={() => onAdd(member)}>+ {member.name}{deprecated === true ? " (deprecated)" : unstable === true ? " (unstable)" : ""}</button>;
      })}
    </p>
  );
  return all <= FEW ? <div class="to-add"><p class="quiet">Add an optional member:</p>{buttons}</div> : <details><summary>{members.length} optional members</summary>{buttons}</details>;
}

/** Members that the schema does not list, such as the properties of a device. */
function AddOther({ names, onAdd }: { names: object; onAdd: (name: string) => void }) {
  const [name, setName] = useState("");
  const add = (): void => {
    onAdd(name.trim());
    setName("");
  };
  const isThere = Object.hasOwn(names, name.trim());
  return (
    <p class="other">
      <label>Another member <input value={name} placeholder="name" spellcheck={false} autocomplete="off" onInput={({ currentTarget }) => setName(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            if (name.trim() !== "" && !isThere) {
              add();
            }
          }
        }} /></label>
      <button type="button" class="btn" disabled={name.trim() === "" || isThere} onClick={add}>Add</button>
    </p>
  );
}
