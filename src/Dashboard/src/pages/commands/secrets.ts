import { isList, isObject, type Json, type JsonObject, memberOf } from "../../parts/json.js";

// The same as in the gateway's audit log. "data" is a secret of `object-add`, "keys" and "events" are input to the guest.
const NAMES = new Set(["secret", "data", "keys", "events", "packet-header"]);
const ENDINGS = ["password", "passwd", "passphrase", "cookie", "token"];
const HOLDS_SECRET = /(?:passw|secret|cookie|token|bearer|authorization)\w*["']?[\s=:,]|\b(?:key|data)=|\b(?:sendkey|ringbuf_write|qom-set)\s|:\/\/[^/@\s]*@|:\/\/[^\s?"']*\?/i;

/** Arguments that may be kept: members that are or may hold secrets are left out. */
export function withoutSecrets(given: JsonObject): { arguments: JsonObject; leftOut: boolean } {
  let leftOut = false;
  const members = (object: JsonObject): JsonObject => {
    const property = memberOf(object, "property");
    const setsSecret = typeof property === "string" && isSecret(property);
    return Object.fromEntries(Object.entries(object).flatMap(([name, value]) => {
      const hides = (isSecret(name) && !(name === "data" && isObject(value))) || (setsSecret && name === "value") || (typeof value === "string" && HOLDS_SECRET.test(value));
      leftOut ||= hides;
      return hides ? [] : [[name, kept(value)] as const];
    }));
  };
  const kept = (value: Json): Json => (isList(value) ? value.filter(isHarmless).map(kept) : isObject(value) ? members(value) : value);
  const isHarmless = (value: Json): boolean => {
    const holds = typeof value === "string" && HOLDS_SECRET.test(value);
    leftOut ||= holds;
    return !holds;
  };
  return { arguments: members(given), leftOut };
}

/** Whether an argument of this name is a secret. */
export function isSecret(name: string): boolean {
  const lower = name.toLowerCase();
  return NAMES.has(lower) || ENDINGS.some((ending) => lower.endsWith(ending));
}
