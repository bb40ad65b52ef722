import assert from "node:assert/strict";
import { test } from "node:test";
import { rowAt, topOf } from "../src/parts/rowPositions.js";

test("every place of every row is found again, whichever rows are higher", () => {
  for (const extras of [new Map<number, number>(), new Map([[0, 50]]), new Map([[3, 7], [1, 400]]), new Map([[2, 1], [3, 1], [9, 33]])]) {
    for (let row = 0; row < 12; row++) {
      const [top, next] = [topOf(row, 10, extras), topOf(row + 1, 10, extras)];
      assert.equal(next - top, 10 + (extras.get(row) ?? 0));
      assert.equal(rowAt(top, 10, extras), row);
      assert.equal(rowAt(next - 1, 10, extras), row);
    }
  }

  assert.equal(rowAt(-5, 10, new Map([[0, 50]])), -1);
});
