// The third step: an attack, watched while it happens and looked through afterwards.

import type { Attack, AttackEnd, Step } from "../../lab/protocol";
import type { NetworkSource, Session } from "../../session/session";
import { Bars } from "../../ui/bars";
import { byId, create } from "../../ui/dom";
import { ErrorLine, type Notice } from "../../ui/notice";
import { placeBeside } from "../../ui/popover";
import { answer, argmax, errorText, sentence } from "../../ui/text";
import type { Answers } from "../answers";
import { AttackChoice, type ChosenAttack } from "./choice";
import { Before } from "./before";
import { DiagnosisBox } from "./diagnosis";
import { Film } from "./film";
import { cost, counted, distances, duration, ending, madeOtherwise, path } from "./outcome";

/** Returns other networks for the same images and classes, each loaded on demand. */
export type Others = () => readonly { title: string; load(): Promise<NetworkSource> }[];

/** An attack, and what it was started with. */
interface Made {
  attack: Attack;
  chosen: ChosenAttack;
  settings: string; // all of them, to compare
  title: string;
  before: readonly number[]; // probabilities
}

/** Whether the steps lie below each other: then the button is in reach everywhere, and its result is not. */
const narrow = () => matchMedia("(max-width: 62rem)").matches;

const announceEvery = 5000; // ms, while an attack runs

export class AttackPanel {
  readonly choice: AttackChoice;
  private readonly diagnosis: DiagnosisBox;
  private readonly button = byId<HTMLButtonElement>("run");
  private readonly foot = byId("attacked-foot");
  private readonly outcome = byId("outcome");
  private readonly wrong = new ErrorLine("attack-wrong");
  private readonly bars = new Bars("attacked");
  private readonly film = new Film();
  private readonly before: Before;

  private waiting = false; // for what is to be attacked
  private running = false;
  private stopping = false;
  private made: Made | null = null; // the attack that is shown
  private refused = ""; // settings of the last error
  private end: AttackEnd | null = null;
  private round = 0; // late steps of an older attack are dropped

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
    private readonly answers: Answers,
    private readonly others: Others,
  ) {
    this.choice = new AttackChoice(session);
    this.diagnosis = new DiagnosisBox(session, notice);
    this.before = new Before(session);
    placeBeside("more", "attack-options");
    this.film.onshow = (s) => this.show(s);
    this.button.addEventListener("click", () => void (this.running ? this.stop() : this.run()));
    this.diagnosis.button.addEventListener("click", () => void (this.diagnosis.running ? this.cancel() : this.diagnose()));
    session.requests.began.listen(() => {
      this.wrong.clear();
      if (this.running) this.stop(); // the lab does one thing at a time
      else if (this.diagnosis.running) this.cancel();
    });
    session.replaced.listen(() => this.clear());
    session.corruptionChanged.listen(() => {
      if (this.made?.chosen.from === "shaken") this.clear();
      if (this.diagnosis.from === "shaken") this.diagnosis.clear();
    });
    session.changed.listen(() => this.compare());
    session.sight.changed.listen(() => this.caption());
    session.answered.listen(() => this.enable(session.shaken !== null));
    this.clear();
  }

  /** Whether the result of what is chosen is shown. */
  get shown(): boolean {
    return this.end !== null && this.made?.settings === this.settings();
  }

  /** Whether there is no attack or diagnosis, running or to be looked at. */
  get idle(): boolean {
    return !this.running && !this.waiting && this.made === null && !this.diagnosis.running && this.diagnosis.from === null;
  }

  enable(on: boolean): void {
    this.button.disabled = !on && !this.running;
    this.diagnosis.button.disabled = !on || this.running;
  }

  /** Forgets the last attack. */
  private clear(): void {
    this.round++;
    if (this.running) this.stop();
    this.made = this.end = null;
    this.film.clear();
    this.diagnosis.clear();
    byId("attacked-frame").classList.add("waiting");
    byId("attacked-empty").hidden = false;
    this.outcome.hidden = true;
    this.outcome.replaceChildren();
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
    this.before.show(this.choice.state().from);
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

  private stop(): void {
    this.stopping = true;
    this.button.textContent = "Stopping…"; // not disabled: the focus would fall off the page
    this.cancel();
  }

  private async diagnose(): Promise<void> {
    await this.session.freeze();
    await this.session.requests.quiet();
    if (this.running || this.diagnosis.running) return;
    await this.diagnosis.run(this.choice.state().from);
  }

  /** Runs the attack that is chosen. */
  async run(): Promise<void> {
    if (this.waiting || !this.choice.valid()) return;
    this.waiting = true;
    try {
      await this.session.freeze();
      await this.session.requests.quiet(); // what was chosen just before is to be attacked
    } finally {
      this.waiting = false;
    }
    if (this.diagnosis.running) this.cancel(); // also one that was begun meanwhile
    const attack = this.choice.current();
    if (!attack) return;
    this.clear();
    this.wrong.clear();
    this.running = this.diagnosis.button.disabled = true;
    this.stopping = false;
    this.button.textContent = "Stop";
    if (narrow()) byId("attacked-verdict").scrollIntoView({ block: "start", behavior: "instant" });
    try {
      await this.attack(attack);
    } finally {
      this.running = this.stopping = false;
      this.enable(this.session.shaken !== null);
      this.button.textContent = "Attack";
      byId("under-way").hidden = true;
    }
  }

  private async attack(attack: Attack): Promise<void> {
    const chosen = this.choice.state();
    const { lab, classes, corruption, original, shaken } = this.session;
    const before = chosen.from === "shaken" ? shaken : original;
    if (!before) return;
    const round = ++this.round;
    this.made = { attack, chosen, settings: this.settings(), title: this.choice.title(), before };
    byId("attacked-frame").classList.remove("waiting");
    byId("attacked-empty").hidden = true;
    this.film.begin(argmax(before), classes);
    this.notice.announce("Attacking…");
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
          target: this.choice.targetClass(),
          from: chosen.from,
          shake: corruption,
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
      if (round !== this.round) return;
      this.end = value;
      if (value.final) this.film.add({ value: value.final, pixels });
      this.film.end(value.target >= 0 ? value.target : value.after);
      this.report(this.made, value);
      this.offerTransfer(round);
      this.session.changed.send(); // a link runs it, too
    } catch (e) {
      if (round !== this.round) return;
      this.refused = this.made?.settings ?? "";
      this.clear();
      this.wrong.show(e);
    }
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
    if (!this.made) return;
    this.bars.show(this.answers.order(s.probs), s.probs, this.session.classes, argmax(this.made.before));
    this.caption();
    byId("change-caption").textContent =
      s.magnified > 1
        ? `the change ×\u00a0${s.magnified} (gray: none)`
        : s.magnified === 1
          ? "the change (gray: none)"
          : "no change yet";
    this.foot.textContent = this.extent(this.made, s);
    const when = s.step < 0 ? "result" : counted(s.step, this.made.attack);
    byId("scrub").setAttribute("aria-valuetext", `${when}: ${answer(s.probs, this.session.classes)}`);
  }

  /** How far the image moved, and why the attack ended there. */
  private extent({ attack }: Made, s: Step): string {
    const when = s.step < 0 ? "the attack" : counted(s.step, attack);
    const size = `After ${when} no pixel has changed by more than ${(s.linf * 255).toFixed(1)}/255; L2 distance ${s.l2.toFixed(2)}.`;
    return size + (this.end && s.step < 0 ? ending(this.end, attack) : "");
  }

  /** The result in a sentence, for who does not see it: "cat 93 % → dog 88 % after the attack." */
  private sentence(made: Made, s: Step): string {
    const { classes } = this.session;
    const now = answer(s.probs, classes);
    const held = argmax(s.probs) === argmax(made.before);
    return `${held ? `Still ${now}` : `${answer(made.before, classes)} → ${now}`} after the attack. ${this.extent(made, s)}`;
  }

  /** Says what the large picture shows. */
  private caption(): void {
    const { sight } = this.session;
    const frame = this.film.frames[this.film.index];
    const enlarged = frame?.value.images.some((i) => i.name === "attacked-view");
    let text = "";
    if (frame && sight.size === "") text = "Pixel for pixel what the network gets.";
    else if (frame && (sight.asNetwork || !enlarged)) text = `What the network gets: ${sight.size} pixels.`;
    else if (frame) text = `The change, made at ${sight.size}, is enlarged onto the photograph.`;
    byId("attacked-caption").textContent = text;
  }

  private report(made: Made, e: AttackEnd): void {
    const steps = this.film.frames.map((f) => f.value);
    this.fact("Attack", `${made.title}.`);
    this.fact("Answers", path(argmax(made.before), steps, this.session.classes));
    this.fact("Distance", distances(e));
    this.fact("Cost", cost(e));
    for (const n of e.notes ?? []) this.fact("Note", sentence(n));
    this.fact("Source", sentence(made.attack.source));
    this.outcome.hidden = false;
    const last = steps[steps.length - 1];
    if (last) this.notice.announce(this.sentence(made, last));
  }

  private fact(name: string, text: string): HTMLElement {
    const d = create("dd", "", text);
    this.outcome.append(create("dt", "", name), d);
    return d;
  }

  /** Offers to ask the other networks for the same images: each has to be loaded first. */
  private offerTransfer(round: number): void {
    const n = this.others().length;
    if (n === 0) return;
    const ask = create("button", "quiet", n === 1 ? "Ask the other network" : `Ask the ${n} other networks`);
    ask.type = "button";
    ask.id = "ask-others";
    const d = this.fact("Elsewhere", "");
    d.append(ask);
    ask.addEventListener("click", () => {
      d.previousElementSibling?.remove();
      d.remove();
      void this.transfer(round);
    });
  }

  /** Asks them about the attacked image. */
  private async transfer(round: number): Promise<void> {
    for (const other of this.others()) {
      const d = this.fact("Elsewhere", `${other.title}: …`);
      try {
        const n = await other.load();
        if (round !== this.round || this.running) return d.remove();
        const args = { classes: n.classes, preprocessing: n.preprocessing, output: "" };
        const { value } = await this.session.lab.ask("transfer", args, n.bytes);
        if (round !== this.round) return;
        const { classes } = this.session;
        d.textContent = `${other.title}: ${answer(value.before, classes)} → ${answer(value.after, classes)}.`;
      } catch (e) {
        d.textContent = `${other.title}: ${errorText(e)}`;
      }
    }
  }
}
