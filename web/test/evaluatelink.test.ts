import assert from "node:assert/strict";
import test from "node:test";

import { choiceOf, formatLink, readLink } from "../src/evaluate/link";

test("a link chooses networks, suites, cells, images and a seed", () => {
  assert.deepEqual(readLink("networks=a,b&suites=quick&cells=fog{severity=5}%20fgsm&limit=50&seed=3&run=1"), {
    networks: ["a", "b"], suites: ["quick"], cells: ["fog{severity=5}", "fgsm"], limit: 50, seed: 3, run: true, wrong: "",
  });
  assert.equal(readLink("").wrong, "");
});

test("a written link can be read, by people too", () => {
  const choice = { networks: ["a", "b"], suites: ["quick"], cells: ["fog{severity=5}", "pgd{eps=8/255,steps=5}"], limit: 50, seed: 3 };
  assert.equal(formatLink(choice), "networks=a,b&suites=quick&cells=fog{severity=5}%20pgd{eps=8/255,steps=5}&limit=50&seed=3");
  assert.deepEqual(readLink(formatLink(choice)), { ...choice, run: false, wrong: "" });
  const odd = { networks: ["a&b#c"], suites: [], cells: [], limit: 0, seed: 0 };
  assert.deepEqual(readLink(formatLink(odd)), { ...odd, run: false, wrong: "" });
});

test("what a link says in vain is named", () => {
  for (const [query, said] of [
    ["limit=1e9", /limit is 1e9, not a whole number from 0 to 1,000,000/],
    ["limit=-1&seed=x", /limit is -1.*seed is x/],
    ["seed=4294967296", /seed is 4294967296/],
    ["limits=5", /no field is called limits/],
  ] as const) {
    assert.match(readLink(query).wrong, said);
  }
});

test("a choice stands after #, as on the other pages, or after ?; how a page is shown is none", () => {
  assert.equal(choiceOf({ hash: "#suites=quick&limit=50", search: "" }), "suites=quick&limit=50");
  assert.equal(choiceOf({ hash: "", search: "?limit=50" }), "limit=50");
  assert.equal(choiceOf({ hash: "#limit=9", search: "?limit=50" }), "limit=9");
  assert.equal(choiceOf({ hash: "#embed=1", search: "" }), "");
  assert.equal(readLink(choiceOf({ hash: "#limit=9&embed=1", search: "" })).wrong, "");
});
