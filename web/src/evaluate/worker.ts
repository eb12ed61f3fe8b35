// A worker of the page that evaluates: loads the WebAssembly of wasm/evaluator and passes messages between it and the page.

import { UserError } from "../lab/error";
import { type Begin, failure, loadProgram } from "../lab/program";
import type { Ask, Tell } from "./protocol";

declare const Go: new () => { importObject: WebAssembly.Imports; run(i: WebAssembly.Instance): Promise<void> };

// The part of a dedicated worker's scope that is used here (TypeScript's own types for it clash with the page's).
interface Scope {
  importScripts(url: string): void;
  postMessage(message: Tell, transfer?: Transferable[]): void;
  onmessage: ((e: MessageEvent<Ask | Begin>) => void) | null;
  onmessageerror: (() => void) | null;
  /** Set by Go: accepts one request. */
  steadyAsk?: (id: number, op: string, args: string, data: Uint8Array | null, files: { name: string; data: Uint8Array }[]) => void;
  /** Called by Go: posts one answer. */
  steadyTell?: (kind: "answer" | "step" | "error", id: number, text: string, bytes: Uint8Array<ArrayBuffer> | null) => void;
  /** Called by Go once it listens. */
  steadyReady?: () => void;
  /** Called by Go for a part of a file of the user. */
  steadyRead?: (file: number, at: number, length: number) => Uint8Array;
}
declare const FileReaderSync: new () => { readAsArrayBuffer(b: Blob): ArrayBuffer };

const scope = self as unknown as Scope;
scope.importScripts("wasm_exec.js"); // which sets Go, while the page loads the program

/** Passes requests on, and holds those back that come before there is somebody to take them. */
class Requests {
  private early: Ask[] | null = [];
  private blobs: Blob[] = [];

  take(ask: Ask): void {
    if (this.early) this.early.push(ask);
    else this.pass(ask);
  }

  ready(): void {
    const asks = this.early ?? [];
    this.early = null;
    asks.forEach((a) => this.pass(a));
  }

  read(file: number, at: number, length: number): Uint8Array {
    return new Uint8Array(new FileReaderSync().readAsArrayBuffer(this.blobs[file]!.slice(at, at + length)));
  }

  private pass({ id, op, args, data, files = [], blobs }: Ask): void {
    if (blobs) this.blobs = blobs;
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
scope.steadyRead = (file, at, length) => requests.read(file, at, length);

function die(e: unknown): void {
  scope.postMessage({ kind: "dead", reason: failure(e) });
}

scope.steadyTell = (kind, id, text, bytes) => {
  if (kind === "error") scope.postMessage({ kind, id, message: text });
  else if (kind === "step") scope.postMessage({ kind, id, json: text });
  else scope.postMessage({ kind, id, json: text, bytes }, bytes ? [bytes.buffer] : []);
};

scope.steadyReady = () => requests.ready();

async function start(module: WebAssembly.Module | null): Promise<void> {
  const go = new Go();
  const instance = await WebAssembly.instantiate(module ?? (await loadProgram("evaluator.wasm")), go.importObject);
  await go.run(instance); // returns only when it has crashed
  throw new UserError("it ended by itself, perhaps because memory ran out");
}
