/**
 * JSON with exact integers. `JSON.parse` rounds integers beyond 2^53, and guest panics carry registers of 64 bits: such an integer
 * becomes a `bigint`, every other number stays a `number`.
 */

// A string or a number of a JSON text (RFC 8259). Strings are matched so that digits inside them are skipped.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?[1-9]\d{15,}$/;
const LONG_INTEGER = /\d{16}/;

/** Parses JSON; integers that a `number` cannot hold exactly become `bigint`. */
export function parseJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) {
    return JSON.parse(text);
  }

  const mark = unusedMark(text);
  const marked = text.replace(TOKEN, (token) => (INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token));
  return JSON.parse(marked, (_, value: unknown) => (typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value));
}

/** Writes JSON; a `bigint` becomes an integer, digit for digit. */
export function writeJson(value: unknown): string {
  let isMarked = false;
  const plain = JSON.stringify(value, (_, member: unknown) => {
    isMarked ||= typeof member === "bigint";
    return typeof member === "bigint" ? Number(member) : member;
  });
  if (!isMarked) {
    return plain;
  }

  const mark = unusedMark(plain);
  const marked = JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? `${mark}${member}` : member));
  return marked.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
}

/** A word that stands for "the following digits are an integer" and is not in the text itself. */
function unusedMark(text: string): string {
  let mark = "integer:";
  while (text.includes(mark)) {
    mark = `integer${Math.random().toString(36).slice(2)}:`;
  }
  return mark;
}
