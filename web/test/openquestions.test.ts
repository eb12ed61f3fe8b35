import assert from "node:assert/strict";
import test from "node:test";

import type { Inspection } from "../src/lab/protocol";
import { leftOpen } from "../src/network/openquestions";

/** Returns what a file with an input of a shape leaves open. */
function asked(shape: string, runs: boolean, outputs = 1): string {
  const found = { inputs: [{ name: "x", type: "float32", shape: shape.split(" ") }], outputs: Array(outputs).fill(null), runs };
  return Object.entries(leftOpen(found as unknown as Inspection)).filter(([, open]) => open).map(([name]) => name).join(" ");
}

test("only what a file leaves open is asked", () => {
  assert.equal(asked("N 3 32 32", true), "");
  assert.equal(asked("N 3 32 32", true, 2), "output");
  assert.equal(asked("N 3 h w", false), "size");
  assert.equal(asked("N h w 3", false), "size");
  assert.equal(asked("N c h w", false), "size layout");
  assert.equal(asked("N 192", false), "layout");
  assert.equal(asked("N 64", true), "");
  assert.equal(leftOpen({ inputs: [], outputs: [], runs: false } as unknown as Inspection).size, false);
});
