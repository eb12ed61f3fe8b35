// The page's side of the lab: each operation is a promise.

import { UserError } from "./error";
import { type Begin, beginWith, failure } from "./program";
import { type Ask, type Connect, LabError, type NamedFile, type Op, type Operations, type Step, type Tell } from "./protocol";

/** An answer, and the pixels of its images. */
export interface Answer<T> {
  value: T;
  pixels: Uint8ClampedArray<ArrayBuffer>;
}

interface Request {
  op: Op;
  resolve(a: Answer<unknown>): void;
  reject(e: Error): void;
  step?: (a: Answer<Step>) => void;
}

declare const LAB_BYTES: number; // size of lab.wasm, set by the build

const none = new Uint8ClampedArray(0);

export class Lab {
  onloading: (loaded: number, total: number) => void = () => {};
  onready: () => void = () => {};
  /** Called when the worker is dead and all open requests are rejected; why is a sentence. */
  ondead: (why: string) => void = () => {};
  /** What the worker runs, once it is compiled, and if the browser can post modules. */
  module: WebAssembly.Module | null = null;
  /** Why the worker is dead, in a sentence; empty while it lives. */
  dead = "";

  private worker: Worker | null = null;
  private lost: (why: string) => void = () => {};
  private readonly open = new Map<number, Request>();
  private last = 0;
  private readonly marked = new Set<string>();

  /** Starts the worker, with the module of another lab, or else with one that is loaded and compiled while the worker begins. */
  start(module: WebAssembly.Module | null = null): void {
    const worker = (this.worker = new Worker("worker.js"));
    worker.onmessage = (e: MessageEvent<Tell>) => this.receive(e.data);
    worker.onerror = () => this.die("its code could not be loaded or broke off");
    if (module) worker.postMessage({ module } satisfies Begin);
    else this.load(worker).catch((e: unknown) => this.die(failure(e)));
  }

  private async load(worker: Worker): Promise<void> {
    this.module = await beginWith(worker, "lab.wasm", LAB_BYTES, (loaded, total) => this.onloading(loaded, total));
    this.mark("compiled");
  }

  /**
   * Joins a port whose requests are answered beside those of the page; null when there is none any more. lost is told in a sentence if
   * there will be no answers.
   */
  connect(port: MessagePort | null, lost: (why: string) => void = () => {}): void {
    this.lost = lost;
    if (this.dead) return lost(this.dead);
    this.worker?.postMessage({ port } satisfies Connect, port ? [port] : []);
  }

  /** Ends the worker; open requests are rejected. */
  end(): void {
    this.die("it was ended");
  }

  /** Requests an operation. data, and that of the files with it, is transferred to the worker and no longer usable here. */
  ask<O extends Op>(
    op: O,
    args: Operations[O]["args"],
    data?: ArrayBuffer,
    step?: (a: Answer<Step>) => void,
    files: NamedFile[] = [],
  ): Promise<Answer<Operations[O]["answer"]>> {
    const worker = this.worker;
    if (this.dead || !worker) return Promise.reject(new UserError(this.dead || "Steady has not been started."));
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      const ask: Ask = { id, op, args: JSON.stringify(args), ...(data && { data }), ...(files.length > 0 && { files }) };
      worker.postMessage(ask, [...(data ? [data] : []), ...files.map((f) => f.data)]); // throws where data was handed over before
      this.open.set(id, { op, resolve: resolve as Request["resolve"], reject, ...(step && { step }) });
    });
  }

  private receive(t: Tell): void {
    switch (t.kind) {
      case "ready":
        this.mark("ready");
        return this.onready();
      case "dead":
        return this.die(t.reason);
    }
    const open = this.open.get(t.id);
    if (!open) return;
    if (t.kind === "step") return open.step?.({ value: JSON.parse(t.json) as Step, pixels: t.pixels ?? none });
    this.open.delete(t.id);
    this.mark(open.op);
    if (t.kind === "error") open.reject(new LabError(t.message));
    else open.resolve({ value: JSON.parse(t.json) as unknown, pixels: t.pixels ?? none });
  }

  /** Notes when something came for the first time, in the page's performance timeline: where loading spends its time. */
  private mark(what: string): void {
    if (this.marked.has(what)) return;
    this.marked.add(what);
    performance.mark(`lab: ${what}`);
  }

  private die(reason: string): void {
    if (this.dead) return;
    this.dead = `Steady has stopped: ${reason}. Reload the page to start it again.`;
    this.worker?.terminate();
    for (const o of this.open.values()) o.reject(new UserError(this.dead));
    this.open.clear();
    this.ondead(this.dead);
    this.lost(this.dead);
  }
}
