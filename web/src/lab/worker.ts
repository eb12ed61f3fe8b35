// The lab's worker: loads the WebAssembly of wasm/lab and passes messages between it and the page.

import { UserError } from "./error";
import { openGPU } from "./gpu";
import type { Ask, Begin, Tell } from "./protocol";

declare const LAB_BYTES: number; // size of lab.wasm, set by the build
declare const Go: new () => { importObject: WebAssembly.Imports; run(i: WebAssembly.Instance): Promise<void> };

// The part of a dedicated worker's scope that is used here (TypeScript's own types for it clash with the page's).
interface Scope {
  name: string; // the first worker is to load the lab
  importScripts(url: string): void;
  postMessage(message: Tell, transfer?: Transferable[]): void;
  onmessage: ((e: MessageEvent<Ask | Begin>) => void) | null;
  onmessageerror: (() => void) | null;
  /** Set by Go: accepts one request. */
  steadyAsk?: (id: number, op: string, args: string, data: Uint8Array | null, files: { name: string; data: Uint8Array }[]) => void;
  /** Called by Go: posts one answer. */
  steadyTell?: (kind: "answer" | "step" | "error", id: number, text: string, pixels: Uint8ClampedArray<ArrayBuffer> | null) => void;
  /** Called by Go once it listens. */
  steadyReady?: () => void;
  /** Called by Go to open a GPU. */
  steadyGPU?: typeof openGPU;
}
const scope = self as unknown as Scope;

/** The first worker asks for the lab before anything else. */
const response = scope.name === "further" ? null : fetch("lab.wasm").catch(() => null);

scope.steadyGPU = openGPU;

/** Passes requests to the lab, and holds those back that come before it is ready. */
class Requests {
  private early: Ask[] | null = [];

  take(ask: Ask): void {
    if (this.early) this.early.push(ask);
    else this.pass(ask);
  }

  ready(): void {
    const asks = this.early ?? [];
    this.early = null;
    asks.forEach((a) => this.pass(a));
  }

  private pass({ id, op, args, data, files = [] }: Ask): void {
    const further = files.map((f) => ({ name: f.name, data: new Uint8Array(f.data) }));
    scope.steadyAsk!(id, op, args, data ? new Uint8Array(data) : null, further);
  }
}
const requests = new Requests();

scope.onmessage = (e) => {
  if ("module" in e.data) start(e.data.module).catch(die);
  else requests.take(e.data);
};
scope.onmessageerror = () => die(new UserError("the browser did not pass its compiled code on"));

function die(e: unknown): void {
  if (!(e instanceof UserError)) console.info("lab:", e); // a browser's words
  scope.postMessage({ kind: "dead", reason: e instanceof UserError ? e.message : "this browser could not start it" });
}

scope.steadyTell = (kind, id, text, pixels) => {
  if (kind === "error") scope.postMessage({ kind, id, message: text });
  else scope.postMessage({ kind, id, json: text, pixels }, pixels ? [pixels.buffer] : []);
};

scope.steadyReady = () => {
  scope.postMessage({ kind: "ready" });
  requests.ready();
};

/** Reports how many bytes have been loaded. */
async function count(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  let loaded = 0;
  let reported = 0;
  const reader = body.getReader();
  for (let r = await reader.read(); !r.done; r = await reader.read()) {
    loaded += r.value.byteLength;
    if (loaded - reported < LAB_BYTES / 50 && loaded < LAB_BYTES) continue;
    reported = loaded;
    scope.postMessage({ kind: "loading", loaded, total: LAB_BYTES });
  }
}

async function load(): Promise<WebAssembly.Module> {
  const r = await response;
  if (!r?.ok || !r.body) {
    throw new UserError(`lab.wasm could not be loaded (${r ? `the server says ${r.status} ${r.statusText}` : "the server does not answer"})`);
  }
  count(r.clone().body!).catch(() => {}); // compileStreaming says what is wrong
  // The response itself, so that browsers can keep what they compile. One of our own compiles while it loads even where the server
  // does not know the media type of wasm.
  const known = r.headers.get("Content-Type") === "application/wasm";
  const module = await WebAssembly.compileStreaming(known ? r : new Response(r.body, { headers: { "Content-Type": "application/wasm" } }));
  try {
    scope.postMessage({ kind: "compiled", module });
  } catch {
    // A browser that does not post modules: this worker stays the only one.
  }
  return module;
}

async function start(module: WebAssembly.Module | null): Promise<void> {
  scope.importScripts("wasm_exec.js");
  const go = new Go();
  const instance = await WebAssembly.instantiate(module ?? (await load()), go.importObject);
  await go.run(instance); // returns only when the lab has crashed
  throw new UserError("it ended by itself, perhaps because memory ran out");
}
