import assert from "node:assert/strict";
import test from "node:test";

import { known } from "../src/evaluate/curve";

test("what is not known of a curve is a gap", () => {
  assert.deepEqual(known([0.9, 0.8, null, null, 0.5, null]), [[[0, 0.9], [1, 0.8]], [[4, 0.5]]]);
  assert.deepEqual(known([null, 0.7]), [[[1, 0.7]]]);
  assert.deepEqual(known([null, null]), []);
  assert.deepEqual(known([0, 0]), [[[0, 0], [1, 0]]]);
});
