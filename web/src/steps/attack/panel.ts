// The third step: an attack, watched while it happens and looked through afterwards.

import type { Attack, Start, Step } from "../../lab/protocol";
import type { LoadedNetwork, Session } from "../../session/session";
import { byId } from "../../ui/dom";
import { ErrorLine, type Notice } from "../../ui/notice";
import { placeBeside } from "../../ui/popover";
import { answer, argmax } from "../../ui/text";
import { type Answers, Both, type Probs } from "../answers";
import { AttackChoice, type ChosenAttack } from "./choice";
import { Before } from "./before";
import { DiagnosisBox } from "./diagnosis";
import { type Course, Film } from "./film";
import { counted, duration, madeOtherwise } from "./outcome";
import { extent, type Made, type Others, Report, type Which } from "./report";
import { SweepBox } from "./sweepbox";

/** Whether the steps lie below each other: then the button is in reach everywhere, and its result is not. */
const narrow = () => matchMedia("(max-width: 62rem)").matches;

const announceEvery = 5000; // ms, while an attack runs

export class AttackPanel {
  readonly choice: AttackChoice;
  private readonly diagnosis: DiagnosisBox;
  private readonly sweep: SweepBox;
  private readonly button = byId<HTMLButtonElement>("run");
  private readonly foot = byId("attacked-foot");
  private readonly wrong = new ErrorLine("attack-wrong");
  private readonly bars = new Both("attacked");
  private readonly film = new Film();
  private readonly before: Before;
  private readonly report: Report;

  private waiting: HTMLButtonElement | null = null; // what was pressed, until what it works on is there
  private running = false;
  private stopping = false;
  private made: Made | null = null; // the attack that is shown
  private all: Made[] = []; // it, and the one on the other network
  private refused = ""; // settings of the last error
  private round = 0; // late steps of an older attack are dropped

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
    private readonly answers: Answers,
    others: Others,
  ) {
    this.choice = new AttackChoice(session);
    this.diagnosis = new DiagnosisBox(session, notice);
    this.sweep = new SweepBox(session, this.choice, notice);
    this.before = new Before(session);
    this.report = new Report(session, notice, others);
    placeBeside("more", "attack-options");
    this.film.onshow = (s) => this.show(s);
    this.button.addEventListener("click", () => void (this.running ? this.stop() : this.run()));
    this.diagnosis.button.addEventListener("click", () => void (this.diagnosis.running ? this.cancel() : this.diagnose()));
    this.sweep.button.addEventListener("click", () => void (this.sweep.running ? this.sweep.stop() : this.search()));
    session.requests.asked.listen(() => this.wrong.clear());
    session.requests.began.listen(() => {
      if (this.running) this.stop(); // the lab does one thing at a time
      else this.interrupt();
    });
    for (const signal of [session.replaced, session.secondChanged]) {
      signal.listen(() => {
        this.wrong.clear();
        this.clear();
        this.sweep.clear();
      });
    }
    for (const which of ["first", "second"] as const) byId(`watch-${which}`).addEventListener("click", () => this.watch(which));
    session.corruptionChanged.listen(() => {
      if (this.made?.chosen.from === "corrupted") this.clear();
      for (const box of [this.diagnosis, this.sweep]) if (box.from === "corrupted") box.clear();
    });
    session.changed.listen(() => {
      this.compare();
      this.sweep.offer();
    });
    session.sight.changed.listen(() => this.caption());
    session.answered.listen(() => this.enable(session.corrupted !== null));
    this.clear();
  }

  /** Whether the result of what is chosen is shown. */
  get shown(): boolean {
    return this.made !== null && this.all.every((m) => m.end !== null) && this.made.settings === this.settings();
  }

  /** Whether there is no attack, diagnosis or search, running or to be looked at. */
  get idle(): boolean {
    return !this.running && !this.waiting && this.made === null && [this.diagnosis, this.sweep].every((box) => !box.running && box.from === null);
  }

  enable(on: boolean): void {
    this.button.disabled = !on && !this.running && this.waiting !== this.button; // the focus would fall off the page
    for (const { button } of [this.diagnosis, this.sweep]) button.disabled = (!on && this.waiting !== button) || this.running;
  }

  /** Plays the attack's course from its beginning, if there is one. */
  replay(): void {
    this.film.replay();
  }

  /** Forgets the last attack. */
  clear(): void {
    this.round++;
    if (this.running) this.stop();
    this.made = null;
    this.all = [];
    this.film.clear();
    byId("watch").hidden = true;
    this.nameVictim();
    this.diagnosis.clear();
    byId("attacked-frame").classList.add("waiting");
    byId("attacked-empty").hidden = false;
    this.report.clear();
    this.bars.clear("?");
    byId("change-caption").textContent = "the change";
    this.caption();
    this.foot.textContent = "";
    this.compare();
  }

  /** All that is set for an attack. */
  private settings(): string {
    return JSON.stringify([this.choice.state(), this.choice.targetClass(), this.session.corruption.seed]);
  }

  /** Compares what is chosen now with what the result, or the error, is of. */
  private compare(): void {
    const { made } = this;
    const now = this.settings();
    const { from, victim } = this.choice.state();
    this.before.show(from, victim === "second");
    if (now !== this.refused) this.wrong.clear();
    const other = made !== null && made.settings !== now;
    const line = byId("attacked-other");
    line.hidden = !other;
    line.textContent = other ? `${madeOtherwise(made.title, this.choice.title())} Press Attack for what is chosen now.` : "";
    byId("attacked").classList.toggle("other", other);
  }

  private cancel(): void {
    void this.session.lab.ask("cancel", {}).catch(() => {});
  }

  /** Ends a diagnosis or a search. */
  private interrupt(): void {
    if (this.diagnosis.running) this.cancel();
    if (this.sweep.running) this.sweep.stop();
  }

  private stop(): void {
    this.stopping = true;
    this.button.textContent = "Stopping…"; // not disabled: the focus would fall off the page
    this.cancel();
  }

  /** Waits for what was chosen before a button was pressed. Reports whether to go on: not if an earlier press waits already. */
  private async ready(button: HTMLButtonElement): Promise<boolean> {
    if (this.waiting) return false;
    const says = button.textContent;
    this.waiting = button;
    button.textContent = "Waiting…";
    try {
      await this.session.freeze();
      await this.session.requests.quiet();
      return true;
    } finally {
      this.waiting = null;
      if (button.textContent === "Waiting…") button.textContent = says;
      this.enable(this.session.corrupted !== null);
    }
  }

  private async diagnose(): Promise<void> {
    if (!(await this.ready(this.diagnosis.button))) return;
    this.interrupt();
    if (this.running || this.diagnosis.running) return;
    const { from, victim } = this.choice.state();
    const second = (victim === "each" ? this.made?.victim : victim) === "second";
    await this.diagnosis.run(from, second, this.session.second ? this.network(second ? "second" : "first").source.title : "");
  }

  /** Searches for the smallest change with which the chosen attack succeeds. */
  private async search(): Promise<void> {
    if (!this.choice.valid() || !(await this.ready(this.sweep.button))) return;
    this.interrupt();
    if (this.running || this.sweep.running) return;
    await this.sweep.run();
  }

  /** Runs the attack that is chosen. */
  async run(): Promise<void> {
    if (!this.choice.valid() || !(await this.ready(this.button))) return;
    this.interrupt(); // also what was begun meanwhile
    const attack = this.choice.current();
    if (!attack) return;
    this.clear();
    this.wrong.clear();
    this.running = this.diagnosis.button.disabled = this.sweep.button.disabled = true;
    this.stopping = false;
    this.button.textContent = "Stop";
    if (narrow()) byId("attacked-verdict").scrollIntoView({ block: "start", behavior: "instant" });
    try {
      const chosen = this.choice.state();
      const { victim } = chosen;
      const made = [this.choice.targetClass(), this.settings(), this.choice.title()] as const;
      for (const which of victim === "each" ? (["first", "second"] as const) : [victim]) {
        if (!(await this.attack(attack, chosen, which, ...made))) break;
      }
    } finally {
      this.running = this.stopping = false;
      this.enable(this.session.corrupted !== null);
      this.button.textContent = "Attack";
      byId("under-way").hidden = true;
    }
  }

  private network(which: Which): LoadedNetwork {
    const { network, second } = this.session;
    return (which === "second" ? second : network)!;
  }

  /** Attacks one network. Reports whether that came to its end, and nothing else was asked for meanwhile. */
  private async attack(attack: Attack, chosen: ChosenAttack, victim: Which, target: number, settings: string, title: string): Promise<boolean> {
    const { lab, corruption, original, corrupted, second, secondSays } = this.session;
    const { from } = chosen;
    const before: Probs = { first: from === "corrupted" ? corrupted : original, second: secondSays?.[from] ?? null };
    const answered = before[victim];
    if (!answered) return false;
    const round = ++this.round;
    const network = this.network(victim);
    const looksOn = victim === "first" ? "second" : "first";
    const seen = before[looksOn];
    const other = second && seen ? { title: this.network(looksOn).source.title, before: argmax(seen), classes: this.network(looksOn).classes } : null;
    const course: Course = { frames: [], before: argmax(answered), after: -1, names: network.classes, other };
    const made: Made = { attack, chosen, settings, title, victim, network, before, course, end: null };
    this.made = made;
    this.all.push(made);
    this.nameVictim();
    byId("attacked-frame").classList.remove("waiting");
    byId("attacked-empty").hidden = true;
    this.film.clear();
    this.film.begin(course);
    this.notice.announce(second ? `Attacking ${network.source.title}…` : "Attacking…");
    const began = performance.now();
    let announced = began;
    try {
      const { value, pixels } = await lab.ask(
        "attack",
        {
          attack: chosen.attack,
          norm: chosen.norm,
          values: chosen.values,
          seed: corruption.seed,
          target,
          from,
          corruption,
          second: victim === "second",
          quiet: false,
        },
        undefined,
        (step) => {
          if (this.stopping) this.cancel(); // the first came before the lab had begun
          if (round !== this.round) return;
          this.film.add(step);
          const now = performance.now();
          const progress = this.progress(step.value, now - began);
          if (now - announced < announceEvery) return;
          announced = now;
          this.notice.announce(`Attacking: ${progress}.`);
        },
      );
      if (round !== this.round) return false;
      made.end = value;
      if (value.final) this.film.add({ value: value.final, pixels });
      this.film.end(value.target >= 0 ? value.target : value.after);
      this.report.show(made, made === this.all[0]);
      this.nameVictim();
      this.session.changed.send(); // a link runs it, too
      return !value.stopped;
    } catch (e) {
      if (round !== this.round) return false;
      this.refused = settings;
      this.clear();
      this.wrong.show(e);
      return false;
    }
  }

  /** What the shown attack started from, and what the network said of it. */
  get start(): { from: Start; probs: readonly number[] | null; classes: readonly string[] } | null {
    const { made } = this;
    return made && { from: made.chosen.from, probs: made.before[made.victim], classes: made.course.names };
  }

  /** Shows the attack on one of the networks, where each was attacked. */
  private watch(which: Which): void {
    const made = this.all.find((m) => m.victim === which);
    if (!made || made === this.made || this.running) return;
    this.made = made;
    this.nameVictim();
    this.film.open(made.course);
  }

  /** Says which network was attacked, where there are two. */
  private nameVictim(): void {
    const { network, second } = this.session;
    if (!network || !second) return;
    for (const which of ["first", "second"] as const) {
      const name = this.network(which).source.title;
      const role = !this.made ? "" : this.made.victim === which ? " (attacked)" : " (not attacked)";
      byId(`attacked-${which}-name`).textContent = name + role;
      const button = byId(`watch-${which}`);
      button.textContent = `Attack on ${name}`;
      button.setAttribute("aria-pressed", String(this.made?.victim === which));
    }
    byId("watch").hidden = this.all.length < 2 || this.all.some((m) => m.end === null);
  }

  /** How far a running attack is, and how long it may still take; it may succeed sooner. */
  private progress(s: Step, took: number): string {
    const bar = byId<HTMLProgressElement>("under-way-bar");
    bar.max = Math.max(s.steps, 1);
    bar.value = s.step;
    const left = s.step > 0 ? `, ${duration((took * (s.steps - s.step)) / s.step)} left at most` : "";
    const text = `${s.step.toLocaleString("en")} of ${counted(s.steps, this.made?.attack ?? null)}${left}`;
    byId("under-way-text").textContent = text;
    byId("under-way").hidden = took < 700; // what is soon over needs no bar
    return text;
  }

  /** Shows one step, and how it came to it. */
  private show(s: Step): void {
    const { made } = this;
    if (!made) return;
    this.answers.with(probsOf(s, made.victim), this.bars, made.before);
    this.caption();
    byId("change-caption").textContent =
      s.magnified > 1
        ? `the change ×\u00a0${s.magnified} (gray: none)`
        : s.magnified === 1
          ? "the change (gray: none)"
          : "no change yet";
    this.foot.textContent = extent(made, s);
    const when = s.step < 0 ? "result" : counted(s.step, made.attack);
    const { other, names } = made.course;
    const onlooker = other && s.other ? `; ${other.title}: ${answer(s.other, other.classes)}` : "";
    byId("scrub").setAttribute("aria-valuetext", `${when}: ${answer(s.probs, names)}${onlooker}`);
  }

  /** The result in a sentence, if there is one. */
  summary(): string {
    const last = this.film.frames.at(-1);
    return this.made?.end && last ? this.report.sentence(this.made, last.value) : "";
  }

  /** Says what the large picture shows. */
  private caption(): void {
    const { sight, description } = this.session;
    const frame = this.film.frames[this.film.index];
    const enlarged = frame?.value.images.some((i) => i.name === "attacked-view");
    const got = frame?.value.images.find((i) => i.name === "attacked");
    const side = description?.viewSize ?? 224;
    const size = got && (got.width < side || got.height < side) ? `${got.width} × ${got.height}` : "";
    let text = "";
    if (frame && size === "") text = "Pixel for pixel what the network gets.";
    else if (frame && (sight.asNetwork || !enlarged)) text = `What the network gets: ${size} pixels.`;
    else if (frame) text = `The change, made at ${size}, is enlarged onto the photograph.`;
    byId("attacked-caption").textContent = text;
  }
}

/** Returns what both networks say of a step of the attack on one of them. */
function probsOf(s: Step, victim: Which): Probs {
  const other = s.other ?? null;
  return victim === "first" ? { first: s.probs, second: other } : { first: other, second: s.probs };
}
