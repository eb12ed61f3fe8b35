import assert from "node:assert/strict";
import test from "node:test";

import { readNames } from "../src/network/classnames";
import { bytes, count, percent, readable, sentence } from "../src/ui/text";

test("a probability reads as all or nothing only if it is", () => {
  assert.deepEqual([0, 0.0001, 0.5, 0.995, 1].map(percent), ["0 %", "<1 %", "50 %", ">99 %", "100 %"]);
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
  for (const text of ["[]", "[1, 2]", "", "7"]) {
    let refused = false;
    try {
      readNames(text);
    } catch {
      refused = true;
    }
    assert.ok(refused, text);
  }
});
