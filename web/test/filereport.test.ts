import assert from "node:assert/strict";
import test from "node:test";

import type { Inspection } from "../src/lab/protocol";
import { rows } from "../src/network/filereport";

const found = {
  inputs: [{ name: "x", type: "float32", shape: ["N", "3", "32", "32"] }],
  outputs: [{ name: "y", type: "", shape: [] }],
  producer: "pytorch 2.9",
  opsets: [{ domain: "ai.onnx", version: 18 }, { domain: "ai.onnx.ml", version: 3 }],
  answers: "logits",
  classes: 4,
  class_names: ["a", "b", "c", "d"],
  parameters: 1_234_567,
  stored_in_16_bits: 0,
  multiply_adds: 0,
  bytes: 2_500_000,
  operators: [
    { name: "Relu", nodes: 3, unneeded: 0, unchecked: 0, unsupported: 0, reasons: [] },
    { name: "Conv", nodes: 12, unneeded: 0, unchecked: 0, unsupported: 0, reasons: [] },
    { name: "Resize", nodes: 2, unneeded: 0, unchecked: 0, unsupported: 1, reasons: ["…"] },
    { name: "NonZero", nodes: 1, unneeded: 0, unchecked: 0, unsupported: 1, reasons: ["…"] },
  ],
  unchecked: 7,
  memory: [
    { images: 1, logits: 22.2e6, gradients: 50.9e6 },
    { images: 32, logits: 33.7e6, gradients: 96.4e6 },
  ],
  notes: ["it takes any size", "one output is not used"],
} as unknown as Inspection;

test("the report says what is known of a file, and nothing else", () => {
  assert.deepEqual(rows(found), [
    ["Input", "x, float32, N × 3 × 32 × 32"],
    ["Output", "y"],
    ["Classes", "4 (logits): a, b, c, …"],
    ["Written by", "pytorch 2.9, operator set 18, operator set ai.onnx.ml 3"],
    ["Parameters", "1.23 million"],
    ["Size", "2.5 MB"],
    ["Operators", "12 Conv, 3 Relu, 2 Resize (1 not supported), 1 NonZero (not supported); 7 behind these were not checked"],
    ["Memory", "22.2 MB to answer, 50.9 MB to be attacked"],
    ["Note", "It takes any size. One output is not used."],
  ]);
  const bare = rows({ ...found, classes: 4, class_names: [], producer: "", operators: [], memory: [] });
  assert.ok(bare.some(([, v]) => v === "4 (logits), without names") && bare.some(([, v]) => v === "operator set 18, operator set ai.onnx.ml 3"));
});
