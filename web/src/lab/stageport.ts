import type { StageAsk } from "./protocol";

/**
 * The stage in the worker, if there is one. Its requests have numbers here that no other stage's have had: an answer to one that
 * has been left is lost.
 */
export class StagePort {
  private port: MessagePort | null = null;
  private readonly asked = new Map<number, { port: MessagePort; id: number }>();
  private last = 0;

  /** The requests are passed on to ask. */
  constructor(private readonly ask: (ask: StageAsk) => void) {}

  /** Takes requests of another stage from now on, or, with null, of none. */
  connect(port: MessagePort | null): void {
    if (this.port) this.ask({ id: --this.last, op: "offstage", args: "" });
    this.port?.close();
    this.port = port;
    if (port) port.onmessage = (e: MessageEvent<StageAsk>) => this.take(port, e.data);
  }

  private take(port: MessagePort, ask: StageAsk): void {
    this.asked.set(--this.last, { port, id: ask.id });
    this.ask({ ...ask, id: this.last });
  }

  /** Returns whose request it was, and the number that it has there. */
  answered(number: number): { port: MessagePort; id: number } | undefined {
    const asked = this.asked.get(number);
    this.asked.delete(number);
    return asked;
  }
}
