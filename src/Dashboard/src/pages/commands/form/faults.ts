import { isList, isObject, type Json, memberOf } from "../../../parts/json.js";
import { fieldOf, type Option, TYPE_WORDS } from "./fields.js";
import { type Definitions, isOfTypes, membersOf, same, type Schema, typeOf, typesOf, resolve } from "./schema.js";
import { type Path, pathText } from "./paths.js";

/** What the schema does not allow. It is a hint: the gateway decides. */
export interface Fault {
  path: string;
  message: string;
  /** Whether only something is missing, which the form does not complain of before the command is sent. */
  isMissing?: true;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a string", integer: "a whole number", number: "a number", boolean: "true or false", null: "null", array: "a list", object: "an object",
};

/** What is wrong with a value. */
export function faultsOf(schema: Schema, defs: Definitions, value: Json | undefined, path: Path = []): Fault[] {
  const at = pathText(path);
  if (value === undefined) {
    return [{ path: at, message: "is missing", isMissing: true }];
  }

  const field = fieldOf(schema, defs);
  const must = (message: string): Fault[] => [{ path: at, message: `must be ${message}` }];
  switch (field.kind) {
    case "text":
      return typeof value === "string" ? [] : must("a string");
    case "boolean":
      return typeof value === "boolean" ? [] : must("true or false");
    case "null":
      return value === null ? [] : must("null");
    case "choice":
      return field.values.some((one) => same(one, value)) ? [] : must(`one of ${field.values.map(shown).join(", ")}`);
    case "number":
      return typeof value !== "bigint" && typeof value !== "number" ? must(field.isWhole ? "a whole number" : "a number")
        : field.isWhole && !isOfTypes(value, ["integer"]) ? must("a whole number")
          : field.minimum !== undefined && value < field.minimum ? must(`at least ${field.minimum}`)
            : field.maximum !== undefined && value > field.maximum ? must(`at most ${field.maximum}`) : [];
    case "list":
      return isList(value) ? value.flatMap((item, i) => faultsOf(field.items, defs, item, [...path, i])) : must("a list");
    case "object":
      return isObject(value) ? faultsOfMembers(field.schema, defs, value, path) : must("an object");
    case "one-of": {
      const chosen = field.options[chosenOption(field.options, defs, value)];
      return chosen === undefined ? must([...new Set(field.options.map(({ schema: one, name }) => KINDS[typesOf(resolve(one, defs))[0] ?? ""] ?? name))].join(" or ")) : faultsOf(chosen.schema, defs, value, path);
    }
  }
}

/** Which of several ways a value is given in; -1 for none. */
export function chosenOption(options: readonly Option[], defs: Definitions, value: Json | undefined): number {
  if (value === undefined) {
    return -1;
  }

  const of = (test: (schema: Schema) => boolean): number => options.findIndex(({ schema }) => test(resolve(schema, defs)));
  const fitting = of((schema) => isOfTypes(value, typesOf(schema)) && faultsOf(schema, defs, value).length === 0);
  return fitting >= 0 ? fitting : of((schema) => isOfTypes(value, typesOf(schema)));
}

/** A value in few letters. */
export function shown(value: Json): string {
  return typeof value === "string" ? value : isList(value) || isObject(value) ? (TYPE_WORDS[typeOf(value)] ?? "") : String(value);
}

function faultsOfMembers(schema: Schema, defs: Definitions, value: { readonly [name: string]: Json }, path: Path): Fault[] {
  const { members, others } = membersOf(schema, defs, value);
  const known = new Set(members.map(({ name }) => name));
  const isDecided = members.every(({ name, isRequired }) => !isRequired || Object.hasOwn(value, name));
  return [
    ...members.flatMap(({ name, schema: member, isRequired }) => (isRequired || Object.hasOwn(value, name) ? faultsOf(member, defs, memberOf(value, name), [...path, name]) : [])),
    ...Object.entries(value).flatMap(([name, member]) => known.has(name) ? []
      : others !== undefined ? faultsOf(others, defs, member, [...path, name])
        // While the tag of a union is missing, nobody knows its members.
        : isDecided || members.length === 0 ? [{ path: pathText([...path, name]), message: "is an unknown member" }] : []),
  ];
}
