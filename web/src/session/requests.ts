// What is chosen takes time to come: of each kind only the latest choice counts.

import { Signal } from "./signal";

export type Kind = "picture" | "network" | "second" | "corruption" | "backend" | "inspection";

/** Something chosen: it is loaded, and then used. */
export interface Choice<T> {
  kind: Kind;
  says: string; // what to wait for: "Opening cat.jpg"
  unasked?: boolean; // the page makes the choice, not its visitor
  load(): Promise<T>;
  use(loaded: T): Promise<void>;
  drop?(loaded: T): void; // releases what was loaded in vain
}

const patience = 200; // ms: what takes no longer is not said

export class Requests {
  /** Something has been chosen, by the visitor or by the page. */
  readonly began = new Signal<Kind>();
  /** The visitor has chosen something: notices and errors of what was before are cleared. */
  readonly asked = new Signal<Kind>();
  /** What is being waited for; nothing when that is over. */
  readonly waiting = new Signal<{ kind: Kind; says: string }>();
  /** Waits until what was loaded may be used. */
  hold: () => Promise<void> = async () => {};

  private readonly latest = new Map<Kind, object>(); // the choices under way
  private quieted: (() => void)[] = [];

  /** Reports whether a choice of a kind is under way. */
  open(kind: Kind): boolean {
    return this.latest.has(kind);
  }

  /** Reports whether the choice was used: if another of its kind is made while it loads, it is not, and its errors are dropped. */
  async choose<T>({ kind, says, unasked, load, use, drop }: Choice<T>): Promise<boolean> {
    const turn = {};
    this.latest.set(kind, turn);
    const current = () => this.latest.get(kind) === turn;
    this.began.send(kind);
    if (!unasked) this.asked.send(kind);
    const timer = setTimeout(() => current() && this.waiting.send({ kind, says }), patience);
    try {
      const loaded = await load();
      await this.hold();
      if (!current()) {
        drop?.(loaded);
        return false;
      }
      await use(loaded);
      return true;
    } catch (e) {
      if (current()) throw e;
      return false;
    } finally {
      clearTimeout(timer);
      if (current()) this.end(kind);
    }
  }

  /** Gives up what is being loaded. */
  forget(kind: Kind): void {
    if (this.open(kind)) this.end(kind);
  }

  /** Waits until no choice is under way. */
  async quiet(): Promise<void> {
    while (this.latest.size > 0) await new Promise<void>((done) => this.quieted.push(done));
  }

  private end(kind: Kind): void {
    this.latest.delete(kind);
    this.waiting.send({ kind, says: "" });
    if (this.latest.size > 0) return;
    for (const done of this.quieted.splice(0)) done();
  }
}
