// The third step: an attack, watched while it happens and looked through afterwards.

import type { Lab } from "../../lab/lab";
import type { Attack, AttackEnd, Shake, Step } from "../../lab/protocol";
import type { Chosen } from "../../network/catalog";
import type { State } from "../../session/permalink";
import { Bars } from "../../ui/bars";
import { at, make, option } from "../../ui/dom";
import { argmax, said, sentence, words } from "../../ui/text";
import { Film } from "./film";
import { answer, cost, counted, distances, duration, ending, path } from "./outcome";
import { Settings } from "./settings";

/** What the panel needs to know of the rest of the page. */
export interface Scene {
  lab(): Lab;
  classes(): readonly string[];
  /** Probabilities of the picture that is attacked, before the attack. */
  before(from: State["from"]): readonly number[] | null;
  /** Other networks for the same pictures and classes, each loaded when it is asked for. */
  others(): readonly { title: string; load(): Promise<Chosen> }[];
  order(extra: readonly number[] | null): number[];
  shake(): Shake;
  /** Holds the webcam still. */
  still(): Promise<void>;
  changed(): void;
  announce(text: string): void;
  wrong(text: string): void;
}

const normNames: Record<string, string> = { linf: "L∞", l2: "L2", l1: "L1" };

export class AttackPanel {
  attacks: readonly Attack[] = [];
  running = false;

  private readonly attack = at<HTMLSelectElement>("attack");
  private readonly norm = at<HTMLSelectElement>("norm");
  private readonly target = at<HTMLSelectElement>("target");
  private readonly from = at<HTMLSelectElement>("from");
  private readonly button = at<HTMLButtonElement>("run");
  private readonly doubt = at<HTMLButtonElement>("diagnose");
  private readonly foot = at("attacked-foot");
  private readonly outcome = at("outcome");
  private readonly bars = new Bars("attacked");
  private readonly settings = new Settings();
  private readonly film = new Film();

  private end: AttackEnd | null = null;
  private ran: Attack | null = null;
  private stopping = false;
  private start: readonly number[] = []; // probabilities before
  private startedFrom: State["from"] = "original";
  private turn = 0; // attacks asked for so far: late steps of an older one are dropped
  private diagnosing = false;

  constructor(private readonly scene: Scene) {
    this.attack.addEventListener("change", () => this.chosen());
    this.norm.addEventListener("change", () => this.defaults());
    for (const e of [this.target, this.from]) e.addEventListener("change", () => this.scene.changed());
    this.settings.onchange = () => this.scene.changed();
    this.film.onshow = (s) => this.show(s);
    this.button.addEventListener("click", () => void (this.running ? this.stop() : this.run()));
    this.doubt.addEventListener("click", () => void (this.diagnosing ? this.cancel() : this.diagnose()));
    this.clear();
  }

  /** Fills the list of attacks; wish comes from a link. */
  offer(attacks: readonly Attack[], wish: Partial<State>): void {
    this.attacks = attacks;
    this.attack.replaceChildren(
      ...[...new Set(attacks.map((a) => a.access))].map((access) => {
        const g = make("optgroup");
        g.label = words(access);
        g.append(...attacks.filter((a) => a.access === access).map((a) => option(a.name, title(a))));
        return g;
      }),
    );
    this.attack.value = attacks.some((a) => a.name === wish.attack) ? wish.attack! : "pgd";
    if (this.attack.selectedIndex < 0) this.attack.selectedIndex = 0;
    this.attack.disabled = false;
    if (wish.from) this.from.value = wish.from;
    this.chosen(wish);
  }

  /** Fills the list of targets for another network. */
  offerTargets(classes: readonly string[], wish: string): void {
    this.target.replaceChildren(option("", "any other class"), ...classes.map((c) => option(c, c)));
    this.target.value = classes.includes(wish) ? wish : "";
  }

  set ready(on: boolean) {
    this.button.disabled = this.doubt.disabled = !on;
  }

  /** What the chosen attack is called. */
  get title(): string {
    const a = this.now();
    return a ? title(a) : "";
  }

  state(): Pick<State, "attack" | "norm" | "values" | "target" | "from"> {
    return {
      attack: this.attack.value,
      norm: this.norm.value,
      values: this.settings.values(),
      target: this.target.disabled ? "" : this.target.value,
      from: this.from.value as State["from"],
    };
  }

  private now(): Attack | undefined {
    return this.attacks.find((a) => a.name === this.attack.value);
  }

  private chosen(wish: Partial<State> = {}): void {
    const a = this.now();
    if (!a) return;
    const norm = wish.norm ?? this.norm.value;
    this.norm.replaceChildren(...a.norms.map((n) => option(n.norm, normNames[n.norm] ?? n.norm)));
    this.norm.value = a.norms.some((n) => n.norm === norm) ? norm : (a.norms[0]?.norm ?? "");
    this.norm.hidden = a.norms.length < 2 && this.norm.value === "";
    this.norm.disabled = a.norms.length < 2;
    this.target.disabled = !a.targetable;
    this.target.title = a.targetable ? "" : "This attack cannot be aimed by hand.";
    const about = at("about-attack");
    about.textContent = sentence(a.summary);
    about.title = a.source;
    this.defaults(wish);
  }

  private defaults(wish: Partial<State> = {}): void {
    const n = this.now()?.norms.find((x) => x.norm === this.norm.value);
    if (!n) return;
    this.settings.offer(n.controls, wish.values ?? {});
    this.scene.changed();
  }

  /** Forgets the last attack: the picture or the network is another. */
  clear(): void {
    this.turn++;
    if (this.running || this.diagnosing) this.cancel();
    this.stopping = this.running;
    this.end = null;
    this.film.clear();
    at("attacked-frame").classList.add("waiting");
    at("attacked-empty").hidden = false;
    at("change-net").hidden = true;
    at("diagnosis").hidden = true;
    this.outcome.hidden = true;
    this.outcome.replaceChildren();
    this.bars.clear("");
    at("change-caption").textContent = "the change";
    this.foot.textContent = "";
  }

  /** Forgets an attack on the shaken picture when that has changed. */
  shaken(): void {
    if (this.startedFrom === "shaken" && (this.running || this.film.frames.length > 0)) this.clear();
  }

  private cancel(): void {
    void this.scene.lab().ask("cancel", {}).catch(() => {});
  }

  private stop(): void {
    this.stopping = true;
    this.button.textContent = "Stopping…"; // not disabled: the focus would fall off the page
    this.cancel();
  }

  private async run(): Promise<void> {
    const a = this.now();
    if (!a || !this.settings.valid()) return;
    await this.scene.still();
    this.clear();
    const s = this.state();
    const before = this.scene.before(s.from);
    if (!before) return;
    const turn = ++this.turn;
    this.start = before;
    this.startedFrom = s.from;
    this.ran = a;
    this.stopping = false;
    this.running = this.doubt.disabled = true;
    this.button.textContent = "Stop";
    at("attacked-frame").classList.remove("waiting");
    at("attacked-empty").hidden = true;
    at("change-net").hidden = false;
    this.film.begin(argmax(before), this.scene.classes());
    const began = performance.now();
    try {
      const { value, pixels } = await this.scene.lab().ask(
        "attack",
        {
          attack: s.attack,
          norm: s.norm,
          values: s.values,
          seed: this.scene.shake().seed,
          target: s.target === "" ? -1 : this.scene.classes().indexOf(s.target),
          from: s.from,
          shake: this.scene.shake(),
        },
        undefined,
        (step) => {
          if (this.stopping) this.cancel(); // the first came before the lab had begun
          if (turn !== this.turn) return;
          this.film.add(step);
          this.progress(step.value, performance.now() - began);
        },
      );
      if (turn !== this.turn) return;
      this.end = value;
      if (value.final) this.film.add({ value: value.final, pixels });
      this.film.end(value.target >= 0 ? value.target : value.after);
      this.report(a, value);
      void this.transfer(turn);
    } catch (e) {
      if (turn === this.turn) {
        this.clear();
        this.scene.wrong(said(e));
      }
    } finally {
      this.running = this.stopping = this.doubt.disabled = false;
      this.button.textContent = "Attack";
      at("under-way").hidden = true;
    }
  }

  /** How far a running attack is, and how long it may still take; it may succeed sooner. */
  private progress(s: Step, took: number): void {
    const bar = at<HTMLProgressElement>("under-way-bar");
    bar.max = Math.max(s.steps, 1);
    bar.value = s.step;
    const left = s.step > 0 ? `, ${duration((took * (s.steps - s.step)) / s.step)} left at most` : "";
    at("under-way-text").textContent = `${s.step.toLocaleString("en")} of ${counted(s.steps, this.ran)}${left}`;
    at("under-way").hidden = took < 700; // what is soon over needs no bar
  }

  /** Shows one step, and how it came to it. */
  private show(s: Step): void {
    this.bars.show(this.scene.order(s.probs), s.probs, this.scene.classes());
    at("change-caption").textContent =
      s.magnified > 1
        ? `the change, magnified ×\u00a0${s.magnified}; grey: none`
        : s.magnified === 1
          ? "the change; grey: none"
          : "no change yet";
    this.foot.replaceChildren(...this.sentence(s));
  }

  /** "cat 93 % → dog 88 % after 3 steps", and how far the picture moved. */
  private sentence(s: Step): (Node | string)[] {
    const classes = this.scene.classes();
    const before = argmax(this.start);
    const when = s.step < 0 ? "after the attack" : `after ${counted(s.step, this.ran)}`;
    const now = answer(s.probs, classes);
    const bold = make("b", "", argmax(s.probs) === before ? `Still ${now} ${when}.` : `${answer(this.start, classes)} → ${now} ${when}.`);
    const size = ` Changed by at most ${(s.linf * 255).toFixed(1)}/255 a pixel; length (L2) ${s.l2.toFixed(2)}.`;
    return [bold, size, this.end && this.ran && s.step < 0 ? ending(this.end, this.ran) : ""];
  }

  private report(a: Attack, e: AttackEnd): void {
    const classes = this.scene.classes();
    const steps = this.film.frames.map((f) => f.value);
    this.fact("Answers", path(argmax(this.start), steps, classes));
    this.fact("Distance", distances(e));
    this.fact("Cost", cost(e));
    for (const n of e.notes ?? []) this.fact("Note", sentence(n));
    this.fact("Source", sentence(a.source));
    this.outcome.hidden = false;
    const last = steps[steps.length - 1];
    if (last) this.scene.announce(this.sentence(last).map((p) => (typeof p === "string" ? p : p.textContent)).join(""));
  }

  private fact(name: string, text: string): HTMLElement {
    const d = make("dd", "", text);
    this.outcome.append(make("dt", "", name), d);
    return d;
  }

  /** Asks the other networks of the same pictures about the attacked one. */
  private async transfer(turn: number): Promise<void> {
    for (const other of this.scene.others()) {
      const d = this.fact("Elsewhere", `${other.title}: …`);
      try {
        const n = await other.load();
        if (turn !== this.turn || this.running) return d.remove();
        const { value } = await this.scene.lab().ask("transfer", { classes: n.classes, preprocessing: n.preprocessing }, n.bytes);
        if (turn !== this.turn) return;
        const classes = this.scene.classes();
        d.textContent = `${other.title}: ${answer(value.before, classes)} → ${answer(value.after, classes)}.`;
      } catch (e) {
        d.textContent = `${other.title}: ${said(e)}`;
      }
    }
  }

  private async diagnose(): Promise<void> {
    if (this.running) return;
    await this.scene.still();
    const turn = this.turn;
    const box = at("diagnosis");
    this.diagnosing = true;
    this.doubt.textContent = "Stop looking";
    box.hidden = false;
    box.textContent = "Looking for warning signs: this takes some seconds…";
    try {
      const { from } = this.state();
      const shake = this.scene.shake();
      const { value } = await this.scene.lab().ask("diagnose", { seed: shake.seed, from, shake });
      if (turn !== this.turn) return;
      const findings = value.findings ?? [];
      const signs = findings.filter((f) => !f.ok).length;
      const list = make("ul");
      const all = make("details");
      all.open = signs > 0;
      all.append(make("summary", "", `What was asked: ${findings.length} questions`), list);
      list.append(...findings.map((f) => make("li", f.ok ? "" : "sign", `${sentence(f.name)} ${sentence(f.detail)}`)));
      const verdict = `${signs === 0 ? "No warning sign" : signs === 1 ? "One warning sign" : `${signs} warning signs`} on this picture${value.stopped ? " so far (stopped by you)" : ""}.`;
      box.replaceChildren(
        make("b", "", verdict),
        " A warning sign means that attacks say too little about this network; none of them on one picture is no proof that it is as steady as it looks.",
        all,
      );
      this.scene.announce(verdict);
    } catch (e) {
      box.hidden = true;
      if (turn === this.turn) this.scene.wrong(said(e));
    } finally {
      this.diagnosing = false;
      this.doubt.textContent = "Can this be trusted?";
    }
  }
}

/** The name that people use, with the paper's. */
function title(a: Attack): string {
  return `${a.name.toUpperCase()}: ${a.title}`;
}
