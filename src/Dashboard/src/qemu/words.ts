import { writeJson } from "@qmp-gateway/client";

/** Data of an event. It is untrusted: it comes from QEMU, and some of it from the guest. */
export type Data = Readonly<Record<string, unknown>>;

/** A value as text; anything but a string is written as JSON. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : writeJson(value);
}

/** The members of a value that should be an object; none if it is not. */
export function membersOf(value: unknown): Data {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

/** Joins those parts that are not empty: `pause, hyper-v`. */
export function joined(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== "" && part !== false && part !== undefined).join(", ");
}

/** A number of bytes in the largest fitting unit: `512 MiB`. */
export function bytes(value: unknown): string {
  if (typeof value !== "number" && typeof value !== "bigint") {
    return text(value);
  }

  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let amount = Number(value);
  let unit = 0;
  while (Math.abs(amount) >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }

  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${units[unit]}`;
}

// Control characters, and those that change the direction of what follows.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Untrusted text with characters that cannot be seen, or that turn what follows around, written as `\u202e`. */
export function visible(untrusted: string): string {
  return untrusted.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The entry of a table for a value from QEMU; undefined if there is none, as for a value of a newer QEMU. */
export function named<Entry>(table: Readonly<Record<string, Entry>>, value: unknown): Entry | undefined {
  return typeof value === "string" && Object.hasOwn(table, value) ? table[value] : undefined;
}
