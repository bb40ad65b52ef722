import { isList, isObject, type Json, memberOf } from "../../../parts/json.js";

/** A JSON Schema (2020-12), as far as QEMU's commands are described by it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly "x-qemu-unstable"?: boolean;
  readonly "x-qemu-deprecated-values"?: readonly Json[];
  readonly "x-qemu-unstable-values"?: readonly Json[];
}

/** The types that schemas refer to by `#/$defs/NAME`. */
export type Definitions = Readonly<Record<string, Schema>>;

/** A member that an object may have. */
export interface Member {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

const DEFS = "#/$defs/";

/** The schema that a reference stands for. One that leads nowhere allows everything: the gateway decides. */
export function resolve(schema: Schema, defs: Definitions): Schema {
  let found = schema;
  for (let hops = 0; found.$ref !== undefined; hops++) {
    const { $ref, ...beside } = found;
    const name = $ref.startsWith(DEFS) ? $ref.slice(DEFS.length).replaceAll("~1", "/").replaceAll("~0", "~") : undefined;
    const target = name === undefined || hops > 100 ? undefined : memberOf(defs, name);
    found = target === undefined ? { ...beside } : { ...target, ...beside };
  }

  return found;
}

/** The types that a schema allows; empty for any. */
export function typesOf(schema: Schema): readonly string[] {
  return schema.type !== undefined ? (typeof schema.type === "string" ? [schema.type] : schema.type)
    : schema.properties !== undefined || schema.required !== undefined ? ["object"]
      : schema.items !== undefined ? ["array"] : [];
}

/**
 * The members that an object may have. In a union, they depend on the values that it has already.
 *
 * @returns `others` is the schema of members with other names; undefined if there must be none.
 */
export function membersOf(schema: Schema, defs: Definitions, value: Json | undefined): { members: Member[]; others: Schema | undefined } {
  const schemas = new Map<string, Schema>();
  const required = new Set<string>();
  let others: Schema | undefined = {};
  let isUnion = false;
  const collect = (given: Schema, depth: number): void => {
    const part = resolve(given, defs);
    // The first to name a member describes it: in a branch of a union, the tag is only the constant that led there.
    Object.entries(part.properties ?? {}).forEach(([name, member]) => { if (!schemas.has(name)) { schemas.set(name, member); } });
    part.required?.forEach((name) => required.add(name));
    if (part.additionalProperties === false) {
      others = undefined;
    } else if (isObject(part.additionalProperties) && others !== undefined) {
      others = part.additionalProperties;
    }

    for (const one of depth > 50 ? [] : (part.allOf ?? [])) {
      const condition = one.if;
      isUnion ||= condition !== undefined;
      const branch = condition === undefined ? one : matches(condition, defs, value) ? one.then : one.else;
      if (branch !== undefined) {
        collect(branch, depth + 1);
      }
    }
  };

  collect(schema, 0);
  return {
    members: [...schemas].map(([name, member]) => ({ name, schema: member, isRequired: required.has(name) })),
    // What a union allows is known once its tag is; until then, no other member is offered.
    others: isUnion && others !== undefined && Object.keys(others).length === 0 ? undefined : others,
  };
}

/** Whether a value meets a condition of a union (`if`): types, constants and members that must be there. */
export function matches(condition: Schema, defs: Definitions, value: Json | undefined): boolean {
  const schema = resolve(condition, defs);
  return value !== undefined
    && isOfTypes(value, typesOf(schema))
    && (schema.const === undefined || same(schema.const, value))
    && (schema.enum === undefined || schema.enum.some((one) => same(one, value)))
    && (!isObject(value) || (
      (schema.required ?? []).every((name) => Object.hasOwn(value, name))
      && Object.entries(schema.properties ?? {}).every(([name, member]) => !Object.hasOwn(value, name) || matches(member, defs, value[name]))));
}

/** Whether a value is of one of some types of JSON Schema; no types allow any. */
export function isOfTypes(value: Json, types: readonly string[]): boolean {
  const type = typeOf(value);
  return types.length === 0 || types.includes(type) || (type === "integer" && types.includes("number"));
}

/** The type of a value, in JSON Schema's words. */
export function typeOf(value: Json): string {
  return value === null ? "null" : isList(value) ? "array" : isObject(value) ? "object"
    : typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value)) ? "integer" : typeof value;
}

/** Whether two scalars are the same. */
export function same(left: Json, right: Json): boolean {
  return left === right;
}
