import assert from "node:assert/strict";
import test from "node:test";

import type { Corruption } from "../src/lab/protocol";
import { matches } from "../src/steps/corruption/corruptions";

test("a search looks for each word, in either spelling", () => {
  const c = { name: "laugros/color_shift", label: "laugros/color_shift", family: "color", suite: "Laugros", summary: "Shifts the hue" } as Corruption;
  for (const found of ["", "colour", "Color", "SHIFT hue", "laugros color shift"]) assert.ok(matches(c, found), found);
  for (const not of ["noise", "hue noise"]) assert.ok(!matches(c, not), not);
});
