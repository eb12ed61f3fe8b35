import assert from "node:assert/strict";
import test from "node:test";

import type { Lab } from "../src/lab/lab";
import { Pool } from "../src/lab/pool";

/** A lab without a worker: it takes images, if it is not to refuse them. */
class FakeLab {
  module: object | null = {};
  dead = "";
  started = false;
  images = 0;
  done = 0;

  constructor(private readonly refuses = false) {}

  start(): void {
    this.started = true;
  }

  end(): void {
    this.dead ||= "ended";
  }

  async ask(op: string, _args: unknown, data: ArrayBuffer): Promise<void> {
    assert.equal(op, "image");
    if (this.refuses) throw new Error("no");
    this.images += data.byteLength;
  }
}

const asLab = (l: FakeLab) => l as unknown as Lab;
const moment = () => new Promise((wake) => setTimeout(wake, 1));

interface Setup {
  first: FakeLab;
  extras: FakeLab[];
  pool: Pool;
  /** Shares n pieces out, and returns the lab that did each; spoil may break a lab that does a piece. */
  share(n: number, spoil?: (lab: FakeLab, piece: number) => void): Promise<FakeLab[]>;
}

function setup(cores: number, refuses: boolean, rest: number): Setup {
  const first = new FakeLab();
  const extras: FakeLab[] = [];
  const make = () => {
    const l = new FakeLab(refuses);
    extras.push(l);
    return asLab(l);
  };
  const pool = new Pool(asLab(first), make, cores, rest);
  pool.keep(new ArrayBuffer(8), { width: 0, height: 0 });
  const share: Setup["share"] = async (n, spoil) => {
    const left = Array.from({ length: n }, (_, i) => i);
    const by: FakeLab[] = [];
    await pool.share((lab) => {
      const piece = left.shift();
      if (piece === undefined) return undefined;
      const fake = lab as unknown as FakeLab;
      return moment().then(() => {
        spoil?.(fake, piece);
        if (fake.dead) {
          left.unshift(piece);
          throw new Error(fake.dead);
        }
        fake.done++;
        by[piece] = fake;
      });
    });
    return by;
  };
  return { first, extras, pool, share };
}

test("work is shared out among one lab less than there are cores, and all of it is done", async () => {
  for (const [cores, labs] of [[1, 1], [2, 1], [3, 2], [64, 4]] as const) {
    const s = setup(cores, false, 1);
    const by = await s.share(20);
    assert.equal(s.extras.length, labs);
    assert.ok(s.extras.every((l) => l.started && l.images === 8 && l.done > 0), `${cores} cores`);
    assert.equal(s.first.done, 0);
    assert.equal(by.filter(Boolean).length, 20);
  }
});

test("the first lab works where the browser hands no module out", async () => {
  const s = setup(4, false, 1);
  s.first.module = null;
  await s.share(3);
  assert.equal(s.extras.length, 0);
  assert.equal(s.first.done, 3);
});

test("the first lab works where the others refuse the image", async () => {
  const s = setup(3, true, 1);
  await s.share(3);
  assert.deepEqual(s.extras.map((l) => l.dead), ["ended", "ended"]);
  assert.equal(s.first.done, 3);
});

test("a lab's death loses no piece", async () => {
  const s = setup(3, false, 1);
  const by = await s.share(10, (lab, piece) => {
    if (piece === 4 && s.extras.every((l) => !l.dead)) lab.dead = "died at work";
  });
  assert.equal(by.filter(Boolean).length, 10);
  assert.equal(s.extras.filter((l) => l.dead === "died at work").length, 1);
});

test("the first lab works when all others have died", async () => {
  const s = setup(3, false, 1);
  await s.share(10, (lab) => {
    if (lab !== s.first) lab.dead = "died at work";
  });
  assert.equal(s.first.done, 10);
});

test("an error of a lab that lives is an error of the work", async () => {
  const s = setup(2, false, 1);
  await assert.rejects(
    s.pool.share(() => Promise.reject(new Error("no such corruption"))),
    /no such corruption/,
  );
});

test("labs without work are ended, and others come when there is some again", async () => {
  const s = setup(3, false, 1);
  await s.share(4);
  while (s.extras.some((l) => !l.dead)) await moment();
  await s.share(4);
  assert.equal(s.extras.length, 4);
  assert.equal(s.extras[2]!.done + s.extras[3]!.done, 4);
});

test("another image goes to every lab before its next piece", async () => {
  const s = setup(3, false, 500);
  await s.share(4);
  s.pool.keep(new ArrayBuffer(100), { width: 5, height: 5 });
  await s.share(4);
  assert.deepEqual(s.extras.map((l) => l.images), [108, 108]);
});
