import assert from "node:assert/strict";
import test from "node:test";

import type { Attack, AttackEnd, Step } from "../src/lab/protocol";
import { cost, counted, distances, duration, ending, madeOtherwise, path } from "../src/steps/attack/outcome";

const classes = ["cat, house cat", "dog", "ship"];

/** A step in which the network answers with class k. */
const step = (k: number) => ({ probs: classes.map((_, i) => (i === k ? 0.8 : 0.1)) }) as Step;

const attack = (access: string) => ({ access }) as Attack;

const end = (e: Partial<AttackEnd>) =>
  ({ stopped: false, success: false, before: 0, after: 0, target: -1, gradients: 0, queries: 1, l0: 12, l1: 3.14, l2: 0.5, linf: 8 / 255, elements: 3072, outOf: "", by: "", ...e }) as AttackEnd;

test("the path names each class once a visit", () => {
  assert.equal(path(0, [step(0), step(0)], classes), "It stayed cat.");
  assert.equal(path(0, [step(0), step(1), step(1), step(2)], classes), "cat → dog → ship.");
  assert.equal(path(0, [1, 0, 1, 0, 1, 0, 1].map(step), classes), "cat → … → dog: it changed 7 times, among cat, dog.");
});

test("progress is counted in what the attack spends", () => {
  assert.equal(counted(1, attack("gradients")), "1 step");
  assert.equal(counted(1200, attack("decisions")), "1,200 queries");
  assert.equal(counted(2, null), "2 steps");
});

test("distances and cost have units", () => {
  assert.equal(distances(end({})), "L∞ 8.0/255, L2 0.50, L1 3.1, L0 12 of 3,072 numbers.");
  assert.equal(cost(end({ gradients: 8 })), "8 gradients and 1 query.");
  assert.equal(cost(end({ queries: 2000 })), "2,000 queries, no gradients.");
});

test("the ending says why", () => {
  const pgd = attack("gradients");
  for (const [e, want] of [
    [{ success: true }, ""],
    [{ success: true, by: "square" }, " SQUARE succeeded."],
    [{ success: true, stopped: true }, " Stopped; this is the best so far."],
    [{ stopped: true }, " Stopped before it succeeded."],
    [{ outOf: "queries" }, " The attack failed: it used up its queries."],
    [{ after: 1 }, " That is less sure than the confidence asked for."],
    [{ target: 2, after: 2 }, " That is less sure than the confidence asked for."],
    [{ target: 2, after: 1 }, " The attack failed: allow more change, or more steps."],
    [{}, " The attack failed: allow more change, or more steps."],
  ] as const) {
    assert.equal<string>(ending(end(e), pgd), want, JSON.stringify(e));
  }
  assert.equal(ending(end({}), attack("minimum norm")), " The attack found no other answer within what is set.");
});

test("a result names what it was made with, if that is not what is chosen now", () => {
  assert.equal(madeOtherwise("PGD, at most 8/255", "FGSM, at most 8/255"), "This is the result of PGD, at most 8/255.");
  assert.equal(madeOtherwise("PGD", "PGD"), "This was made before the settings changed.");
});

test("durations are rounded up to what can be read", () => {
  assert.equal(duration(10), "1 s");
  assert.equal(duration(99_000), "99 s");
  assert.equal(duration(150_000), "3 min");
});
