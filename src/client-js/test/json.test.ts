import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, writeJson } from "../src/json.js";

test("an integer beyond 2^53 is a bigint, digit for digit", () => {
  assert.deepEqual(parseJson('{"arg1":18446744073709551615,"arg2":-9223372036854775808,"n":[9007199254740993]}'), {
    arg1: 18446744073709551615n, arg2: -9223372036854775808n, n: [9007199254740993n],
  });
});

test("every other number is a number", () => {
  assert.deepEqual(parseJson("[0,-1,9007199254740991,-9007199254740991,1.5,1e300,12345678901234567.5,1234567890123456e2]"), [
    0, -1, 9007199254740991, -9007199254740991, 1.5, 1e300, 12345678901234567.5, 1234567890123456e2,
  ]);
});

test("digits inside a string stay a string", () => {
  const text = '{"18446744073709551615":"18446744073709551615","quote":"\\"18446744073709551615\\\\","n":18446744073709551615}';
  assert.deepEqual(parseJson(text), { "18446744073709551615": "18446744073709551615", quote: '"18446744073709551615\\', n: 18446744073709551615n });
});

test("a text that holds the mark of integers is read as it is", () => {
  assert.deepEqual(parseJson('["integer:12","integer:",18446744073709551615]'), ["integer:12", "integer:", 18446744073709551615n]);
});

test("what is not JSON is a SyntaxError", () => {
  assert.throws(() => parseJson("{18446744073709551615}"), SyntaxError);
  assert.throws(() => parseJson("018446744073709551615"), SyntaxError);
  assert.throws(() => parseJson("<html>1234567890123456789"), SyntaxError);
});

test("a bigint is written as an integer and read back", () => {
  const value = { a: 18446744073709551615n, b: [1n, -5n, "integer:7", 1.5, null], c: "18446744073709551615" };
  assert.equal(writeJson(value), '{"a":18446744073709551615,"b":[1,-5,"integer:7",1.5,null],"c":"18446744073709551615"}');
});

test("a string whose escapes spell a mark stays a string", () => {
  assert.deepEqual(parseJson('{"a":"\\u0069nteger:12","b":"\\u0069nteger:x","n":18446744073709551615}'), { a: "integer:12", b: "integer:x", n: 18446744073709551615n });
});

test("a string of many megabytes is read beside a 64-bit integer", () => {
  const long = "\\n".repeat(16_000_000);
  const read = parseJson(`{"a":"${long}","n":18446744073709551615}`) as { a: string; n: bigint };
  assert.equal(read.a.length, 16_000_000);
  assert.equal(read.n, 18446744073709551615n);
});
