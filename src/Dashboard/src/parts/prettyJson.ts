import { writeJson } from "@qmp-gateway/client";

/** JSON over several lines, with integers exact: a `bigint` is written digit for digit. */
export function prettyJson(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) {
    return writeJson(value);
  }

  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const lines = isArray
    ? value.map((item) => `${inner}${prettyJson(item, inner)}`)
    : Object.entries(value).filter(([, member]) => member !== undefined).map(([name, member]) => `${inner}${JSON.stringify(name)}: ${prettyJson(member, inner)}`);
  const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}
