// The page's side of a worker that evaluates: each operation is a promise.

import { UserError } from "../lab/error";
import { LabError, type NamedFile } from "../lab/protocol";
import { type Begin, beginWith, failure } from "../lab/program";
import type { Ask, Op, Operations, Tell } from "./protocol";

declare const EVALUATOR_BYTES: number; // size of evaluator.wasm, set by the build

export interface Answer<T> {
  value: T;
  bytes: Uint8Array<ArrayBuffer>;
}

interface Request {
  resolve(a: Answer<unknown>): void;
  reject(e: Error): void;
  step: (step: unknown) => void;
}

/** What goes with an operation. */
export interface Extras {
  data?: ArrayBuffer;
  files?: NamedFile[];
  blobs?: Blob[];
  step?: (step: never) => void;
}

const none = new Uint8Array(0);

export class Evaluator {
  onloading: (loaded: number, total: number) => void = () => {};
  /** What the worker runs, once it is compiled, or null if the browser cannot post it. */
  readonly compiled: Promise<WebAssembly.Module | null>;
  /** Why the worker is dead, in a sentence; empty while it lives. */
  dead = "";

  private readonly worker = new Worker("evaluator.js");
  private readonly open = new Map<number, Request>();
  private last = 0;

  /** Starts a worker, with the module of another one, or else with one that is loaded and compiled while the worker begins. */
  constructor(module: WebAssembly.Module | null = null) {
    this.compiled = module ? Promise.resolve(module) : this.load();
    this.worker.onmessage = (e: MessageEvent<Tell>) => this.receive(e.data);
    this.worker.onerror = () => this.die("its code could not be loaded or broke off");
    if (module) this.worker.postMessage({ module } satisfies Begin);
  }

  private async load(): Promise<WebAssembly.Module | null> {
    try {
      return await beginWith(this.worker, "evaluator.wasm", EVALUATOR_BYTES, (loaded, total) => this.onloading(loaded, total));
    } catch (e) {
      this.die(failure(e));
      return null;
    }
  }

  /** Ends the worker; open requests are rejected. */
  end(): void {
    this.die("it was ended");
  }

  ask<O extends Op>(op: O, args: Operations[O]["args"], extras: Extras = {}): Promise<Answer<Operations[O]["answer"]>> {
    if (this.dead) return Promise.reject(new UserError(this.dead));
    const id = ++this.last;
    const { data, files, blobs, step } = extras;
    return new Promise((resolve, reject) => {
      const ask: Ask = { id, op, args: JSON.stringify(args), ...(data && { data }), ...(files && { files }), ...(blobs && { blobs }) };
      this.worker.postMessage(ask, [...(data ? [data] : []), ...(files ?? []).map((f) => f.data)]); // throws where data was handed over before
      this.open.set(id, { resolve: resolve as Request["resolve"], reject, step: (step as Request["step"]) ?? (() => {}) });
    });
  }

  private receive(t: Tell): void {
    if (t.kind === "dead") return this.die(t.reason);
    const open = this.open.get(t.id);
    if (!open) return;
    if (t.kind === "step") return open.step(JSON.parse(t.json));
    this.open.delete(t.id);
    if (t.kind === "error") open.reject(new LabError(t.message));
    else open.resolve({ value: JSON.parse(t.json) as unknown, bytes: t.bytes ?? none });
  }

  private die(reason: string): void {
    if (this.dead) return;
    this.dead = `Steady has stopped: ${reason}. Reload the page to go on.`;
    this.worker.terminate();
    for (const o of this.open.values()) o.reject(new UserError(this.dead));
    this.open.clear();
  }
}
