import assert from "node:assert/strict";
import test from "node:test";

import { choose } from "../src/ui/bars";

test("of many classes the top of each answer and the likeliest of the first are shown, in its order", () => {
  const first = [0.1, 0.3, 0.1, 0.02, 0.2, 0.28];
  assert.deepEqual(choose([first], 3), [1, 5, 4]);
  assert.deepEqual(choose([first, [0, 0, 0, 1, 0, 0]], 3), [1, 5, 3]);
  assert.deepEqual(choose([first], 5), [1, 5, 4, 0, 2]); // of equals the one that comes first
  assert.deepEqual(choose([first], 20), [1, 5, 4, 0, 2, 3]);
  assert.deepEqual(choose([], 5), []);
  const many = Array.from({ length: 1000 }, (_, k) => (k * 7919) % 1000);
  assert.deepEqual(choose([many], 5), many.map((_, k) => k).sort((a, b) => many[b]! - many[a]!).slice(0, 5));
});
