import assert from "node:assert/strict";
import test from "node:test";

import type { Lab } from "../src/lab/lab";
import type { Pool } from "../src/lab/pool";
import type { Description } from "../src/lab/protocol";
import { type NetworkSource, Session } from "../src/session/session";

interface Asked {
  op: string;
  args: Record<string, unknown>;
  answer(value: object): void;
  refuse(why: string): void;
}

/** A session whose lab answers when it is told to, and a log of its signals. */
function setup(): { session: Session; asked: Asked[]; log: string[]; kept: ArrayBuffer[] } {
  const asked: Asked[] = [];
  const kept: ArrayBuffer[] = [];
  const lab = {
    ask: (op: string, args: Record<string, unknown>) =>
      new Promise((resolve, reject) => {
        asked.push({ op, args, answer: (value) => resolve({ value, pixels: new Uint8ClampedArray(0) }), refuse: (why) => reject(new Error(why)) });
      }),
  };
  const pool = { keep: (data: ArrayBuffer) => kept.push(data) };
  const session = new Session(lab as unknown as Lab, pool as unknown as Pool, "chelsea");
  const log: string[] = [];
  for (const name of ["changed", "photoChosen", "replaced", "networkLoaded", "corruptionChanged", "answered", "settled", "failed"] as const) {
    (session[name] as { listen(f: () => void): void }).listen(() => log.push(name));
  }
  return { session, asked, log, kept };
}

const moment = () => new Promise((wake) => setTimeout(wake, 1));
const settings = (severity: number) => ({ corruption: "fog", severity, seed: 1, where: "net" }) as const;
const look = (p: number) => ({ images: [], original: [p, 1 - p], shaken: [1 - p, p] });
const source = { key: "a", title: "A", bytes: new ArrayBuffer(4), classes: ["cat", "dog"], preprocessing: null, card: {} } satisfies NetworkSource;

/** A session with an image and a description. */
async function begun(): Promise<ReturnType<typeof setup>> {
  const s = setup();
  const set = s.session.setImage(new ArrayBuffer(8), "chelsea");
  s.asked.shift()!.answer({});
  await set;
  s.log.length = 0;
  s.session.description = { viewSize: 224 } as Description;
  return s;
}

test("of the questions that come while one is open, only the last is asked", async () => {
  const { session, asked, log } = await begun();
  for (const severity of [1, 2, 3, 4]) session.setCorruption(settings(severity));
  assert.deepEqual(asked.map((a) => a.args["severity"]), [1]);
  asked[0]!.answer(look(0.9));
  await moment();
  assert.deepEqual(asked.map((a) => a.args["severity"]), [1, 4]);
  asked[1]!.answer(look(0.8));
  await moment();
  assert.equal(asked.length, 2);
  assert.deepEqual(session.original, [0.8, 1 - 0.8]);
  assert.deepEqual(log.slice(-4), ["answered", "settled", "answered", "settled"]);
});

test("nothing is asked before there is an image and a description", async () => {
  const { session, asked } = setup();
  await session.look();
  session.description = { viewSize: 224 } as Description;
  await session.look();
  assert.equal(asked.length, 0);
});

test("a refused question is reported, and the next is asked", async () => {
  const { session, asked, log } = await begun();
  session.setCorruption(settings(1));
  asked[0]!.refuse("out of memory");
  await moment();
  assert.equal(log.at(-1), "failed");
  session.setCorruption(settings(2));
  assert.equal(asked.length, 2);
});

test("what is chosen while a question is refused is asked all the same", async () => {
  const { session, asked, log } = await begun();
  session.setCorruption(settings(1));
  session.setCorruption(settings(2));
  asked[0]!.refuse("internal error");
  await moment();
  assert.deepEqual(asked.map((a) => a.args["severity"]), [1, 2]);
  asked[1]!.answer(look(0.9));
  await moment();
  assert.deepEqual(log.slice(-3), ["failed", "answered", "settled"]);
});

test("an image counts once the lab has it, and the pool gets a copy", async () => {
  const { session, asked, kept, log } = setup();
  const data = new ArrayBuffer(8);
  const set = session.setImage(data, "coffee");
  assert.equal(session.images, 0);
  asked[0]!.answer({});
  await set;
  assert.equal(session.images, 1);
  assert.equal(kept[0]!.byteLength, 8);
  assert.ok(kept[0] !== data, "the lab takes the data itself");
  assert.deepEqual(log, ["photoChosen", "replaced"]);
  assert.equal(session.photo, "coffee");
});

test("a refused image changes nothing", async () => {
  const { session, asked, kept, log } = await begun();
  const set = session.setImage(new ArrayBuffer(3), "");
  asked[0]!.refuse("not a picture");
  await assert.rejects(set, /not a picture/);
  await session.delivered; // which waits, and does not fail
  assert.equal(session.images, 1);
  assert.equal(session.photo, "chelsea");
  assert.equal(kept.length, 1);
  assert.deepEqual(log, []);
});

test("another network voids the answers of the last", async () => {
  const { session, asked, log } = await begun();
  session.take({ value: look(0.9), pixels: new Uint8ClampedArray(0) } as never);
  const set = session.setNetwork(source);
  asked[0]!.answer({ input: [3, 32, 32], classes: ["cat", "dog"], params: 1, macs: 1 });
  await moment();
  assert.equal(session.original, null);
  assert.deepEqual(log, ["answered", "replaced", "networkLoaded"]);
  assert.deepEqual([...session.classes], ["cat", "dog"]);
  assert.equal(asked[1]!.op, "look");
  asked[1]!.answer(look(0.5));
  await set;
});

test("while the webcam is on, its frames are the questions", async () => {
  const { session, asked, log } = await begun();
  session.live = true;
  session.setCorruption(settings(5));
  assert.equal(asked.length, 0);
  assert.deepEqual(log, ["corruptionChanged", "changed"]);
});
