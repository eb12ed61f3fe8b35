// Further labs beside the first one, for work that comes in batches. They start when there is some and end when idle,
// since each has the memory of a whole lab.

import type { Lab } from "./lab";

const maxExtras = 4;

interface Given {
  data: ArrayBuffer;
  size: { width: number; height: number };
}

export class Pool {
  private image: Given | null = null;
  private extras: Lab[] = []; // dead ones too: others in their place would die of the same
  private readonly ready = new Set<Lab>(); // extras that have the image
  private readonly loading = new Map<Lab, Promise<void>>(); // extras that are being given it
  private idleTimer: ReturnType<typeof setTimeout> | undefined;

  /** first takes work only if there are no others: make creates these, one less than there are cores, at least 1 and at most 4. */
  constructor(
    private readonly first: Lab,
    private readonly make: () => Lab,
    private readonly cores: number,
    private readonly idleTime = 60_000, // ms
  ) {}

  /** Keeps a copy of the first lab's image for the others: a file, or RGBA pixels when there is a size. */
  keep(data: ArrayBuffer, size: Given["size"]): void {
    this.image = { data, size };
    this.ready.clear();
  }

  /**
   * Distributes work until there is none. begin starts the next piece, if any, on an idle lab; if a lab dies, begin
   * must offer its piece again.
   */
  async share(begin: (lab: Lab) => Promise<void> | undefined): Promise<void> {
    clearTimeout(this.idleTimer);
    const busy = new Map<Lab, Promise<void>>();
    try {
      for (;;) {
        this.prepare();
        const labs = this.ready.size + this.loading.size > 0 ? [...this.ready] : [this.first];
        for (const lab of labs) {
          if (busy.has(lab)) continue;
          const piece = begin(lab);
          if (!piece) break;
          busy.set(lab, this.finish(lab, piece).finally(() => busy.delete(lab)));
        }
        if (labs.length > 0 && busy.size === 0) return;
        await Promise.race([...busy.values(), ...this.loading.values()]);
      }
    } finally {
      await Promise.allSettled(busy.values());
      this.idleTimer = setTimeout(() => this.end(), this.idleTime);
    }
  }

  /** Starts the extras if there are none, and gives them the image. */
  private prepare(): void {
    const { module } = this.first;
    if (this.extras.length === 0 && module) {
      this.extras = Array.from({ length: Math.min(Math.max(this.cores - 1, 1), maxExtras) }, this.make);
      for (const lab of this.extras) lab.start(module);
    }
    const image = this.image;
    if (!image) return;
    for (const lab of this.extras) {
      if (this.ready.has(lab) || this.loading.has(lab) || lab.dead) continue;
      const given = lab
        .ask("image", image.size, image.data.slice(0))
        .then(
          () => void (image === this.image && this.ready.add(lab)),
          () => lab.end(), // of no use without the image
        )
        .finally(() => this.loading.delete(lab));
      this.loading.set(lab, given);
    }
  }

  /** Waits for a piece of work. The death of an extra is no error: another lab does the piece. */
  private async finish(lab: Lab, piece: Promise<void>): Promise<void> {
    try {
      await piece;
    } catch (e) {
      this.ready.delete(lab); // after an error its image may be gone
      if (lab === this.first || !lab.dead) throw e;
    }
  }

  private end(): void {
    for (const lab of this.extras) lab.end();
    this.extras = [];
    this.ready.clear();
  }
}
