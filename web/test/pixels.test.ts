import assert from "node:assert/strict";
import test from "node:test";

import { UserError } from "../src/lab/error";
import { parseChannels, parsePreprocessing } from "../src/network/pixels";

/** Returns what the visitor is told. */
function told(f: () => unknown): string {
  try {
    f();
  } catch (e) {
    return e instanceof UserError ? e.message : "";
  }
  return "";
}

test("channels are one number or three, however they are separated", () => {
  for (const text of ["0.5071, 0.4867, 0.4408", "0.5071 0.4867 0.4408", " 0.5071;0.4867;0.4408 ", "0.5071,0.4867,\t0.4408"]) {
    assert.deepEqual(parseChannels(text, "mean"), [0.5071, 0.4867, 0.4408], text);
  }
  assert.deepEqual(parseChannels("-1", "mean"), [-1]);
  for (const text of ["", " ", "a", "1 2", "1 2 3 4", "1,,2", "NaN", "Infinity", "0.5, 0.5, 0.5,"]) {
    assert.ok(told(() => parseChannels(text, "mean")).includes("The mean is"), text);
  }
});

test("nothing is divided by zero, or multiplied by it", () => {
  assert.deepEqual(parsePreprocessing("255", "0", "1 2 3"), { scale: 255, mean: [0], std: [1, 2, 3], bgr: false });
  for (const scale of ["0", "-1", "", "x", "Infinity"]) assert.ok(told(() => parsePreprocessing(scale, "0", "1")).includes("above 0"), scale);
  for (const std of ["0", "1 0 1", "-1"]) assert.ok(told(() => parsePreprocessing("1", "0", std)).includes("above 0"), std);
});
