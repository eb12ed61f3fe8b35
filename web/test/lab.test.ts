import assert from "node:assert/strict";
import test from "node:test";

import { Lab } from "../src/lab/lab";
import type { Begin } from "../src/lab/program";
import { type Ask, LabError, type Tell } from "../src/lab/protocol";

/** A worker that says what it is told to. */
class FakeWorker {
  static last: FakeWorker;
  onmessage: (e: { data: Tell }) => void = () => {};
  ended = false;

  constructor() {
    FakeWorker.last = this;
  }

  readonly posted: { message: Ask | Begin; transfer: ArrayBuffer[] | undefined }[] = [];
  static takesModules = true;

  postMessage(message: Ask | Begin, transfer?: ArrayBuffer[]): void {
    if ("module" in message && message.module && !FakeWorker.takesModules) throw new DOMException("no modules", "DataCloneError");
    this.posted.push({ message, transfer });
  }

  terminate(): void {
    this.ended = true;
  }
}
(globalThis as unknown as { Worker: typeof FakeWorker }).Worker = FakeWorker;

const program = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

/** Starts a lab that loads its program; answer is what the server says. */
async function loading(answer: Response | null): Promise<Lab> {
  Object.assign(globalThis, { LAB_BYTES: 8, fetch: () => (answer ? Promise.resolve(answer) : Promise.reject(new TypeError("Failed to fetch"))) });
  const lab = new Lab();
  lab.start();
  for (let i = 0; i < 100 && !lab.dead && FakeWorker.last.posted.length === 0; i++) await new Promise((go) => setTimeout(go, 1));
  return lab;
}

/** The program as a server sends it. */
const file = () => new Response(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), { headers: { "Content-Type": "application/wasm" } });

/** An answer of which only the beginning comes. */
function broken(): Response {
  const body = new ReadableStream({
    start(c) {
      c.enqueue(Uint8Array.of(0, 0x61, 0x73));
      setTimeout(() => c.error(new TypeError("network error")), 5);
    },
  });
  return new Response(body, { headers: { "Content-Type": "application/wasm" } });
}

function started(): { lab: Lab; tell(t: Tell): void } {
  const lab = new Lab();
  lab.start(program);
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

test("a worker begins with the program that the page has compiled, and so do further ones", async () => {
  const lab = await loading(file());
  const { module } = FakeWorker.last.posted[0]!.message as Begin;
  assert.ok(module instanceof WebAssembly.Module);
  assert.equal(lab.module, module);
});

test("where modules are not posted, the worker compiles its own", async () => {
  FakeWorker.takesModules = false;
  const lab = await loading(file()).finally(() => (FakeWorker.takesModules = true));
  assert.deepEqual(FakeWorker.last.posted[0]!.message, { module: null });
  assert.equal(lab.module, null);
});

test("a program that does not come is said in a sentence", async () => {
  for (const [answer, why] of [
    [null, "lab.wasm could not be loaded (the server does not answer)"],
    [new Response("", { status: 404, statusText: "Not Found" }), "lab.wasm could not be loaded (the server says 404 Not Found)"],
    [broken(), "lab.wasm could not be loaded (the connection broke off)"],
    [new Response("<p>Sign in", { headers: { "Content-Type": "text/html" } }), "this browser could not start it"],
  ] as const) {
    assert.equal((await loading(answer)).dead, `Steady has stopped: ${why}. Reload the page to start it again.`);
  }
});

test("a request that cannot be posted is rejected, and is not open", async () => {
  const { lab } = started();
  FakeWorker.last.postMessage = () => {
    throw new DOMException("detached", "DataCloneError");
  };
  assert.match(String(await reason(lab.ask("describe", {}))), /detached/);
  assert.equal((lab as unknown as { open: Map<number, unknown> }).open.size, 0);
});
