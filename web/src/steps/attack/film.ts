// The course of an attack as a film: it grows while the attack runs, and can be played, paused and stepped through.

import type { Answer } from "../../lab/lab";
import type { Step } from "../../lab/protocol";
import { draw } from "../../ui/canvas";
import { byId } from "../../ui/dom";
import { argmax, className } from "../../ui/text";
import { Chart } from "./chart";

const keepBytes = 64e6; // pixels of frames kept to look through
const wholeFilm = 2500; // milliseconds for the whole film, within the limits of a frame
const frame = [16, 180] as const;

/** A network that looks on while another is attacked. */
export interface Onlooker {
  title: string;
  before: number; // class
  classes: readonly string[];
}

/** An attack to look through. */
export interface Course {
  frames: Answer<Step>[];
  before: number; // class before the attack
  after: number; // class that it led to, or aimed at; -1 while that is not known
  names: readonly string[]; // of classes
  other: Onlooker | null;
}

export class Film {
  /** Another frame is shown. */
  onshow: (s: Step) => void = () => {};

  index = -1; // of the frame that is shown

  private kept = 0;
  private timer = 0;
  private running = false; // the attack
  private course: Course = nothing();
  private readonly box = byId("film");
  private readonly afterwards = byId("course");
  private readonly scrub = byId<HTMLInputElement>("scrub");
  private readonly toggle = byId<HTMLButtonElement>("play");
  private readonly chart = new Chart(byId("chart"));

  constructor() {
    this.scrub.addEventListener("input", () => this.go(Number(this.scrub.value)));
    this.toggle.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    byId("back").addEventListener("click", () => this.go(this.index - 1));
    byId("forward").addEventListener("click", () => this.go(this.index + 1));
    this.chart.onpick = (i) => this.go(i);
  }

  get frames(): readonly Answer<Step>[] {
    return this.course.frames;
  }

  clear(): void {
    this.reset(nothing());
    this.kept = 0;
    this.box.hidden = this.afterwards.hidden = true;
  }

  /** An attack begins, of which there are no frames yet. */
  begin(course: Course): void {
    this.reset(course);
    this.running = true;
    if (!still()) this.play();
  }

  /** Shows an attack that is over, at its result. */
  open(course: Course): void {
    this.reset(course);
    this.bounds();
    this.curves();
    this.show(course.frames.length - 1);
  }

  private reset(course: Course): void {
    this.pause();
    this.course = course;
    this.index = -1;
    this.running = false;
  }

  add(s: Answer<Step>): void {
    const keep = s.value.step < 0 || this.kept + s.pixels.byteLength < keepBytes; // the final image always
    if (keep) this.kept += s.pixels.byteLength;
    this.course.frames.push(keep ? s : { ...s, pixels: new Uint8ClampedArray(0) });
    this.box.hidden = this.afterwards.hidden = false;
    const newest = this.frames.length - 1;
    if (this.index < 0 || (still() && this.index === newest - 1)) this.show(newest);
    this.bounds();
    this.curves();
  }

  /** The attack is over; it led to, or aimed at, the class after. */
  end(after: number): void {
    this.running = false;
    if (after !== this.course.before) this.course.after = after;
    this.curves();
  }

  get last(): boolean {
    return !this.running && this.index === this.frames.length - 1;
  }

  /** Plays the film from its first frame. */
  replay(): void {
    if (this.frames.length < 2 || still()) return;
    this.pause();
    this.show(0);
    this.play();
  }

  private play(): void {
    if (this.last) this.show(0);
    this.toggle.textContent = "Pause";
    const step = () => {
      if (this.index < this.frames.length - 1) this.show(this.index + 1);
      if (this.last) return this.pause();
      this.timer = window.setTimeout(step, Math.min(Math.max(wholeFilm / this.frames.length, frame[0]), frame[1]));
    };
    this.timer = window.setTimeout(step, frame[0]);
  }

  private pause(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.toggle.textContent = "Play";
  }

  /** Pauses the film at a frame. */
  private go(i: number): void {
    this.pause();
    this.show(Math.min(Math.max(i, 0), this.frames.length - 1));
  }

  private show(i: number): void {
    const f = this.frames[i];
    if (!f) return;
    this.index = i;
    if (f.pixels.length > 0) {
      const { images } = f.value;
      const view = byId("attacked-view");
      const enlarged = images.some((i) => i.name === "attacked-view");
      draw("attacked-view", images, enlarged ? "attacked-view" : "attacked", f.pixels);
      view.classList.toggle("pixels", !enlarged);
      draw("attacked-net", images, "attacked", f.pixels);
      draw("change-net", images, "change", f.pixels);
    }
    this.scrub.value = String(i);
    byId("scrub-value").textContent = f.value.step < 0 ? "result" : String(f.value.step);
    this.chart.mark(i);
    this.onshow(f.value);
  }

  private bounds(): void {
    this.scrub.max = String(Math.max(this.frames.length - 1, 0));
  }

  /** Draws the curves so far. The result of an attack is not a point on them. */
  private curves(): void {
    const steps = this.frames.map((f) => f.value).filter((s) => s.step >= 0);
    if (steps.length === 0) return;
    const last = steps[steps.length - 1]!.probs;
    const { before, names, other } = this.course;
    const after = this.course.after >= 0 ? this.course.after : argmax(last.map((p, k) => (k === before ? -1 : p)));
    const of = (k: number) => steps.map((s) => s.probs[k] ?? 0);
    const others = other && steps.every((s) => s.other) ? steps.map((s) => s.other![other.before] ?? 0) : [];
    this.chart.show({ steps: steps.map((s) => s.step), before: of(before), after: of(after), loss: steps.map((s) => s.loss), other: others });
    byId("legend-before").textContent = className(names, before);
    byId("legend-after").textContent = className(names, after);
    byId("legend-other").textContent = other ? `${className(other.classes, other.before)} by ${other.title}` : "";
    byId("legend-other").hidden = others.length === 0;
  }
}

const nothing = (): Course => ({ frames: [], before: 0, after: -1, names: [], other: null });

/** Whether the visitor prefers no motion: then the newest frame is shown, unless the film is paused. */
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
