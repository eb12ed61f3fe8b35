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
  const session = new Session(lab as unknown as Lab, pool as unknown as Pool, { photo: "chelsea", mirrored: false });
  const log: string[] = [];
  for (const name of ["changed", "pictureChanged", "replaced", "networkLoaded", "corruptionChanged", "answered", "settled"] as const) {
    (session[name] as { listen(f: () => void): void }).listen(() => log.push(name));
  }
  return { session, asked, log, kept };
}

const moment = () => new Promise((wake) => setTimeout(wake, 1));
const settings = (severity: number) => ({ corruption: "fog", severity, seed: 1, where: "net" }) as const;
const look = (p: number) => ({ images: [], original: [p, 1 - p], corrupted: [1 - p, p] });
const source = { key: "a", title: "A", bytes: new ArrayBuffer(4), classes: ["cat", "dog"], preprocessing: null, card: {} } satisfies NetworkSource;

const origin = (photo: string) => ({ photo, mirrored: false });

/** A session with an image and a description. */
async function begun(): Promise<ReturnType<typeof setup>> {
  const s = setup();
  const set = s.session.setImage(new ArrayBuffer(8), origin("chelsea"));
  s.asked.shift()!.answer({});
  await set;
  s.log.length = 0;
  s.session.description = { viewSize: 224 } as Description;
  return s;
}

test("of the questions that come while one is open, only the last is asked", async () => {
  const { session, asked, log } = await begun();
  const all = [1, 2, 3, 4].map((severity) => session.setCorruption(settings(severity)));
  assert.deepEqual(asked.map((a) => a.args["severity"]), [1]);
  asked[0]!.answer(look(0.9));
  await moment();
  assert.deepEqual(asked.map((a) => a.args["severity"]), [1, 4]);
  assert.equal(session.corruption.severity, 1); // what is shown
  asked[1]!.answer(look(0.8));
  await Promise.all(all);
  assert.equal(asked.length, 2);
  assert.equal(session.corruption.severity, 4);
  assert.deepEqual(session.original, [0.8, 1 - 0.8]);
  assert.deepEqual(log, ["corruptionChanged", "answered", "changed", "settled", "corruptionChanged", "answered", "changed", "settled"]);
});

test("nothing is asked before there is an image and a description", async () => {
  const { session, asked } = setup();
  await session.look();
  session.description = { viewSize: 224 } as Description;
  await session.look();
  assert.equal(asked.length, 0);
});

test("a corruption that is refused is not the one that is shown, and the next is asked", async () => {
  const { session, asked, log } = await begun();
  const refused = session.setCorruption(settings(1));
  asked[0]!.refuse("out of memory");
  await assert.rejects(refused, /out of memory/);
  assert.equal(session.corruption.severity, 3);
  assert.deepEqual(log, []);
  void session.setCorruption(settings(2));
  assert.equal(asked[1]!.args["severity"], 2);
});

test("what is chosen while a question is refused is asked all the same", async () => {
  const { session, asked, log } = await begun();
  const all = [1, 2].map((severity) => session.setCorruption(settings(severity)));
  asked[0]!.refuse("internal error");
  await moment();
  assert.deepEqual(asked.map((a) => a.args["severity"]), [1, 2]);
  asked[1]!.answer(look(0.9));
  await Promise.all(all);
  assert.deepEqual(log.slice(-2), ["changed", "settled"]);
});

test("an image is shown with the answer to it, and the pool gets a copy then", async () => {
  const { session, asked, kept, log } = await begun();
  const data = new ArrayBuffer(8);
  kept.length = 0;
  const set = session.setImage(data, origin("coffee"));
  asked[0]!.answer({});
  await moment();
  assert.equal(session.origin.photo, "chelsea");
  assert.deepEqual([kept.length, log.length], [0, 0]);
  asked[1]!.answer(look(0.7));
  await set;
  assert.equal(session.origin.photo, "coffee");
  assert.equal(kept[0]!.byteLength, 8);
  assert.ok(kept[0] !== data, "the lab takes the data itself");
  assert.deepEqual(log, ["replaced", "pictureChanged", "answered", "changed", "settled"]);
});

test("a refused image changes nothing", async () => {
  const { session, asked, kept, log } = await begun();
  const set = session.setImage(new ArrayBuffer(3), origin("own"));
  asked[0]!.refuse("not a picture");
  await assert.rejects(set, /not a picture/);
  await session.delivered; // which waits, and does not fail
  assert.equal(session.images, 1);
  assert.equal(session.origin.photo, "chelsea");
  assert.equal(kept.length, 1);
  assert.deepEqual(log, []);
});

test("another network comes with its own answers", async () => {
  const { session, asked, log } = await begun();
  void session.look();
  asked[0]!.answer(look(0.9));
  await moment();
  log.length = 0;
  const set = session.setNetwork(source);
  asked[1]!.answer({ input: [3, 32, 32], classes: ["cat\u202e", "dog"], params: 1, macs: 1 });
  await moment();
  assert.equal(session.network, null);
  assert.deepEqual([session.original, log], [[0.9, 1 - 0.9], []]);
  asked[2]!.answer(look(0.5));
  assert.equal((await set).source.key, "a");
  assert.deepEqual(session.original, [0.5, 0.5]);
  assert.deepEqual([...session.classes], ["cat\\u{202e}", "dog"]); // what a file holds is seen
  assert.deepEqual(log, ["replaced", "networkLoaded", "answered", "changed", "settled"]);
});

test("an answer that another network gave to an older question comes with that network", async () => {
  const { session, asked, log } = await begun();
  const looked = session.look();
  void session.setNetwork(source);
  asked[1]!.answer({ input: [3, 32, 32], classes: ["cat", "dog"], params: 1, macs: 1 }); // the lab had it before it came to look
  await moment();
  asked[0]!.answer(look(0.6));
  await moment();
  assert.deepEqual([session.original, session.network?.source.key], [[0.6, 0.4], "a"]);
  assert.deepEqual(log.slice(0, 4), ["replaced", "networkLoaded", "answered", "changed"]);
  asked[2]!.answer(look(0.5));
  await looked;
});

test("a network that cannot answer is there, and no old answer beside it", async () => {
  const { session, asked, log } = await begun();
  const set = session.setNetwork(source);
  asked[0]!.answer({ input: [3, 32, 32], classes: ["cat", "dog"], params: 1, macs: 1 });
  await moment();
  asked[1]!.refuse("not a number");
  await assert.rejects(set, /not a number/);
  assert.equal(session.network!.source.key, "a");
  assert.equal(session.original, null);
  assert.deepEqual(log, ["replaced", "networkLoaded", "answered", "changed"]);
});

test("while the webcam is on, its frames are the questions", async () => {
  const { session, asked, log } = await begun();
  session.setLive({ photo: "webcam", mirrored: true });
  const shown = session.show((c) => session.lab.ask("frame", { ...c, width: 1, height: 1, index: 0 }));
  await session.setCorruption(settings(5));
  assert.deepEqual(asked.map((a) => a.op), ["frame"]);
  assert.deepEqual([session.origin.photo, log.length], ["chelsea", 0]);
  asked[0]!.answer(look(0.9));
  await shown;
  assert.deepEqual([session.origin.photo, session.corruption.severity], ["webcam", 3]);
  const next = session.show((c) => session.lab.ask("frame", { ...c, width: 1, height: 1, index: 1 }));
  assert.equal(asked[1]!.args["severity"], 5);
  asked[1]!.answer(look(0.9));
  await next;
  assert.equal(session.corruption.severity, 5);
});

test("a second network is there with the answer that has its probabilities, and goes with the next", async () => {
  const { session, asked } = await begun();
  session.network = { ...source, source, input: [3, 32, 32], params: 1, macs: 1 } as unknown as Session["network"];
  const seen: unknown[] = [];
  session.secondChanged.listen((n) => seen.push(n?.source.key ?? null, session.secondSays));
  const set = session.setSecond({ ...source, key: "b" });
  assert.equal(asked[0]!.op, "second");
  asked.shift()!.answer({ input: [1, 28, 28], classes: ["cat", "dog"], params: 1, macs: 1 });
  await moment();
  assert.equal(session.second, null); // until its answer is there
  const second = { original: [0.3, 0.7], corrupted: [0.6, 0.4] };
  asked.shift()!.answer({ ...look(0.9), second });
  await set;
  assert.ok(session.sameClasses);
  const gone = session.setSecond(null);
  assert.equal(asked[0]!.op, "alone");
  asked.shift()!.answer({});
  await moment();
  asked.shift()!.answer(look(0.9));
  await gone;
  assert.deepEqual(seen, ["b", second, null, null]);
  assert.ok(!session.sameClasses);
});
