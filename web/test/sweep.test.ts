import assert from "node:assert/strict";
import test from "node:test";

import type { Control } from "../src/lab/protocol";
import { epsText, firstTries, type Found, found, mostTries, search, type Tried, verdict } from "../src/steps/attack/sweep";

const control = { value: 8, min: 0.01, max: 255 } as Control;
const classes = ["cat, house cat", "dog"];

/** Searches where the attack succeeds as wins says. */
async function searched(wins: (eps: number) => boolean, end = Infinity): Promise<{ order: number[]; f: Found; reports: number }> {
  const order: number[] = [];
  let f = found([]);
  let reports = 0;
  const attempt = async (eps: number): Promise<Tried | null> => {
    if (order.length === end) return null;
    order.push(eps);
    return { eps, success: wins(eps), after: wins(eps) ? 1 : 0, kept: wins(eps) ? 0.1 : 0.9 };
  };
  await search(firstTries(control), control.min, attempt, (now) => {
    f = now;
    reports++;
  });
  return { order, f, reports };
}

test("the first values double, within the control's limits", () => {
  assert.deepEqual(firstTries(control), [0.5, 1, 2, 4, 8, 16, 32]);
  assert.deepEqual(firstTries({ ...control, min: 1, max: 20 }), [1, 2, 4, 8, 16]);
});

test("the smallest that succeeds is bracketed by one that fails", async () => {
  const { order, f, reports } = await searched((eps) => eps >= 1.3);
  assert.deepEqual(order, [0.5, 1, 2, 4, 8, 16, 32, 1.5, 1.25, 1.375]);
  assert.deepEqual([f.smallest?.eps, f.below, f.above, reports, order.length], [1.375, 1.25, [], 10, mostTries]);
  assert.deepEqual(f.tried.map((t) => t.eps), [...order].sort((a, b) => a - b));
  assert.equal(verdict(f, 0, classes, "/255"), "1.375/255 is enough: cat → dog. 1.25/255 is not.");
});

test("more that is not enough is said", async () => {
  const { f } = await searched((eps) => eps >= 2 && eps !== 8);
  assert.deepEqual([f.smallest?.eps, f.below, f.above], [2, 1.875, [8]]);
  assert.ok(verdict(f, 0, classes, "/255").endsWith("More is not always enough: with 8/255 the attack fails."));
});

test("nothing, everything and a search that is stopped", async () => {
  const never = await searched(() => false);
  assert.deepEqual([never.f.smallest, never.order.length], [null, 7]);
  assert.match(verdict(never.f, 0, classes, ""), /^Not even 32 is enough.*“cat”/);
  const always = await searched(() => true);
  assert.deepEqual([always.f.smallest?.eps, always.f.below], [0.0625, 0]);
  assert.match(verdict(always.f, 0, classes, "/255"), /^0.0625\/255 is enough: cat → dog. Less was not tried./);
  const stopped = await searched((eps) => eps >= 2, 2);
  assert.deepEqual([stopped.order, stopped.f.smallest], [[0.5, 1], null]);
  assert.equal(verdict(found([]), 0, classes, ""), "");
});

test("values are written shortly", () => {
  assert.deepEqual([0.5, 1.125, 0.0625, 0.53125].map(epsText), ["0.5", "1.125", "0.0625", "0.5313"]);
});
