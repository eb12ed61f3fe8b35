import assert from "node:assert/strict";
import test from "node:test";

import { formatMode, parseMode } from "../src/session/mode";
import { reach } from "../src/scenes/code";
import type { Deck, Scene } from "../src/scenes/deck";
import { actionOf, bindings, framedActionOf } from "../src/scenes/keys";
import { OwnDeck } from "../src/scenes/own";
import { pack, unpack } from "../src/scenes/packed";
import { alone } from "../src/scenes/place";
import { focusOf } from "../src/scenes/player";
import type { FromNotes, Now, ToNotes } from "../src/scenes/notes/message";
import { Speaker } from "../src/scenes/speaker";

const scene = (title: string): Scene => ({ title, show: "#corruption=fog" });

/** What stands for localStorage. */
function storage(full = false): { kept: Map<string, string>; getItem(k: string): string | null; setItem(k: string, v: string): void; removeItem(k: string): void } {
  const kept = new Map<string, string>();
  const setItem = (k: string, v: string) => {
    if (full) throw new Error("quota");
    kept.set(k, v);
  };
  return { kept, getItem: (k) => kept.get(k) ?? null, setItem, removeItem: (k) => void kept.delete(k) };
}

test("a deck goes through a link and comes back", async () => {
  const deck: Deck = { title: "Über Äpfel", scenes: [scene("eins"), { ...scene("zwei"), say: "Noch — ein „Satz“.", notes: "a\nb" }] };
  const packed = await pack(deck);
  assert.match(packed, /^[\w-]+$/);
  assert.deepEqual(await unpack(packed), deck);
  const mode = parseMode(formatMode({ present: true, packed, scene: 2 }));
  assert.equal(mode.packed, packed);
  assert.equal(mode.scene, 2);
});

test("a deck of a link that was cut off, or would be endless, is refused in a sentence", async () => {
  const packed = await pack({ title: "T", scenes: [scene("a"), scene("b")] });
  await assert.rejects(unpack(packed.slice(0, -8)), /cut off or changed/);
  await assert.rejects(unpack("____"), /cut off or changed/);
  const bomb = await new Response(new Blob([new Uint8Array(5e6)]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer();
  const text = btoa(Array.from(new Uint8Array(bomb), (b) => String.fromCharCode(b)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  await assert.rejects(unpack(text), /cut off or changed/);
});

test("the mode of a link takes nothing hostile", () => {
  const usual = { present: false, embed: false, deck: "", packed: "", scene: 1 };
  for (const hash of ["", "#", "#present=2&embed=yes&deck=../x&packed=a%20b&scene=0", "#scene=1e3&deck=", "#packed=" + "a".repeat(65e3)]) {
    assert.deepEqual(parseMode(hash), usual, hash.slice(0, 40));
  }
  assert.deepEqual(parseMode("#present=1&embed=1&deck=mine&scene=12"), { present: true, embed: true, deck: "mine", packed: "", scene: 12 });
});

test("a scene alone is presented by the link to its state", () => {
  const place = alone({ title: "T", scenes: [scene("a"), { title: "b", show: "" }] });
  assert.equal(place.link(0), "#corruption=fog&present=1");
  assert.equal(place.link(1), "#present=1");
});

test("each key does one thing, and shortcuts of the browser stay its own", () => {
  const keys = bindings.flatMap((b) => b.keys);
  assert.equal(new Set(keys).size, keys.length);
  const key = (key: string, more = {}) => actionOf({ key, altKey: false, ctrlKey: false, metaKey: false, ...more });
  assert.equal(key("PageDown"), "next");
  assert.equal(key("PageUp"), "previous");
  assert.equal(key("."), "black");
  assert.equal(key("B"), "black");
  assert.equal(key("4"), "severity");
  assert.equal(key("ArrowLeft", { altKey: true }), null);
  assert.equal(key("r", { ctrlKey: true }), null);
  assert.equal(key("Tab"), null);
});

test("an own deck is kept, changed and undone", () => {
  const s = storage();
  const own = new OwnDeck(s);
  for (const title of ["a", "b", "c"]) assert.ok(own.add(scene(title)));
  own.move(2, 0);
  own.remove(1);
  own.edit(1, scene("B"));
  own.rename("Mine");
  const titles = (o: OwnDeck) => o.deck.scenes.map((x) => x.title).join("");
  assert.equal(titles(own), "cB");
  assert.equal(titles(new OwnDeck(s)), "cB");
  assert.equal(new OwnDeck(s).deck.title, "Mine");
  own.undo();
  own.undo();
  assert.equal(titles(own), "cb");
  own.undo();
  assert.equal(titles(own), "cab");
  while (own.canUndo) own.undo();
  assert.equal(titles(own), "");
  assert.equal(s.kept.size, 0);
  own.move(0, 5); // where there is nothing
  assert.ok(!own.canUndo);
});

test("a deck that the browser does not keep, or cannot be read, is said to be so", () => {
  const own = new OwnDeck(storage(true));
  own.add(scene("a"));
  assert.match(own.problem, /save them as a file/);
  const s = storage();
  s.kept.set("steady.deck", "{}");
  assert.match(new OwnDeck(s).problem, /could not be read: .*no list of scenes/);
});

test("a speaker's window that opens late is told what is shown, and its keys act", async () => {
  const did: string[] = [];
  const speaker = new Speaker((action, key) => did.push(`${action} ${key}`));
  const now: Now = { deck: "D", number: 1, of: 2, scene: scene("a"), next: scene("b"), hidden: true, black: false };
  speaker.tell(now);
  const window = new BroadcastChannel(speaker.name);
  const told: ToNotes[] = [];
  const heard = async (count: number) => {
    while (told.length < count) await new Promise((wake) => setTimeout(wake, 5));
  };
  window.onmessage = ({ data }: MessageEvent<ToNotes>) => told.push(data);
  window.postMessage({ kind: "do", action: "next", key: "PageDown" } satisfies FromNotes);
  window.postMessage({ kind: "open" } satisfies FromNotes);
  await heard(1);
  speaker.close();
  await heard(2);
  window.close();
  assert.deepEqual<unknown>(told, [{ kind: "now", now }, { kind: "over" }]);
  assert.deepEqual(did, ["next PageDown"]);
});

test("what is in view follows from the state where a scene does not say it", () => {
  assert.deepEqual(focusOf(scene("a")), ["picture", "corruption"]);
  assert.deepEqual(focusOf({ title: "a", show: "#eps=4&run=1" }), ["picture", "attack"]);
  assert.deepEqual(focusOf({ ...scene("a"), focus: ["attack"] }), ["attack"]);
});

test("the card says which addresses phones cannot reach", () => {
  for (const [address, said] of [
    ["http://localhost:8000/#x", /only\. Start steady serve --addr :8000/],
    ["http://127.0.0.1:8123/", /--addr :8123/],
    ["http://[::1]:8000/", /this computer only/],
    ["file:///usb/index.html", /opened from a file/],
    ["http://192.168.1.7:8000/", /same network/],
    ["http://lectern.local/", /same network/],
    ["https://steady.example.org/", /^$/],
  ] as const) {
    assert.match(reach(new URL(address)), said);
  }
});

test("in a frame a remote's keys work everywhere, and letters where nobody writes", () => {
  const key = (k: string) => ({ key: k, altKey: false, ctrlKey: false, metaKey: false });
  for (const field of [false, true]) {
    assert.equal(framedActionOf(key("PageDown"), field), "next");
    assert.equal(framedActionOf(key("Escape"), field), "leave");
    for (const k of ["ArrowRight", "Home", "Enter", " ", "3"]) assert.equal(framedActionOf(key(k), field), null, k);
  }
  assert.equal(framedActionOf(key("."), false), "black"); // what remotes send for a black screen
  assert.equal(framedActionOf(key("q"), false), "hide");
  assert.equal(framedActionOf(key("."), true), null); // of a number
  assert.equal(framedActionOf(key("f"), true), null);
});
