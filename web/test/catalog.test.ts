import assert from "node:assert/strict";
import test from "node:test";

import { classesOf, title } from "../src/network/catalog";

test("networks are called after their files", () => {
  assert.deepEqual(["cifar10-standard.onnx", "cifar10-mtlat.onnx", "fashion-adversarial-linf.onnx", "mine.onnx", "efficientnet-lite0.onnx"].map(title), [
    "CIFAR-10 · standard",
    "CIFAR-10 · M-TLAT",
    "Fashion-MNIST, adversarial · linf",
    "mine",
    "ImageNet · EfficientNet-Lite0",
  ]);
  assert.deepEqual(classesOf({ classes: ["a", "b"] }), ["a", "b"]);
  assert.deepEqual(classesOf({ classes: ["a", 1] }), []);
});
