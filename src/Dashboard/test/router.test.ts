import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { address } from "./page.js";
import { go, query, setQuery } from "../src/app/router.js";

afterEach(() => { address.changes = Number.POSITIVE_INFINITY; });

test("a browser that allows no more changes of the address does not stop the page", () => {
  address.changes = 0;
  setQuery({ q: "web" });
  assert.equal(query.value.get("q"), "web");
  address.changes = 1;
  setQuery({ q: "" });
  assert.equal(query.value.get("q"), null, "the address that the browser still shows is not where the page is");
});

test("the page does not go to another origin", () => {
  assert.throws(() => go("//elsewhere.test/"));
});
