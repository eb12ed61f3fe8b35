import assert from "node:assert/strict";
import test from "node:test";

import { needs, showable } from "../src/scenes/builtin";
import { type Deck, parts, readDeck, writeDeck } from "../src/scenes/deck";
import { errorText } from "../src/ui/text";

const deck: Deck = {
  title: "Two scenes",
  about: "For a test",
  scenes: [
    { title: "Fog", say: "A sentence.", question: "What now?", answer: "Nothing.", notes: "First.\nSecond.", focus: ["picture", "corruption"], show: "#photo=moose&corruption=fog&severity=5" },
    { title: "As it begins", show: "" },
  ],
};

/** Returns what is said of a file that is refused. */
function refusal(text: string): string {
  try {
    readDeck(text);
  } catch (e) {
    return errorText(e);
  }
  return "";
}

/** Returns the file of a deck with one scene, in which some fields are others. */
function withScene(fields: Record<string, unknown>): string {
  return JSON.stringify({ format: "steady-deck-1", title: "T", scenes: [{ title: "One", show: "" }, { title: "Fog", show: "#corruption=fog", ...fields }] });
}

test("a deck is read as it was written", () => {
  assert.deepEqual(readDeck(writeDeck(deck)), deck);
});

test("what is wrong with a deck is said in a sentence with the scene and the field", () => {
  for (const [text, said] of [
    ["", /not JSON/],
    ["[]", /has no list of scenes/],
    ['{"scenes": []}', /format is missing; this version of Steady reads "steady-deck-1"/],
    ['{"format": "steady-deck-9", "scenes": []}', /format is "steady-deck-9"/],
    ['{"format": "steady-deck-1", "title": "T", "scenes": []}', /at least one scene/],
    ['{"format": "steady-deck-1", "title": "T", "scenes": 3}', /at least one scene/],
    ['{"format": "steady-deck-1", "scenes": [{"title": "a", "show": ""}]}', /The deck has no title/],
    ['{"format": "steady-deck-1", "title": "T", "color": 1, "scenes": [{"title": "a", "show": ""}]}', /The deck has an unknown field “color”; valid: format, scenes, title, about/],
    [JSON.stringify({ format: "steady-deck-1", title: "T", scenes: Array(101).fill({ title: "a", show: "" }) }), /has 101 scenes; at most 100/],
    ['{"format": "steady-deck-1", "title": "T", "scenes": [null]}', /Scene 1 is null/],
    [withScene({ title: undefined }), /^Scene 2 has no title\.$/],
    [withScene({ title: " " }), /Scene 2 \(“ ”\): title is empty/],
    [withScene({ say: 3 }), /Scene 2 \(“Fog”\): say is 3; it must be a text/],
    [withScene({ say: "a".repeat(401) }), /say has 401 characters; at most 400/],
    [withScene({ tittle: "x" }), /Scene 2 \(“Fog”\) has an unknown field “tittle”; valid: title, say/],
    [withScene({ answer: "x" }), /an answer but no question/],
    [withScene({ focus: "picture" }), /focus is "picture"; it must be a list/],
    [withScene({ focus: ["picture", "moon"] }), /focus has "moon"; valid: picture, corruption/],
    [withScene({ show: "https://evil.test/#photo=moose" }), /show is "https:\/\/evil.test\/#photo=moose"; it must be an address of this site/],
    [withScene({ show: "javascript:alert(1)" }), /it must be an address of this site/],
    [withScene({ show: "//evil.test/overlap.html" }), /it must be an address of this site/],
    [withScene({ show: "evaluate.html?suites=quick" }), /must stand after “#”, not after “\?”/],
    [withScene({ show: "#severity=9&corruption=fog" }), /show has severity=9, which the page cannot use/],
    [withScene({ show: "#severity=5&present=1" }), /show has present=1/],
    [withScene({ show: "#photo=a/b/c" }), /show has photo=a\/b\/c/],
  ] as const) {
    assert.match(refusal(text), said);
  }
});

test("text of a file cannot turn the direction of what is around it", () => {
  assert.equal(readDeck(withScene({ title: "a\u202eb" })).scenes[1]!.title, "a\\u{202e}b");
});

test("a scene shows the page of one image, or another page of the site", () => {
  const of = (show: string) => parts({ title: "T", show });
  assert.deepEqual(of("#photo=moose"), { page: "", hash: "#photo=moose" });
  assert.deepEqual(of("index.html#photo=moose"), { page: "", hash: "#photo=moose" });
  assert.deepEqual(of("overlap.html"), { page: "overlap.html", hash: "" });
  assert.deepEqual(of("evaluate.html#suites=quick&run=1"), { page: "evaluate.html", hash: "#suites=quick&run=1" });
  assert.equal(refusal(withScene({ show: "overlap.html#benchmark=imagenet-noc" })), "");
});

test("scenes that need what is not here are left out, and too few are not offered", () => {
  const scenes = (networks: string[]) => networks.map((n) => ({ title: n, show: `#network=${n}` }));
  const stage = { measured: true, has: () => true, missing: (hash: string) => (hash.includes("robust") ? "the network “robust”" : "") };
  const all = showable("d", { title: "D", scenes: scenes(["a", "b", "c", "d", "e", "f", "robust"]) }, stage);
  assert.ok(all.offered);
  assert.equal(all.deck.scenes.length, 6);
  assert.deepEqual(all.lacking, ["the network “robust”"]);
  assert.ok(!showable("d", { title: "D", scenes: scenes(["a", "robust", "robust", "robust", "robust", "robust"]) }, stage).offered);
  const few = showable("d", { title: "D", scenes: [{ title: "x", show: "overlap.html" }] }, { ...stage, has: () => false });
  assert.ok(!few.offered);
  assert.deepEqual(few.lacking, ["the page overlap.html"]);
});

test("scenes of overlaps need a matrix, and the page of overlaps alone does not", () => {
  const overlaps = Array.from({ length: 6 }, (_, i) => ({ title: `${i}`, show: "overlap.html#pair=fog,contrast" }));
  const stage = { measured: true, has: () => true, missing: () => "" };
  const deck = { title: "D", scenes: [{ title: "x", show: "#corruption=fog" }, ...overlaps] };
  assert.ok(showable("d", deck, stage).offered);
  const without = showable("d", deck, { ...stage, measured: false });
  assert.ok(!without.offered);
  assert.deepEqual(without.lacking, ["measured overlaps"]);
  assert.equal(needs({ title: "x", show: "overlap.html" }, { ...stage, measured: false }), "");
});
