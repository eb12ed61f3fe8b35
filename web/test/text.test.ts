import assert from "node:assert/strict";
import test from "node:test";

import { UserError } from "../src/lab/error";
import { visible } from "../src/lab/visible";
import { answer, bytes, className, count, errorText, percent, readable, sentence } from "../src/ui/text";

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
  assert.deepEqual([999_400_000, 999_600_000, 1.2345e12].map(count), ["999 million", "1.00 billion", "1,230 billion"]);
});

test("only what was written for people is shown of an error", () => {
  const said: unknown[] = [];
  const real = console.error;
  console.error = (e: unknown) => said.push(e);
  try {
    assert.equal(errorText(new UserError("The server does not answer.")), "The server does not answer.");
    const browsers = new TypeError("The play() request was interrupted. https://goo.gl/LdLk22");
    for (const e of [browsers, "text", null]) assert.ok(/^Something went wrong/.test(errorText(e)));
    assert.deepEqual(said, [browsers, "text", null]);
  } finally {
    console.error = real;
  }
});

test("text from files shows what it holds", () => {
  for (const [text, want] of [
    ["Siamese cat, 猫, C:\\new", "Siamese cat, 猫, C:\\new"],
    ["\x1b[31mred\n0\u0085", "\\u{1b}[31mred\\u{a}0\\u{85}"],
    ["abc\u202egpj.onnx\u2066\ufeff\u2028", "abc\\u{202e}gpj.onnx\\u{2066}\\u{feff}\\u{2028}"],
    ["\u{e0041}", "\\u{e0041}"],
    ["👩\u200d🚀 کتاب\u200cها", "👩\u200d🚀 کتاب\u200cها"],
  ] as const) {
    assert.equal(visible(text), want);
    assert.equal(errorText(new UserError(text)), want);
  }
});
