// Labs beside the first one, for work that comes in batches. They start when there is some, and end after a rest: each
// has the memory of a whole lab.

import type { Lab } from "./lab";

const most = 4;

interface Picture {
  data: ArrayBuffer;
  size: { width: number; height: number };
}

export class Pool {
  private picture: Picture | null = null;
  private extras: Lab[] = []; // the dead ones too: what they died of would befall others in their place
  private readonly able = new Set<Lab>(); // extras that have the picture
  private readonly coming = new Map<Lab, Promise<void>>(); // extras that were given one
  private resting: ReturnType<typeof setTimeout> | undefined;

  /** The first lab does other things; it takes work only where there are no others, which make makes for each core. */
  constructor(
    private readonly first: Lab,
    private readonly make: () => Lab,
    private readonly cores: number,
    private readonly rest = 60_000, // ms
  ) {}

  /** Keeps the picture that the first lab has for those to come: a file, or RGBA pixels when there is a size. */
  keep(data: ArrayBuffer, size: Picture["size"]): void {
    this.picture = { data, size };
    this.able.clear();
  }

  /**
   * Shares work out until there is none. begin has a lab that is free start on the next piece, if there is one; a
   * piece that is lost because its lab died must be there for begin again.
   */
  async share(begin: (lab: Lab) => Promise<void> | undefined): Promise<void> {
    clearTimeout(this.resting);
    const busy = new Map<Lab, Promise<void>>();
    try {
      for (;;) {
        this.gather();
        const labs = this.able.size + this.coming.size > 0 ? [...this.able] : [this.first];
        for (const lab of labs) {
          if (busy.has(lab)) continue;
          const piece = begin(lab);
          if (!piece) break;
          busy.set(lab, this.outlive(lab, piece).finally(() => busy.delete(lab)));
        }
        if (labs.length > 0 && busy.size === 0) return;
        await Promise.race([...busy.values(), ...this.coming.values()]);
      }
    } finally {
      await Promise.allSettled(busy.values());
      this.resting = setTimeout(() => this.end(), this.rest);
    }
  }

  /** Sees to it that there are extras, and that they have the picture. */
  private gather(): void {
    const { module } = this.first;
    if (this.extras.length === 0 && module) {
      this.extras = Array.from({ length: Math.min(Math.max(this.cores - 1, 1), most) }, this.make);
      for (const lab of this.extras) lab.start(module);
    }
    const picture = this.picture;
    if (!picture) return;
    for (const lab of this.extras) {
      if (this.able.has(lab) || this.coming.has(lab) || lab.dead) continue;
      const given = lab
        .ask("picture", picture.size, picture.data.slice(0))
        .then(
          () => void (picture === this.picture && this.able.add(lab)),
          () => lab.end(), // it is of no use
        )
        .finally(() => this.coming.delete(lab));
      this.coming.set(lab, given);
    }
  }

  /** Waits for a piece of work. That an extra died of it is no error: another lab does it. */
  private async outlive(lab: Lab, piece: Promise<void>): Promise<void> {
    try {
      await piece;
    } catch (e) {
      this.able.delete(lab); // after an error its picture may be gone
      if (lab === this.first || !lab.dead) throw e;
    }
  }

  private end(): void {
    for (const lab of this.extras) lab.end();
    this.extras = [];
    this.able.clear();
  }
}
