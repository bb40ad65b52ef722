/**
 * JSON with exact integers. `JSON.parse` rounds integers beyond 2^53, and guest panics carry registers of 64 bits: such an integer
 * becomes a `bigint`, every other number stays a `number`.
 */

// A quotation mark, an escape inside a string, or a number of a JSON text (RFC 8259). A string is never matched whole: a long one would overflow the stack.
const TOKEN = /"|\\.|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?[1-9]\d{15,}$/;
const LONG_INTEGER = /\d{16}/;

/** Parses JSON; integers that a `number` cannot hold exactly become `bigint`. */
export function parseJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) {
    return JSON.parse(text);
  }

  const mark = unusedMark(text);
  let isString = false;
  const marked = text.replace(TOKEN, (token) => {
    isString = isString !== (token === '"');
    return !isString && INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token;
  });
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

/** A word that stands for "the following digits are an integer" and is not in the text itself. Nobody can know it: escapes could spell it unseen. */
function unusedMark(text: string): string {
  for (;;) {
    const mark = `integer${Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("")}:`;
    if (!text.includes(mark)) {
      return mark;
    }
  }
}
