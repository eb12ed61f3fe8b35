import assert from "node:assert/strict";
import test from "node:test";

import { type Kind, Requests } from "../src/session/requests";

/** Requests, and a way to choose things that come when they are told to. */
function setup() {
  const requests = new Requests();
  const used: string[] = [];
  const dropped: string[] = [];
  const choose = (kind: Kind, name: string) => {
    let come = () => {};
    let fail = (_e: Error) => {};
    const load = () =>
      new Promise<string>((resolve, reject) => {
        come = () => resolve(name);
        fail = reject;
      });
    const use = async (n: string) => {
      used.push(n);
    };
    const chosen = requests.choose({ kind, says: `Loading ${name}`, load, use, drop: (n) => dropped.push(n) });
    return { chosen, come: () => come(), fail: (why: string) => fail(new Error(why)) };
  };
  return { requests, used, dropped, choose };
}

test("of what is chosen, only the latest is used, whichever comes first", async () => {
  for (const order of [[0, 1], [1, 0]]) {
    const { used, dropped, choose } = setup();
    const both = [choose("picture", "rocket"), choose("picture", "coffee")];
    for (const i of order) both[i]!.come();
    assert.deepEqual(await Promise.all(both.map((c) => c.chosen)), [false, true]);
    assert.deepEqual([used, dropped], [["coffee"], ["rocket"]]);
  }
});

test("kinds do not replace each other", async () => {
  const { used, choose } = setup();
  const both = [choose("picture", "rocket"), choose("network", "fashion")];
  for (const c of both) c.come();
  assert.deepEqual(await Promise.all(both.map((c) => c.chosen)), [true, true]);
  assert.deepEqual(used, ["rocket", "fashion"]);
});

test("an error counts only for the latest", async () => {
  const { choose } = setup();
  const [old, latest] = [choose("network", "a"), choose("network", "b")];
  old.fail("gone");
  assert.equal(await old.chosen, false);
  latest.fail("broken");
  await assert.rejects(latest.chosen, /broken/);
});

test("what is held back is not used if something else is chosen meanwhile", async () => {
  const { requests, used, choose } = setup();
  let release = () => {};
  requests.hold = () => new Promise((done) => (release = done));
  const old = choose("picture", "rocket");
  old.come();
  await Promise.resolve();
  requests.hold = async () => {};
  const latest = choose("picture", "coffee");
  latest.come();
  await latest.chosen;
  release();
  assert.equal(await old.chosen, false);
  assert.deepEqual(used, ["coffee"]);
});

test("what is forgotten is not used", async () => {
  const { requests, used, choose } = setup();
  const c = choose("network", "a");
  requests.forget("network");
  c.come();
  assert.equal(await c.chosen, false);
  assert.deepEqual(used, []);
  requests.forget("network"); // nothing to forget
});

test("it is quiet once all that is wanted is there", async () => {
  const { requests, choose } = setup();
  await requests.quiet();
  const [old, latest, other] = [choose("picture", "a"), choose("picture", "b"), choose("network", "c")];
  let quiet = false;
  const waiting = requests.quiet().then(() => (quiet = true));
  latest.come();
  await latest.chosen;
  assert.ok(!quiet && requests.open("network") && !requests.open("picture"));
  other.fail("gone");
  await assert.rejects(other.chosen, /gone/);
  await waiting; // not for the one that nobody wants any more
  old.come();
  assert.equal(await old.chosen, false);
});

test("what the page chooses itself is not asked for", async () => {
  const requests = new Requests();
  const said: string[] = [];
  requests.began.listen((kind) => said.push(`began ${kind}`));
  requests.asked.listen((kind) => said.push(`asked ${kind}`));
  const choice = { says: "", load: async () => null, use: async () => {} };
  await requests.choose({ ...choice, kind: "network", unasked: true });
  await requests.choose({ ...choice, kind: "picture" });
  assert.deepEqual(said, ["began network", "began picture", "asked picture"]);
});

test("what takes long is said, until it is over", async () => {
  const { requests, choose } = setup();
  const said: string[] = [];
  requests.waiting.listen(({ says }) => said.push(says));
  const began: Kind[] = [];
  requests.began.listen((kind) => began.push(kind));
  const c = choose("picture", "rocket");
  assert.deepEqual([began, said], [["picture"], []]);
  while (said.length === 0) await new Promise((wake) => setTimeout(wake, 10));
  c.come();
  await c.chosen;
  assert.deepEqual(said, ["Loading rocket", ""]);
});
