/** Any JSON value. Integers that a `number` cannot hold exactly are `bigint`. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON array. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** A member of an object; undefined if it has none of that name. */
export function memberOf<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A number of a JSON or form text: exact if it is an integer. */
export function numberOf(text: string): number | bigint {
  const read = Number(text);
  return Number.isSafeInteger(read) || !/^-?\d+$/.test(text) ? read : BigInt(text);
}
