import assert from "node:assert/strict";
import test from "node:test";

import { words } from "../src/network/trial";

test("what computes is said with its speed", () => {
  assert.equal(words("auto", { backend: "webgpu", cpu: 65.4, gpu: 210 }), "the GPU, 3.2 times as fast here (210 pictures a second against 65).");
  assert.equal(words("auto", { backend: "cpu", cpu: 65.4, gpu: 2.34, reason: "it is slower than the CPU" }), "the CPU, for the GPU is slower with this network (2.3 pictures a second against 65).");
  assert.equal(words("auto", { backend: "cpu", reason: "the GPU was lost" }), "the CPU: the GPU was lost.");
  assert.equal(words("webgpu", { backend: "cpu", reason: "the GPU was lost" }), "the CPU: the GPU was lost.");
  assert.equal(words("webgpu", { backend: "webgpu" }), "");
  assert.equal(words("cpu", { backend: "cpu" }), "");
});
