// A run: slices given out to workers, and results kept as they come.

import { UserError } from "../lab/error";
import type { Evaluator } from "./evaluator";
import type { Kept } from "./kept";
import { Pace } from "./pace";
import type { Cell, Plan, TaskStep } from "./protocol";
import type { Setup } from "./setup";

export type State = "ready" | "running" | "pausing" | "paused" | "done";

/** Images that networks have answered; one counts once for each network and perturbation. */
export interface Progress {
  done: number;
  images: number;
  perSecond: number;
  secondsLeft: number;
  current: string;
}

interface Piece {
  task: number;
  networks: number[]; // without a result
}

/** What the workers' time went into, in seconds. */
export interface Times {
  all: number;
  networks: number;
}

export class Run {
  onstate: (state: State) => void = () => {};
  onprogress: (p: Progress) => void = () => {};
  oncells: (cells: Cell[]) => void = () => {};
  state: State = "ready";
  readonly times: Times = { all: 0, networks: 0 };

  private readonly pieces: Piece[] = [];
  private workers: Evaluator[] = [];
  private done = 0;
  private images = 0;
  private readonly underWay = new Map<Evaluator, { done: number; task: number }>();
  private readonly pace: Pace;

  constructor(
    private readonly book: Evaluator,
    private readonly setup: Setup,
    readonly plan: Plan,
    private readonly kept: Kept,
    private readonly make: () => Promise<Evaluator>,
  ) {
    this.pace = new Pace(plan);
  }

  /** Takes the results that the browser has kept, and finds what is missing. Returns how many it has kept, but cannot be read. */
  async resume(): Promise<number> {
    const { tasks } = this.plan;
    const lines = await this.kept.lines(tasks.flatMap((t) => t.keys));
    const { value } = lines.length > 0 ? await this.book.ask("put", { lines }) : { value: { cells: [], taken: [], refused: [] } };
    if (value.cells.length > 0) this.oncells(value.cells);
    const there = new Set(value.taken);
    this.pieces.length = 0;
    this.done = this.images = 0;
    tasks.forEach((t, task) => {
      const networks = t.networks.filter((_, i) => !there.has(t.keys[i]!));
      this.images += t.images * t.networks.length;
      this.done += t.images * (t.networks.length - networks.length);
      if (networks.length > 0) this.pieces.push({ task, networks });
    });
    this.set(this.pieces.length === 0 ? "done" : "ready");
    this.report();
    return value.refused.length;
  }

  /** Runs until all is computed, or until it is paused. */
  async start(workers: number, args: Parameters<Evaluator["ask"]>[1]): Promise<void> {
    if (this.state === "running" || this.state === "done") return;
    this.set("running");
    this.pace.begin();
    try {
      await Promise.all(Array.from({ length: Math.min(workers, this.pieces.length) }, () => this.work(args)));
    } finally {
      this.endWorkers();
      this.set(this.pieces.length === 0 && this.underWay.size === 0 ? "done" : "paused");
      this.report();
    }
  }

  /** Lets workers finish their slices; the second time, ends them at once. */
  pause(): void {
    if (this.state === "pausing") this.endWorkers();
    else if (this.state === "running") this.set("pausing");
  }

  private endWorkers(): void {
    for (const w of this.workers) w.end();
    this.workers = [];
  }

  /** One worker's life. */
  private async work(args: Parameters<Evaluator["ask"]>[1]): Promise<void> {
    const worker = await this.make();
    this.workers.push(worker);
    try {
      await this.setup.copyTo(worker);
      await worker.ask("plan", args as never);
      let last = -1;
      for (let piece = this.next(last); piece && this.state === "running"; piece = this.next(last)) {
        last = this.plan.tasks[piece.task]!.first;
        await this.compute(worker, piece);
      }
    } catch (e) {
      if (!worker.dead || this.state !== "pausing") throw e;
    } finally {
      this.underWay.delete(worker);
      worker.end();
    }
  }

  /** The next piece, with the same images as the last one if these take long to read. */
  private next(last: number): Piece | undefined {
    const slow = this.setup.data!.height === 0;
    const at = slow ? this.pieces.findIndex((p) => this.plan.tasks[p.task]!.first === last) : 0;
    return this.pieces[Math.max(at, 0)];
  }

  private async compute(worker: Evaluator, piece: Piece): Promise<void> {
    this.pieces.splice(this.pieces.indexOf(piece), 1);
    const now = { done: 0, task: piece.task };
    this.underWay.set(worker, now);
    const task = this.plan.tasks[piece.task]!;
    const begin = performance.now();
    const step = (s: TaskStep) => {
      now.done = s.done;
      this.report();
    };
    try {
      const { value } = await worker.ask("compute", { task: piece.task, networks: piece.networks }, { step });
      this.times.all += value.seconds;
      this.times.networks += value.network_seconds;
      const lines = value.keys.map((key, i) => ({ key, line: value.lines[i]! }));
      await this.kept.put(lines).catch(() => {}); // no room: what is here goes on, and is lost with the page
      const put = await this.book.ask("put", { lines: value.lines });
      if (put.value.refused.length > 0) throw new UserError(put.value.refused[0]!);
      this.oncells(put.value.cells);
    } catch (e) {
      this.pieces.unshift(piece);
      throw e;
    } finally {
      this.underWay.delete(worker);
    }
    this.pace.took(task.perturbation, task.images * piece.networks.length, (performance.now() - begin) / 1e3);
    this.done += task.images * piece.networks.length;
    this.report();
  }

  private set(state: State): void {
    this.state = state;
    this.onstate(state);
  }

  private report(): void {
    let done = this.done;
    const names: string[] = [];
    for (const u of this.underWay.values()) {
      done += u.done;
      names.push(this.plan.perturbations[this.plan.tasks[u.task]!.perturbation]!.label);
    }
    const left = this.pieces.map((p) => ({ perturbation: this.plan.tasks[p.task]!.perturbation, images: this.plan.tasks[p.task]!.images * p.networks.length }));
    for (const u of this.underWay.values()) {
      const t = this.plan.tasks[u.task]!;
      left.push({ perturbation: t.perturbation, images: Math.max(t.images * t.networks.length - u.done, 0) });
    }
    this.onprogress({
      done,
      images: this.images,
      perSecond: this.pace.perSecond(done),
      secondsLeft: this.pace.left(left, Math.max(this.underWay.size, 1)),
      current: [...new Set(names)].join(", "),
    });
  }
}
