import assert from "node:assert/strict";
import test from "node:test";

import type { OverlapFile, Overlaps } from "../src/lab/protocol";
import { follow, formatLink, readLink } from "../src/overlap/link";
import { State } from "../src/overlap/state";

const values = [[1, 0.5, null], [0.5, 1, null], [null, null, null]];
const overlaps: Overlaps = { values, intervals: values.map((r) => r.map(() => null)), undefined: [], groups: [[0], [1]], order: [1, 0, 2], tree: [] };
const names = ["fog", "snow", "laugros/rain"];
const file = { score: "accuracy", threshold: 0.5, corruptions: names.map((name) => ({ name, approximation: false })), accuracy: overlaps, ratio: overlaps } as unknown as OverlapFile;
const published = [{ name: "one", title: "One", corruptions: ["snow", "frost"] }];

function opened(): State {
  const s = new State(published, new Map());
  s.open(file);
  return s;
}

test("a link to overlaps brings back what it was made of", () => {
  const s = opened();
  s.setScore("ratio");
  s.kept = true;
  s.setPair(2, 0);
  s.setMembers([0, 2], "chosen by hand");
  const hash = formatLink(s);
  assert.equal(hash, "#score=ratio&pair=laugros/rain,fog&members=fog,laugros/rain");
  const again = opened();
  follow(readLink(hash), again);
  assert.equal(formatLink(again), hash);
  assert.deepEqual([...again.members], [0, 2]);
});

test("a published benchmark has those of its corruptions that were measured", () => {
  const s = opened();
  assert.deepEqual([...s.members], [1]);
  assert.equal(formatLink(s), "#benchmark=one");
});

test("what is not in the file, or no name, is ignored in a link", () => {
  const s = opened();
  follow(readLink("#score=hope&pair=fog,mist&members=<b>,mist&benchmark=two"), s);
  assert.deepEqual([s.score, s.kept, s.benchmark], ["accuracy", false, "one"]);
  follow(readLink("#members=" + "fog,".repeat(9000)), s);
  assert.equal(s.benchmark, "one");
});

test("a link says what of the page is in view", () => {
  assert.equal(readLink("#view=pair").view, "pair");
  assert.equal(readLink("#view=all").view, "");
});
