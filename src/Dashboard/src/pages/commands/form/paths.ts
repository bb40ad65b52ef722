import { isList, isObject, type Json, memberOf } from "../../../parts/json.js";

/** The way to a value inside others: names of members and places in lists. */
export type Path = readonly (string | number)[];

/** A path as the gateway writes it: `actions[0].data.node`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => text + (typeof step === "number" ? `[${step}]` : text === "" ? step : `.${step}`), "");
}

/** Whether a path is another or lies inside it. */
export function isWithin(path: string, outer: string): boolean {
  return outer === "" || path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** A value with another value at a path; undefined removes what is there. What is missing on the way is made. */
export function withValue(whole: Json | undefined, path: Path, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) {
    return value;
  }

  if (typeof step === "number") {
    const items = isList(whole) ? whole : [];
    const next = withValue(items[step], rest, value);
    return next === undefined ? items.filter((_, i) => i !== step) : items.map((item, i) => (i === step ? next : item)).concat(step >= items.length ? [next] : []);
  }

  const members = isObject(whole) ? whole : {};
  const next = withValue(memberOf(members, step), rest, value);
  if (next !== undefined) {
    return { ...members, [step]: next };
  }

  const { [step]: _, ...others } = members;
  return others;
}
