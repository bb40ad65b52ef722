import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, writeJson } from "@qmp-gateway/client";
import { type Draft, draftOf, typed } from "../src/pages/commands/draft.js";
import { chosenOption, faultsOf } from "../src/pages/commands/form/faults.js";
import { completed, fieldOf, initial } from "../src/pages/commands/form/fields.js";
import { isWithin, pathText, withValue } from "../src/pages/commands/form/paths.js";
import { type Definitions, membersOf, resolve, type Schema } from "../src/pages/commands/form/schema.js";
import type { Json } from "../src/parts/json.js";

// In the shape in which the gateway describes QEMU's commands: unions by `if` and `then`, alternates by several types.
const DEFS = parseJson(`{
  "driver": {"type": "string", "enum": ["raw", "file"], "x-qemu-deprecated-values": ["raw"]},
  "node": {"type": "object", "properties": {"driver": {"$ref": "#/$defs/driver"}}, "required": ["driver"], "allOf": [
    {"if": {"type": "object", "properties": {"driver": {"const": "raw"}}, "required": ["driver"]}, "then": {"$ref": "#/$defs/node.raw"}},
    {"if": {"type": "object", "properties": {"driver": {"const": "file"}}, "required": ["driver"]}, "then": {"$ref": "#/$defs/node.file"}}]},
  "node.raw": {"type": "object", "properties": {"driver": {"const": "raw"}, "file": {"$ref": "#/$defs/ref"}, "size": {"$ref": "#/$defs/int"}}, "required": ["driver", "file"], "additionalProperties": false},
  "node.file": {"type": "object", "properties": {"driver": {"const": "file"}, "filename": {"type": "string"}}, "required": ["driver", "filename"], "additionalProperties": false},
  "ref": {"type": ["object", "string", "null"], "allOf": [{"if": {"type": "object"}, "then": {"$ref": "#/$defs/node"}}]},
  "int": {"type": "integer", "minimum": -9223372036854775808, "maximum": 18446744073709551615},
  "action": {"type": "object", "properties": {"type": {"type": "string"}, "data": {"type": "object", "properties": {"node": {"type": "string"}}, "additionalProperties": false}}, "required": ["type", "data"], "additionalProperties": false}
}`) as Definitions;
const NODE: Schema = { $ref: "#/$defs/node" };

test("a reference is followed, and keeps what stands beside it", () => {
  const found = resolve({ $ref: "#/$defs/int", "x-qemu-unstable": true }, DEFS);
  assert.equal(found.maximum, 18446744073709551615n);
  assert.equal(found["x-qemu-unstable"], true);
});

test("a reference that leads nowhere or to itself allows everything", () => {
  assert.equal(fieldOf({ $ref: "#/$defs/lost" }, DEFS).kind, "one-of");
  assert.deepEqual(faultsOf({ $ref: "#/$defs/me" }, { me: { $ref: "#/$defs/me" } }, 1), []);
});

test("the tag of a union decides which members there are", () => {
  const names = (value: Json): string[] => membersOf(NODE, DEFS, value).members.map(({ name, isRequired }) => name + (isRequired ? "!" : ""));
  assert.deepEqual(names({}), ["driver!"]);
  assert.deepEqual(names({ driver: "raw" }), ["driver!", "file!", "size"]);
  assert.deepEqual(names({ driver: "file" }), ["driver!", "filename!"]);
});

test("the tag stays a choice once it is chosen", () => {
  const [driver] = membersOf(NODE, DEFS, { driver: "raw" }).members;
  assert.deepEqual(fieldOf(driver!.schema, DEFS), { kind: "choice", values: ["raw", "file"], deprecated: ["raw"], unstable: [] });
});

test("other members are offered where the schema is open, and nowhere else", () => {
  assert.deepEqual(membersOf({ type: "object", properties: { driver: { type: "string" } } }, DEFS, {}).others, {});
  assert.equal(membersOf({ type: "object", additionalProperties: false }, DEFS, {}).others, undefined);
  assert.deepEqual(membersOf({ type: "object", additionalProperties: { type: "integer" } }, DEFS, {}).others, { type: "integer" });
  assert.equal(membersOf(NODE, DEFS, {}).others, undefined);
});

test("an alternate is one of several types, each with what is said of it", () => {
  const field = fieldOf({ $ref: "#/$defs/ref" }, DEFS);
  assert.ok(field.kind === "one-of");
  assert.deepEqual(field.options.map(({ name }) => name), ["object", "text", "null"]);
  assert.deepEqual(field.options[1]!.schema, { type: "string" });
  assert.deepEqual(membersOf(field.options[0]!.schema, DEFS, { driver: "file" }).members.map(({ name }) => name), ["driver", "filename"]);
  assert.deepEqual([{}, "disk0", null, undefined, 3].map((value) => chosenOption(field.options, DEFS, value)), [0, 1, 2, -1, -1]);
});

test("oneOf and anyOf are choices, told apart by what fits", () => {
  const schema: Schema = { oneOf: [{ type: "object", properties: { a: { type: "string" } }, required: ["a"] }, { type: "object", properties: { b: { type: "integer" } }, required: ["b"] }, { type: "string" }] };
  const field = fieldOf(schema, {});
  assert.ok(field.kind === "one-of");
  assert.deepEqual([{ b: 1 }, { a: "x" }, "x"].map((value) => chosenOption(field.options, {}, value)), [1, 0, 2]);
  assert.deepEqual(faultsOf(schema, {}, { b: "x" }), [{ path: "a", message: "is missing", isMissing: true }]);
  assert.deepEqual(faultsOf({ anyOf: [{ type: "integer" }, { type: "null" }] }, {}, "x"), [{ path: "", message: "must be a whole number or null" }]);
});

test("a schema that says nothing asks for the type first", () => {
  const field = fieldOf({}, DEFS);
  assert.ok(field.kind === "one-of");
  assert.equal(field.options[chosenOption(field.options, DEFS, [1])]!.name, "list");
  assert.equal(field.options[chosenOption(field.options, DEFS, 1.5)]!.name, "number");
  assert.equal(field.options[chosenOption(field.options, DEFS, 1)]!.name, "whole number");
});

test("integers of 64 bits are held to their limits exactly", () => {
  const at = (value: Json): string[] => faultsOf({ $ref: "#/$defs/int" }, DEFS, value, ["size"]).map(({ message }) => message);
  assert.deepEqual(at(18446744073709551615n), []);
  assert.deepEqual(at(18446744073709551616n), ["must be at most 18446744073709551615"]);
  assert.deepEqual(at(-9223372036854775808n), []);
  assert.deepEqual(at(-9223372036854775809n), ["must be at least -9223372036854775808"]);
  assert.deepEqual(at(1.5), ["must be a whole number"]);
  assert.deepEqual(at("12"), ["must be a whole number"]);
});

test("faults have the gateway's paths", () => {
  const schema: Schema = { type: "object", properties: { actions: { type: "array", items: { $ref: "#/$defs/action" } } }, required: ["actions"], additionalProperties: false };
  assert.deepEqual(faultsOf(schema, DEFS, { actions: [{ type: "abort", data: { x: 1 } }, { type: "a" }], more: 1 }).map(({ path, message }) => `${path} ${message}`), [
    "actions[0].data.x is an unknown member", "actions[1].data is missing", "more is an unknown member",
  ]);
  assert.equal(pathText(["actions", 0, "data", "node"]), "actions[0].data.node");
  assert.ok(isWithin("actions[0].data", "actions") && isWithin("a.b", "a") && !isWithin("ab", "a") && isWithin("a", ""));
});

test("members of a union are not called unknown while its tag is missing", () => {
  assert.deepEqual(faultsOf(NODE, DEFS, { filename: "x" }).map(({ message }) => message), ["is missing"]);
  assert.deepEqual(faultsOf(NODE, DEFS, { driver: "file", filename: "x", size: 1 }).map(({ path, message }) => `${path} ${message}`), ["size is an unknown member"]);
});

test("what must be there and leaves no choice is made, as deep as it goes", () => {
  assert.deepEqual(completed({ type: "object", properties: { actions: { type: "array", items: { $ref: "#/$defs/action" } }, node: NODE, kind: { const: "x" }, name: { type: "string" } }, required: ["actions", "node", "kind", "name"] }, DEFS, {}), { actions: [], node: {}, kind: "x" });
  assert.deepEqual(completed({ type: "array", items: { $ref: "#/$defs/action" } }, DEFS, [{ type: "abort" }]), [{ type: "abort", data: {} }]);
  const endless: Definitions = { me: { type: "object", properties: { me: { $ref: "#/$defs/me" } }, required: ["me"] } };
  assert.ok(completed({ $ref: "#/$defs/me" }, endless, {}) !== undefined);
});

test("a value is set, made and removed at its path", () => {
  const set = (whole: Json, path: (string | number)[], value: Json | undefined): Json | undefined => withValue(whole, path, value);
  assert.deepEqual(set({}, ["a", "b", 0], 1), { a: { b: [1] } });
  assert.deepEqual(set({ a: [1, 2, 3] }, ["a", 1], undefined), { a: [1, 3] });
  assert.deepEqual(set({ a: 1, b: 2 }, ["a"], undefined), { b: 2 });
  assert.equal(writeJson(set({}, ["__proto__"], 1)), `{"__proto__":1}`);
});

test("each kind begins with a value of its own", () => {
  assert.deepEqual(["string", "integer", "boolean", "null", "array", "object"].map((type) => initial({ type }, {})), ["", 0, true, null, [], {}]);
  assert.equal(initial({ $ref: "#/$defs/driver" }, DEFS), "raw");
});

test("JSON that is typed changes the form, and exact integers stay exact", () => {
  const draft = typed(draftOf({}), `{"size": 18446744073709551615}`);
  assert.deepEqual(draft, { value: { size: 18446744073709551615n }, text: `{"size": 18446744073709551615}` });
  assert.equal(draftOf(draft.value).text, `{\n  "size": 18446744073709551615\n}`);
});

test("invalid JSON keeps the form as it was, and says where it is wrong", () => {
  const before = draftOf({ a: 1 });
  const fault = (text: string): string => {
    const { value, fault: found } = typed(before, text) as Required<Draft>;
    assert.deepEqual(value, { a: 1 });
    return `${found.line}:${found.column} ${found.message}`;
  };
  assert.equal(fault(`{"a": 1,\n "b" 2}`), "2:6 a colon is missing after 'b'");
  assert.equal(fault(`{"a": 1\n "b": 2}`), "2:2 a comma or } is missing here");
  assert.equal(fault(`{"a": 9007199254740993, "b": yes}`), "1:30 'yes' is not a value; strings need quotation marks");
  assert.equal(fault(`{"a": 1,}`), "1:9 a member's name in quotation marks is missing here");
  assert.equal(fault(`{"a": 1, "a": 2}`), "1:10 'a' appears twice");
  assert.equal(fault(`{"a": "x}`), "1:7 this string does not end on its line, or has an invalid \\ sequence");
  assert.equal(fault(`{"a": 1} x`), "1:10 nothing may follow the value");
  assert.equal(fault(`{"a": `), "1:7 a value is missing here");
  assert.equal(fault(`[1]`), "1:1 arguments must be an object, in { }");
  assert.equal(fault(`{"a": ${"[".repeat(600)}`), "1:506 the values are nested too deeply");
});

test("JSON is read as JSON.parse reads it", () => {
  for (const text of [`{}`, ` { "a" : [ 1 , -0.5e+3, true, false, null, "\\u00e9\\n\\"" ], "b": {"": []} } `, `{"__proto__": {"x": 1}}`, `{"a": "\u2028"}`]) {
    assert.deepEqual(typed(draftOf({}), text).value, JSON.parse(text));
  }
});
