import assert from "node:assert/strict";
import test from "node:test";

import { Lab } from "../src/lab/lab";
import { type Ask, type Begin, LabError, type Tell } from "../src/lab/protocol";

/** A worker that says what it is told to. */
class FakeWorker {
  static last: FakeWorker;
  onmessage: (e: { data: Tell }) => void = () => {};
  ended = false;

  constructor() {
    FakeWorker.last = this;
  }

  readonly posted: { message: Ask | Begin; transfer: ArrayBuffer[] | undefined }[] = [];

  postMessage(message: Ask | Begin, transfer?: ArrayBuffer[]): void {
    this.posted.push({ message, transfer });
  }

  terminate(): void {
    this.ended = true;
  }
}
(globalThis as unknown as { Worker: typeof FakeWorker }).Worker = FakeWorker;

function started(): { lab: Lab; tell(t: Tell): void } {
  const lab = new Lab();
  lab.start();
  const worker = FakeWorker.last;
  return { lab, tell: (data) => worker.onmessage({ data }) };
}

/** Returns what a promise is rejected for. */
const reason = (p: Promise<unknown>) => p.then(() => "nothing", (e: unknown) => e);

test("answers find their requests, steps before them", async () => {
  const { lab, tell } = started();
  const steps: number[] = [];
  const [first, second] = [lab.ask("describe", {}), lab.ask("cancel", {}, undefined, (s) => steps.push(s.value.step))];
  tell({ kind: "step", id: 2, json: '{"step":7}', pixels: null });
  tell({ kind: "answer", id: 2, json: "{}", pixels: null });
  tell({ kind: "answer", id: 1, json: '{"viewSize":224}', pixels: null });
  assert.deepEqual((await second).value, {});
  assert.equal((await first).value.viewSize, 224);
  assert.deepEqual(steps, [7]);
});

test("files go with the data, and are handed over", () => {
  const { lab } = started();
  const data = new ArrayBuffer(3);
  const files = [{ name: "model.onnx.data", data: new ArrayBuffer(5) }];
  void lab.ask("network", { classes: [], preprocessing: null, output: "" }, data, undefined, files);
  const { message, transfer } = FakeWorker.last.posted[1]!;
  assert.deepEqual((message as Ask).files, files);
  assert.deepEqual(transfer, [data, files[0]!.data]);
  void lab.ask("describe", {});
  assert.ok(!("files" in FakeWorker.last.posted[2]!.message));
});

test("what the lab refuses is its own error", async () => {
  const { lab, tell } = started();
  const asked = lab.ask("describe", {});
  tell({ kind: "error", id: 1, message: "Not now." });
  const e = await reason(asked);
  assert.ok(e instanceof LabError && e.message === "Not now.", String(e));
});

test("a dead lab says so in one sentence, everywhere, and blames no request", async () => {
  const { lab, tell } = started();
  const why = "Steady has stopped: out of memory. Reload the page to start it again.";
  const said: string[] = [];
  lab.ondead = (text) => said.push(text);
  const open = lab.ask("describe", {});
  tell({ kind: "dead", reason: "out of memory" });
  for (const asked of [open, lab.ask("describe", {})]) {
    const e = await reason(asked);
    assert.ok(e instanceof Error && !(e instanceof LabError) && e.message === why, String(e));
  }
  lab.end();
  assert.deepEqual(said, [why]);
  assert.ok(FakeWorker.last.ended);
});
