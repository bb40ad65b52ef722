import { isList, isObject, type Json, memberOf } from "../../../parts/json.js";
import { type Definitions, isOfTypes, membersOf, resolve, type Schema, typesOf } from "./schema.js";

/** One of several ways in which a value may be given. */
export interface Option {
  name: string;
  schema: Schema;
}

/** How a value is asked for. What lies inside it is looked at when it is opened, since schemas may hold themselves. */
export type Field =
  | { kind: "text" | "boolean" | "null" }
  | { kind: "number"; isWhole: boolean; minimum?: number | bigint; maximum?: number | bigint }
  | { kind: "choice"; values: readonly Json[]; deprecated: readonly Json[]; unstable: readonly Json[] }
  | { kind: "list"; items: Schema }
  | { kind: "object"; schema: Schema }
  | { kind: "one-of"; options: readonly Option[] };

/** Words for the types of JSON. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text", integer: "whole number", number: "number", boolean: "true or false", null: "null", array: "list", object: "object",
};

const MAX_DEPTH = 50;
const ANY = ["string", "integer", "number", "boolean", "null", "object", "array"];
const NOTES = new Set(["title", "description", "deprecated", "x-qemu-unstable", "oneOf", "anyOf"]);

/** How to ask for a value of this schema. */
export function fieldOf(given: Schema, defs: Definitions): Field {
  const schema = resolve(given, defs);
  if (schema.const !== undefined || schema.enum !== undefined) {
    return {
      kind: "choice",
      values: schema.enum ?? [schema.const!],
      deprecated: schema["x-qemu-deprecated-values"] ?? [],
      unstable: schema["x-qemu-unstable-values"] ?? [],
    };
  }

  const branches = schema.oneOf ?? schema.anyOf;
  if (branches !== undefined) {
    return { kind: "one-of", options: branches.map((branch, i) => optionOf(schema, branch, i, defs)) };
  }

  const types = typesOf(schema);
  const [only] = types;
  if (types.length > 1) {
    return { kind: "one-of", options: types.map((type) => ({ name: TYPE_WORDS[type] ?? type, schema: narrowed(schema, type, defs) })) };
  }

  switch (only) {
    case "string":
      return { kind: "text" };
    case "boolean":
    case "null":
      return { kind: only };
    case "integer":
    case "number":
      return {
        kind: "number", isWhole: only === "integer",
        ...(schema.minimum !== undefined && { minimum: schema.minimum }), ...(schema.maximum !== undefined && { maximum: schema.maximum }),
      };
    case "array":
      return { kind: "list", items: schema.items ?? {} };
    case "object":
      return { kind: "object", schema };
    default:
      // A schema with parts alone describes an object; an empty one allows everything.
      return schema.allOf !== undefined ? { kind: "object", schema } : { kind: "one-of", options: ANY.map((type) => ({ name: TYPE_WORDS[type]!, schema: { type } })) };
  }
}

/** What a new value of this schema is, where one must be there. */
export function initial(schema: Schema, defs: Definitions): Json {
  const field = fieldOf(schema, defs);
  switch (field.kind) {
    case "text":
      return "";
    case "number":
      return 0;
    case "boolean":
      return true;
    case "null":
      return null;
    case "choice":
      return field.values[0] ?? "";
    case "list":
      return [];
    case "object":
      return {};
    case "one-of":
      return field.options[0] === undefined ? null : initial(field.options[0].schema, defs);
  }
}

/**
 * A value with the empty objects and lists that must be there, and constants that leave no choice: nobody could enter them. They are made as deep as
 * the schema demands them, which never ends in itself.
 */
export function completed(schema: Schema, defs: Definitions, value: Json, depth = 0): Json {
  const field = fieldOf(schema, defs);
  if (depth > MAX_DEPTH) {
    return value;
  }

  if (field.kind === "list" && isList(value)) {
    return value.map((item) => completed(field.items, defs, item, depth + 1));
  }

  if (field.kind !== "object" || !isObject(value)) {
    return value;
  }

  const members = membersOf(field.schema, defs, value).members.flatMap(({ name, schema: member, isRequired }): (readonly [string, Json])[] => {
    const there = memberOf(value, name) ?? (isRequired ? emptyOf(fieldOf(member, defs)) : undefined);
    return there === undefined ? [] : [[name, completed(member, defs, there, depth + 1)]];
  });
  return { ...value, ...Object.fromEntries(members) };
}

function emptyOf(field: Field): Json | undefined {
  return field.kind === "object" ? {} : field.kind === "list" ? [] : field.kind === "choice" && field.values.length === 1 ? field.values[0] : undefined;
}

// One type of several, with what the schema says of that type: QAPI's alternates.
function narrowed(schema: Schema, type: string, defs: Definitions): Schema {
  const { allOf, type: _, ...rest } = schema;
  const said = (allOf ?? []).flatMap((part) => {
    const condition = part.if === undefined ? [] : typesOf(resolve(part.if, defs));
    return part.if === undefined ? [part] : condition.includes(type) && part.then !== undefined ? [resolve(part.then, defs)] : [];
  });
  return Object.assign({}, rest, ...said, { type }) as Schema;
}

function optionOf(whole: Schema, branch: Schema, at: number, defs: Definitions): Option {
  const schema = resolve(branch, defs);
  const beside = Object.fromEntries(Object.entries(whole).filter(([name]) => !NOTES.has(name))) as Schema;
  return { name: nameOf(schema, at), schema: Object.keys(beside).length === 0 ? schema : schema.type === undefined || isOfTypes({}, typesOf(schema)) ? { ...beside, allOf: [...(beside.allOf ?? []), schema] } : schema };
}

function nameOf(schema: Schema, at: number): string {
  const tags = Object.entries(schema.properties ?? {}).flatMap(([name, { const: tag }]) => (tag === undefined ? [] : [`${name} ${String(tag)}`]));
  const types = typesOf(schema).map((type) => TYPE_WORDS[type] ?? type);
  return schema.title ?? (schema.const !== undefined ? JSON.stringify(schema.const) : tags.length > 0 ? tags.join(", ") : types.length > 0 ? types.join(" or ") : `choice ${at + 1}`);
}
