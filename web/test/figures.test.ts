import assert from "node:assert/strict";
import test from "node:test";

import { figureRows } from "../src/network/figures";

const card = {
  accuracy: 0.93,
  test_images: 10000,
  training: { recipe: "tlat", epochs: 20, batch: 128, flip: "random", options: { random_eps: true, eps: 0.0627450980392157 } },
  seconds: 2700,
  date: "2026-11-26T12:00:00Z",
  machine: "a computer",
  figures: {
    clean: { accuracy: 0.9244, n: 10000 },
    corrupted: { n: 10000, mean: 0.781, seen: 0.85, unseen: 0.76, each: Array<unknown>(19).fill({}) },
    attacked: [
      { attack: "fgsm{eps=2/255,norm=linf}", n: 1000, robust_accuracy: 0.5 },
      { attack: "autoattack{eps=8/255,norm=linf}", n: 1000, robust_accuracy: 0.361 },
      { attack: "autoattack{eps=0.5,norm=l2}", n: 200, robust_accuracy: 0.5 },
    ],
  },
};

test("a card's figures are rows", () => {
  assert.deepEqual(figureRows(card), [
    ["recipe", "tlat: random eps true, eps 0.06275"],
    ["clean accuracy", "92.4 % of 10,000 test pictures"],
    ["corrupted", "78.1 % over 19 corruptions; 85.0 % on those it trained on, 76.0 % on the others"],
    ["attacked", "AutoAttack leaves 36.1 % at 8/255 (1,000 pictures), 50.0 % at 0.5 in L2 (200 pictures)"],
    ["trained", "November 26, 2026, in 45 min, on a computer"],
    ["training", "epochs 20, batch 128, flip random"],
  ]);
});

test("cards without figures, and of other forms", () => {
  assert.deepEqual(figureRows({ accuracy: 0.9032, test_images: 10000, training: { recipe: "standard", epochs: 20 } }), [
    ["recipe", "standard"],
    ["clean accuracy", "90.3 % of 10,000 test pictures"],
    ["training", "epochs 20"],
  ]);
  assert.deepEqual(figureRows({}), []);
  for (const figures of [1, [], {}, { clean: 0.5 }, { clean: { accuracy: "good", n: 1 } }, { clean: { accuracy: 1, n: 1 }, attacked: [{}] }]) {
    assert.deepEqual(figureRows({ figures, training: "secret", date: "yesterday", seconds: "few" }), []);
  }
});

test("the card of a network that was trained elsewhere", () => {
  const origin = {
    package: "tiny 1.0", copyright: "© nobody", changes: "rounded",
    published_accuracy: 0.751, published_images: 50000, published_by: "its authors",
    photographs: "some", compared: 1000, agreement: 0.994,
  };
  assert.deepEqual(figureRows({ origin }), [
    ["published accuracy", "75.1 % of 50,000 pictures (its authors)"],
    ["made from", "tiny 1.0, © nobody; rounded"],
    ["answers as before", "on 99.4 % of 1,000 photographs (some)"],
  ]);
  assert.deepEqual(figureRows({ origin: "elsewhere" }), []);
});
