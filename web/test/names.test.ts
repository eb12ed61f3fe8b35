import assert from "node:assert/strict";
import test from "node:test";

import type { Corruption } from "../src/lab/protocol";
import { classesOf, title } from "../src/network/catalog";
import { readNames } from "../src/network/classnames";
import { matches } from "../src/steps/corruption/corruptions";
import { answer, bytes, className, count, percent, readable, sentence } from "../src/ui/text";

test("a probability reads as all or nothing only if it is", () => {
  assert.deepEqual([0, 0.0001, 0.5, 0.995, 1].map(percent), ["0 %", "<1 %", "50 %", ">99 %", "100 %"]);
});

test("an answer is the first name of the top class, and its probability", () => {
  const classes = ["tabby, tabby cat", "dog"];
  assert.deepEqual([0, 1, 2].map((k) => className(classes, k)), ["tabby", "dog", "class 2"]);
  assert.equal(answer([0.934, 0.066], classes), "tabby 93 %");
  assert.equal(answer([0.001, 0.999], []), "class 1 >99 %");
});

test("names and sentences", () => {
  assert.deepEqual(["gaussian_noise", "laugros/rain", "jpeg_compression"].map(readable), ["Gaussian noise", "Laugros: rain", "JPEG compression"]);
  assert.deepEqual(["it fell", "Why?", "so (or not)"].map(sentence), ["It fell.", "Why?", "So (or not)"]);
});

test("sizes and counts", () => {
  assert.deepEqual([999, 9_500_000].map(bytes), ["1 kB", "9.5 MB"]);
  assert.deepEqual([1234, 1_234_567, 4_080_000_000].map(count), ["1,234", "1.23 million", "4.08 billion"]);
});

test("class names come in four forms", () => {
  const want = ["tench", "goldfish"];
  for (const text of ['["tench", "goldfish"]', "tench\r\n goldfish \n\n", '{"1": "goldfish", "0": "tench"}', '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}']) {
    assert.deepEqual(readNames(text), want, text);
  }
});

test("what is not class names is refused", () => {
  for (const text of ["[]", "[1, 2]", "", "7", "{0: 'red',\n 1: 'green'}", "['red', 'green']", '{"red": "x", "blue": "y"}']) {
    let refused = false;
    try {
      readNames(text);
    } catch {
      refused = true;
    }
    assert.ok(refused, text);
  }
});

test("networks are called after their files", () => {
  assert.deepEqual(["cifar10-standard.onnx", "fashion-adversarial-linf.onnx", "mine.onnx"].map(title), ["CIFAR-10 · standard", "Fashion-MNIST, adversarial · linf", "mine"]);
  assert.deepEqual(classesOf({ classes: ["a", "b"] }), ["a", "b"]);
  assert.deepEqual(classesOf({ classes: ["a", 1] }), []);
});

test("a search looks for each word, in either spelling", () => {
  const c = { name: "laugros/color_shift", label: "laugros/color_shift", family: "color", suite: "Laugros", summary: "Shifts the hue" } as Corruption;
  for (const found of ["", "colour", "Color", "SHIFT hue", "laugros color shift"]) assert.ok(matches(c, found), found);
  for (const not of ["noise", "hue noise"]) assert.ok(!matches(c, not), not);
});
