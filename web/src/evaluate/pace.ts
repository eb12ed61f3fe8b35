// How fast a run is, and how long what is left will take.

import type { Plan } from "./protocol";

/** About how many times the work of a forward pass an attack takes, until one of its kind has been timed. */
const passes: Readonly<Record<string, number>> = { fgsm: 4, pgd: 120, autoattack: 3000, spatial: 200 };
const usual = 100;

export class Pace {
  private begun = 0; // ms
  private first = -1; // images that were done then
  private readonly timed = new Map<string, { images: number; seconds: number }>(); // by attack, "" for none

  constructor(
    private readonly plan: Pick<Plan, "perturbations">,
    private readonly now: () => number = () => performance.now(),
  ) {}

  begin(): void {
    this.begun = this.now();
    this.first = -1;
  }

  /** Notes how long a worker took for images. */
  took(perturbation: number, images: number, seconds: number): void {
    const t = this.timed.get(this.kind(perturbation)) ?? { images: 0, seconds: 0 };
    this.timed.set(this.kind(perturbation), { images: t.images + images, seconds: t.seconds + seconds });
  }

  /** Images a second since the run began or went on; 0 at first. */
  perSecond(done: number): number {
    if (this.first < 0) this.first = done;
    const seconds = (this.now() - this.begun) / 1e3;
    return seconds > 0.5 ? (done - this.first) / seconds : 0;
  }

  /** Seconds that so many workers will take for images; NaN before anything was timed. */
  left(images: readonly { perturbation: number; images: number }[], workers: number): number {
    const plain = this.plainSeconds();
    let sum = 0;
    for (const i of images) {
      const kind = this.kind(i.perturbation);
      const t = this.timed.get(kind);
      sum += i.images * (t ? t.seconds / t.images : plain * work(kind));
    }
    return sum / workers;
  }

  /** Seconds of an image that is not attacked. */
  private plainSeconds(): number {
    for (const [kind, t] of [...this.timed].sort(([a], [b]) => a.length - b.length)) return t.seconds / t.images / work(kind);
    return NaN;
  }

  private kind(perturbation: number): string {
    return this.plan.perturbations[perturbation]!.attack;
  }
}

function work(kind: string): number {
  return kind ? (passes[kind] ?? usual) : 1;
}
