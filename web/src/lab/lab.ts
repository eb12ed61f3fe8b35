// The page's end of the lab: each operation is a promise.

import { type Begin, LabError, type Op, type Operations, type Step, type Tell } from "./protocol";

/** An answer and the pixels that its images lie in. */
export interface Answer<T> {
  value: T;
  pixels: Uint8ClampedArray<ArrayBuffer>;
}

interface Open {
  resolve(a: Answer<unknown>): void;
  reject(e: Error): void;
  step?: (a: Answer<Step>) => void;
}

const none = new Uint8ClampedArray(0);

export class Lab {
  onloading: (loaded: number, total: number) => void = () => {};
  onready: () => void = () => {};
  /** The worker is beyond help; everything open has been refused. */
  ondead: (reason: string) => void = () => {};
  /** What the worker runs, once it is compiled and where the browser hands it out. */
  module: WebAssembly.Module | null = null;
  /** Why the worker is beyond help; empty while it is not. */
  dead = "";

  private worker: Worker | null = null;
  private readonly open = new Map<number, Open>();
  private last = 0;

  /** Starts the worker, with a module that another has compiled if there is one. */
  start(module: WebAssembly.Module | null = null): void {
    this.worker = new Worker("worker.js");
    this.worker.onmessage = (e: MessageEvent<Tell>) => this.hear(e.data);
    this.worker.onerror = (e) => this.die(e.message || "its code could not be loaded");
    this.worker.postMessage({ module } satisfies Begin);
  }

  /** Ends the worker; what is open is refused. */
  end(): void {
    this.die("it has been ended");
  }

  /** Asks for an operation. data is handed over to the worker and no longer usable here. */
  ask<O extends Op>(op: O, args: Operations[O]["args"], data?: ArrayBuffer, step?: (a: Answer<Step>) => void): Promise<Answer<Operations[O]["answer"]>> {
    const worker = this.worker;
    if (this.dead || !worker) return Promise.reject(new LabError(this.dead || "the lab is not running"));
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve: resolve as Open["resolve"], reject, ...(step && { step }) });
      worker.postMessage({ id, op, args: JSON.stringify(args), data }, data ? [data] : []);
    });
  }

  private hear(t: Tell): void {
    switch (t.kind) {
      case "loading":
        return this.onloading(t.loaded, t.total);
      case "compiled":
        this.module = t.module;
        return;
      case "ready":
        return this.onready();
      case "dead":
        return this.die(t.reason);
    }
    const open = this.open.get(t.id);
    if (!open) return;
    if (t.kind === "step") return open.step?.({ value: JSON.parse(t.json) as Step, pixels: t.pixels ?? none });
    this.open.delete(t.id);
    if (t.kind === "error") open.reject(new LabError(t.message));
    else open.resolve({ value: JSON.parse(t.json) as unknown, pixels: t.pixels ?? none });
  }

  private die(reason: string): void {
    if (this.dead) return;
    this.dead = reason;
    this.worker?.terminate();
    for (const o of this.open.values()) o.reject(new LabError(reason));
    this.open.clear();
    this.ondead(reason);
  }
}
