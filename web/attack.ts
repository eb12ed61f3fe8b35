// The third step: an attack, watched while it happens and looked through afterwards.

import { argmax, at, option, percent } from "./dom";
import type { Answer, Lab } from "./lab";
import type { Attack, AttackEnd, Shake, Step } from "./protocol";
import type { State } from "./state";
import { Bars, chart, draw } from "./view";

/** What the panel needs to know of the rest of the page. */
export interface Scene {
  lab(): Lab;
  classes(): readonly string[];
  /** Probabilities of the picture that is attacked, before the attack. */
  before(from: State["from"]): readonly number[] | null;
  order(extra: readonly number[] | null): number[];
  shake(): Shake;
  /** Holds the webcam still. */
  still(): Promise<void>;
  changed(): void;
  announce(text: string): void;
  wrong(text: string): void;
}

const keepBytes = 64e6; // pictures of steps kept to look through

export class AttackPanel {
  attacks: readonly Attack[] = [];
  running = false;

  private readonly attack = at<HTMLSelectElement>("attack");
  private readonly norm = at<HTMLSelectElement>("norm");
  private readonly eps = at<HTMLInputElement>("eps");
  private readonly steps = at<HTMLInputElement>("steps");
  private readonly target = at<HTMLSelectElement>("target");
  private readonly from = at<HTMLSelectElement>("from");
  private readonly button = at<HTMLButtonElement>("run");
  private readonly film = at("film");
  private readonly scrub = at<HTMLInputElement>("scrub");
  private readonly foot = at("attacked-foot");
  private readonly bars = new Bars("attacked");

  private seen: Answer<Step>[] = [];
  private end: AttackEnd | null = null;
  private start: readonly number[] = []; // probabilities before
  private startedFrom: State["from"] = "original";
  private turn = 0; // attacks asked for so far: late steps of an older one are dropped

  constructor(private readonly scene: Scene) {
    this.attack.addEventListener("change", () => this.chosen());
    this.norm.addEventListener("change", () => this.defaults());
    for (const e of [this.eps, this.steps, this.target, this.from]) e.addEventListener("change", () => this.scene.changed());
    this.scrub.addEventListener("input", () => this.show(Number(this.scrub.value)));
    this.button.addEventListener("click", () => void (this.running ? this.stop() : this.run()));
    this.clear();
  }

  /** Fills the list of attacks; wish comes from a link. */
  offer(attacks: readonly Attack[], wish: Partial<State>): void {
    this.attacks = attacks;
    this.attack.replaceChildren(...attacks.map((a) => option(a.name, a.name.toUpperCase())));
    for (const o of this.attack.options) o.title = attacks.find((a) => a.name === o.value)?.title ?? "";
    this.attack.value = attacks.some((a) => a.name === wish.attack) ? wish.attack! : "pgd";
    if (this.attack.selectedIndex < 0) this.attack.selectedIndex = 0;
    this.chosen(wish);
    for (const e of [this.attack, this.norm, this.target]) e.disabled = false;
  }

  /** Fills the list of targets for another network. */
  offerTargets(classes: readonly string[], wish: string): void {
    this.target.replaceChildren(option("", "any other class"), ...classes.map((c) => option(c, c)));
    this.target.value = classes.includes(wish) ? wish : "";
  }

  set ready(on: boolean) {
    this.button.disabled = !on;
  }

  state(): Pick<State, "attack" | "norm" | "eps" | "steps" | "target" | "from"> {
    return {
      attack: this.attack.value,
      norm: this.norm.value,
      eps: Number(this.eps.value),
      steps: Number(this.steps.value),
      target: this.target.value,
      from: this.from.value as State["from"],
    };
  }

  private chosen(wish: Partial<State> = {}): void {
    const a = this.attacks.find((x) => x.name === this.attack.value);
    if (!a) return;
    const names: Record<string, string> = { linf: "L∞", l2: "L2" };
    const norm = wish.norm ?? this.norm.value;
    this.norm.replaceChildren(...a.norms.map((n) => option(n.norm, names[n.norm] ?? n.norm)));
    this.norm.value = a.norms.some((n) => n.norm === norm) ? norm : (a.norms[0]?.norm ?? "");
    this.defaults(wish);
  }

  private defaults(wish: Partial<State> = {}): void {
    const a = this.attacks.find((x) => x.name === this.attack.value);
    const d = a?.norms.find((n) => n.norm === this.norm.value);
    if (!a || !d) return;
    this.eps.value = String(wish.eps ?? Math.round(d.eps * 255 * 10) / 10);
    this.steps.value = String(a.single ? 1 : (wish.steps ?? d.steps));
    this.steps.disabled = a.single;
    if (wish.from) this.from.value = wish.from;
    this.scene.changed();
  }

  /** Forgets the last attack: the picture or the network is another. */
  clear(): void {
    this.turn++;
    if (this.running) this.cancel();
    this.seen = [];
    this.end = null;
    at("attacked-frame").classList.add("waiting");
    at("attacked-empty").hidden = false;
    at("change-net").hidden = true;
    this.film.hidden = true;
    this.bars.clear("");
    at("change-caption").textContent = "the change";
    const a = this.attacks.find((x) => x.name === this.attack.value);
    this.foot.textContent = a?.summary ?? "";
  }

  /** Forgets an attack on the shaken picture when that has changed. */
  shaken(): void {
    if (this.startedFrom === "shaken" && (this.running || this.seen.length > 0)) this.clear();
  }

  private cancel(): void {
    void this.scene.lab().ask("cancel", {}).catch(() => {});
  }

  private stop(): void {
    this.button.textContent = "Stopping…"; // not disabled: the focus would fall off the page
    this.cancel();
  }

  private async run(): Promise<void> {
    for (const e of [this.eps, this.steps]) {
      if (!e.reportValidity()) return;
    }
    await this.scene.still();
    this.clear();
    const s = this.state();
    const before = this.scene.before(s.from);
    if (!before) return;
    const turn = ++this.turn;
    this.start = before;
    this.startedFrom = s.from;
    this.running = true;
    this.label();
    this.foot.textContent = "";
    at("attacked-frame").classList.remove("waiting");
    at("attacked-empty").hidden = true;
    at("change-net").hidden = false;
    let kept = 0;
    try {
      const { value, pixels } = await this.scene.lab().ask(
        "attack",
        {
          attack: s.attack,
          norm: s.norm,
          eps: s.eps / 255,
          steps: s.steps,
          seed: this.scene.shake().seed,
          target: s.target === "" ? -1 : this.scene.classes().indexOf(s.target),
          from: s.from,
          shake: this.scene.shake(),
          pace: Math.min(180, Math.max(20, 2500 / s.steps)),
        },
        undefined,
        (step) => {
          if (turn !== this.turn) return;
          kept += step.pixels.byteLength;
          this.seen.push(kept < keepBytes ? step : { ...step, pixels: new Uint8ClampedArray(0) });
          this.show(this.seen.length - 1, step.pixels);
        },
      );
      if (turn !== this.turn) return;
      this.end = value;
      this.running = false;
      if (value.final) this.seen.push({ value: value.final, pixels });
      this.scrub.max = String(Math.max(0, this.seen.length - 1));
      this.show(this.seen.length - 1);
      this.scene.announce(this.foot.textContent ?? "");
    } catch (e) {
      if (turn === this.turn) {
        this.clear();
        this.scene.wrong(e instanceof Error ? e.message : String(e));
      }
    } finally {
      this.running = false;
      this.label();
    }
  }

  private label(): void {
    this.button.textContent = this.running ? "Stop" : "Attack";
  }

  /** Shows one step, and how it came to it. */
  private show(i: number, pixels = this.seen[i]?.pixels): void {
    const s = this.seen[i]?.value;
    if (!s || !pixels) return;
    const classes = this.scene.classes();
    if (pixels.length > 0) {
      draw("attacked-view", s.images, "attacked", pixels);
      draw("change-net", s.images, "change", pixels);
    }
    this.bars.show(this.scene.order(s.probs), s.probs, classes);
    at("change-caption").textContent = s.magnified > 0 ? `the change, magnified × ${s.magnified}` : "no change yet";
    this.film.hidden = false;
    this.scrub.max = String(Math.max(s.steps, this.seen.length - 1));
    this.scrub.disabled = this.running;
    this.scrub.value = String(i);
    at("scrub-value").textContent = s.step < 0 ? "best" : String(s.step);
    this.course(i);
    this.foot.replaceChildren(...this.sentence(s, i === this.seen.length - 1));
  }

  private course(now: number): void {
    const classes = this.scene.classes();
    const last = this.seen[this.seen.length - 1]!.value.probs;
    const before = argmax(this.start);
    let after = this.end && this.end.target >= 0 ? this.end.target : argmax(last);
    if (after === before) after = argmax(last.map((p, k) => (k === before ? -1 : p)));
    const steps = Math.max(this.seen.length - 1, this.running ? this.seen[0]!.value.steps : 0);
    at("legend-before").textContent = classes[before] ?? "";
    at("legend-after").textContent = classes[after] ?? "";
    const of = (k: number) => this.seen.map((a) => a.value.probs[k] ?? 0);
    chart(at("chart") as unknown as Element, of(before), of(after), steps, now);
  }

  /** "cat 93 % → dog 88 % after 3 steps", and how far the picture moved. */
  private sentence(s: Step, last: boolean): (Node | string)[] {
    const classes = this.scene.classes();
    const name = (k: number, p: readonly number[]) => `${(classes[k] ?? `class ${k}`).split(", ")[0]} ${percent(p[k] ?? 0)}`;
    const before = argmax(this.start);
    const after = argmax(s.probs);
    const bold = document.createElement("b");
    const done = s.step < 0 ? Math.max(0, this.seen.length - 2) : s.step;
    const when = `after ${done} ${done === 1 ? "step" : "steps"}`;
    bold.textContent =
      after === before
        ? `Still ${name(after, s.probs)} ${when}.`
        : `${name(before, this.start)} → ${name(after, s.probs)} ${when}.`;
    const size = ` Changed by at most ${(s.linf * 255).toFixed(1)}/255 a pixel; length (L2) ${s.l2.toFixed(2)}.`;
    let more = "";
    if (!last) return [bold, size];
    if (this.end?.stopped) more = " Stopped by you.";
    else if (this.end && !this.end.success) more = " The attack failed: allow more change, or more steps.";
    return [bold, size + more];
  }
}
