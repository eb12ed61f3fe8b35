// The lab's worker: loads the WebAssembly of wasm/lab and passes messages between it and the page.

import { UserError } from "./error";
import { openGPU } from "./gpu";
import { type Begin, failure, loadProgram } from "./program";
import type { Ask, Connect, StageAsk, Tell } from "./protocol";
import { StagePort } from "./stageport";

declare const Go: new () => { importObject: WebAssembly.Imports; run(i: WebAssembly.Instance): Promise<void> };

// The part of a dedicated worker's scope that is used here (TypeScript's own types for it clash with the page's).
interface Scope {
  importScripts(url: string): void;
  postMessage(message: Tell, transfer?: Transferable[]): void;
  onmessage: ((e: MessageEvent<Ask | Begin | Connect>) => void) | null;
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
scope.importScripts("wasm_exec.js"); // which sets Go, while the page loads the program

scope.steadyGPU = openGPU;

/** Passes requests to the lab, and holds those back that come before it is ready. */
class Requests {
  private early: (Ask | StageAsk)[] | null = [];

  take(ask: Ask | StageAsk): void {
    if (this.early) this.early.push(ask);
    else this.pass(ask);
  }

  ready(): void {
    const asks = this.early ?? [];
    this.early = null;
    asks.forEach((a) => this.pass(a));
  }

  private pass(ask: Ask | StageAsk): void {
    const { id, op, args, data } = ask;
    const files = "files" in ask ? (ask.files ?? []) : [];
    const further = files.map((f) => ({ name: f.name, data: new Uint8Array(f.data) }));
    scope.steadyAsk!(id, op, args, data ? new Uint8Array(data) : null, further);
  }
}
const requests = new Requests();

scope.onmessage = (e) => {
  if ("module" in e.data) start(e.data.module).catch(die);
  else if ("port" in e.data) stage.connect(e.data.port);
  else requests.take(e.data);
};
scope.onmessageerror = () => die(new UserError("the browser did not pass its compiled code on"));

const stage = new StagePort((ask) => requests.take(ask));

function die(e: unknown): void {
  scope.postMessage({ kind: "dead", reason: failure(e) });
}

scope.steadyTell = (kind, id, text, pixels) => {
  const asked = id < 0 ? stage.answered(id) : { port: scope, id };
  if (!asked) return;
  if (kind === "error") asked.port.postMessage({ kind, id: asked.id, message: text } satisfies Tell);
  else asked.port.postMessage({ kind, id: asked.id, json: text, pixels } satisfies Tell, pixels ? [pixels.buffer] : []);
};

scope.steadyReady = () => {
  scope.postMessage({ kind: "ready" });
  requests.ready();
};

async function start(module: WebAssembly.Module | null): Promise<void> {
  const go = new Go();
  const instance = await WebAssembly.instantiate(module ?? (await loadProgram("lab.wasm")), go.importObject);
  await go.run(instance); // returns only when the lab has crashed
  throw new UserError("it ended by itself, perhaps because memory ran out");
}
