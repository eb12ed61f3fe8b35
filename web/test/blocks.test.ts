import assert from "node:assert/strict";
import test from "node:test";

import { blocks, spread } from "../src/overlap/blocks";

test("the map's blocks are the clusters of its tree up to a height", () => {
  // Of five corruptions 3 and 0 merge at first, then 1 with them, then 4; 2 has no overlaps.
  const tree = [
    { a: 0, b: 3, height: 0.1 },
    { a: 5, b: 1, height: 0.4 },
    { a: 4, b: 6, height: 0.9 },
  ];
  const order = [4, 0, 3, 1, 2];
  const sizes = (threshold: number) => blocks({ order, tree }, threshold).map((b) => [b.first, b.size]);
  assert.deepEqual(sizes(0.5), [[0, 1], [1, 3], [4, 1]]);
  assert.deepEqual(sizes(0.95), [[0, 1], [1, 1], [2, 1], [3, 1], [4, 1]]);
  assert.deepEqual(sizes(0), [[0, 4], [4, 1]]);
});

test("names are spread so that none covers another", () => {
  assert.deepEqual(spread([10, 50, 90], 20, 0, 100), [10, 50, 90]);
  assert.deepEqual(spread([10, 12, 14], 20, 10, 100), [10, 30, 50]);
  assert.deepEqual(spread([88, 89, 90], 20, 0, 100), [60, 80, 100]);
  assert.deepEqual(spread([], 20, 0, 100), []);
});
