// What the page of overlaps shows: a file of overlaps, a pair of its corruptions, and some of them as a benchmark. Corruptions are given
// by their places in the file.

import type { OverlapFile, Overlaps } from "../lab/protocol";
import { Signal } from "../session/signal";

/** A benchmark that is published; "own" is the visitor's. */
export interface Published {
  name: string;
  title: string;
  corruptions: string[];
}

export type Score = "accuracy" | "ratio";

export class State {
  file: OverlapFile | null = null;
  score: Score = "accuracy";
  pair: readonly [number, number] = [0, 1];
  kept = false; // the pair stays although the pointer moves
  members: ReadonlySet<number> = new Set();
  benchmark = "own";
  rule = "chosen by hand"; // by which the members were chosen, for the file
  threshold = 0.5;

  /** The file, or the score, is another. */
  readonly fileChanged = new Signal();
  readonly pairChanged = new Signal();
  /** The benchmark, or what counts as covered, is another. */
  readonly membersChanged = new Signal();

  constructor(
    readonly published: readonly Published[],
    private readonly labels: ReadonlyMap<string, string>,
  ) {}

  get overlaps(): Overlaps {
    return this.file![this.score];
  }

  /** What a corruption is called. */
  name(i: number): string {
    const c = this.file!.corruptions[i]!;
    return `${this.title(c.name)}${c.approximation ? "*" : ""}`;
  }

  title(name: string): string {
    return this.labels.get(name) ?? name;
  }

  place(name: string): number {
    return this.file!.corruptions.findIndex((c) => c.name === name);
  }

  /** The number of the group that a corruption is in, from 1 on; 0 for none. */
  group(i: number): number {
    return this.overlaps.groups.findIndex((g) => g.includes(i)) + 1;
  }

  open(file: OverlapFile): void {
    this.file = file;
    this.score = file.score === "ratio" ? "ratio" : "accuracy";
    this.threshold = file.threshold;
    this.kept = false;
    const { order } = this.overlaps;
    this.pair = [order[0]!, order[1]!];
    this.fileChanged.send();
    this.pairChanged.send();
    const first = this.published.find((b) => b.corruptions.some((c) => this.place(c) >= 0));
    this.choose(first?.name ?? "own");
  }

  setScore(score: Score): void {
    this.score = score;
    this.fileChanged.send();
    this.pairChanged.send();
    this.membersChanged.send();
  }

  setPair(a: number, b: number): void {
    if (a === this.pair[0] && b === this.pair[1]) return;
    this.pair = [a, b];
    this.pairChanged.send();
  }

  /** Takes a published benchmark; "own" keeps what there is, to be changed. */
  choose(name: string): void {
    const b = this.published.find((p) => p.name === name);
    const members = b ? b.corruptions.map((c) => this.place(c)).filter((i) => i >= 0) : [...this.members];
    this.setMembers(members, b ? `the corruptions of ${b.title}` : "chosen by hand", b?.name ?? "own");
  }

  setMembers(members: readonly number[], rule: string, benchmark = "own"): void {
    const { order } = this.overlaps;
    this.members = new Set([...members].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    this.rule = rule;
    this.benchmark = benchmark;
    this.membersChanged.send();
  }

  setThreshold(v: number): void {
    this.threshold = v;
    this.membersChanged.send();
  }
}

/** "0.63 (0.55 to 0.71)": an overlap with its 95 % interval; "not defined" of none. */
export function overlapText(o: Overlaps, i: number, j: number): string {
  const v = o.values[i]![j];
  if (v === null || v === undefined) return "not defined";
  const k = o.intervals[i]![j];
  return k ? `${v.toFixed(2)} (${k.lower.toFixed(2)} to ${k.upper.toFixed(2)})` : v.toFixed(2);
}
