// The third step: an attack, watched while it happens and looked through afterwards.

import type { Attack, AttackEnd, Start, Step } from "../../lab/protocol";
import type { NetworkSource, Session } from "../../session/session";
import { Bars } from "../../ui/bars";
import { byId, create } from "../../ui/dom";
import type { Notice } from "../../ui/notice";
import { answer, argmax, errorText, sentence } from "../../ui/text";
import type { Answers } from "../answers";
import { AttackChoice } from "./choice";
import { DiagnosisBox } from "./diagnosis";
import { Film } from "./film";
import { cost, counted, distances, duration, ending, path } from "./outcome";

/** Returns other networks for the same images and classes, each loaded on demand. */
export type Others = () => readonly { title: string; load(): Promise<NetworkSource> }[];

export class AttackPanel {
  readonly choice: AttackChoice;
  private readonly diagnosis: DiagnosisBox;
  private readonly button = byId<HTMLButtonElement>("run");
  private readonly foot = byId("attacked-foot");
  private readonly outcome = byId("outcome");
  private readonly bars = new Bars("attacked");
  private readonly film = new Film();

  private running = false;
  private stopping = false;
  private attack: Attack | null = null; // that ran last
  private end: AttackEnd | null = null;
  private before: readonly number[] = []; // probabilities before the attack
  private from: Start = "original";
  private round = 0; // late steps of an older attack are dropped

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
    private readonly answers: Answers,
    private readonly others: Others,
  ) {
    this.choice = new AttackChoice(session);
    this.diagnosis = new DiagnosisBox(session, notice);
    this.film.onshow = (s) => this.show(s);
    this.button.addEventListener("click", () => void (this.running ? this.stop() : this.run()));
    this.diagnosis.button.addEventListener("click", () => void (this.diagnosis.running ? this.cancel() : this.diagnose()));
    session.replaced.listen(() => this.clear());
    session.corruptionChanged.listen(() => {
      if (this.from === "shaken" && (this.running || this.film.frames.length > 0)) this.clear();
      if (this.diagnosis.from === "shaken") {
        if (this.diagnosis.running) this.cancel();
        this.diagnosis.clear();
      }
    });
    session.answered.listen(() => {
      if (session.shaken) this.enable(true);
    });
    this.clear();
  }

  enable(on: boolean): void {
    this.button.disabled = !on;
    this.diagnosis.button.disabled = !on || this.running;
  }

  /** Forgets the last attack. */
  private clear(): void {
    this.round++;
    if (this.running || this.diagnosis.running) this.cancel();
    this.stopping = this.running;
    this.end = null;
    this.film.clear();
    this.diagnosis.clear();
    byId("attacked-frame").classList.add("waiting");
    byId("attacked-empty").hidden = false;
    byId("change-net").hidden = true;
    this.outcome.hidden = true;
    this.outcome.replaceChildren();
    this.bars.clear("");
    byId("change-caption").textContent = "the change";
    this.foot.textContent = "";
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
    if (this.running || this.diagnosis.running) return;
    await this.diagnosis.run(this.choice.state().from);
  }

  private async run(): Promise<void> {
    const a = this.choice.current();
    if (!a || !this.choice.valid()) return;
    await this.session.freeze();
    if (this.running) return; // the button was pressed again meanwhile
    this.clear();
    const chosen = this.choice.state();
    const { lab, classes, corruption } = this.session;
    const before = chosen.from === "shaken" ? this.session.shaken : this.session.original;
    if (!before) return;
    const round = ++this.round;
    this.attack = a;
    this.before = before;
    this.from = chosen.from;
    this.stopping = false;
    this.running = this.diagnosis.button.disabled = true;
    this.button.textContent = "Stop";
    byId("attacked-frame").classList.remove("waiting");
    byId("attacked-empty").hidden = true;
    byId("change-net").hidden = false;
    this.film.begin(argmax(before), classes);
    const began = performance.now();
    try {
      const { value, pixels } = await lab.ask(
        "attack",
        {
          attack: chosen.attack,
          norm: chosen.norm,
          values: chosen.values,
          seed: corruption.seed,
          target: chosen.target === "" ? -1 : classes.indexOf(chosen.target),
          from: chosen.from,
          shake: corruption,
        },
        undefined,
        (step) => {
          if (this.stopping) this.cancel(); // the first came before the lab had begun
          if (round !== this.round) return;
          this.film.add(step);
          this.progress(step.value, performance.now() - began);
        },
      );
      if (round !== this.round) return;
      this.end = value;
      if (value.final) this.film.add({ value: value.final, pixels });
      this.film.end(value.target >= 0 ? value.target : value.after);
      this.report(a, value);
      void this.transfer(round);
    } catch (e) {
      if (round === this.round) {
        this.clear();
        this.notice.show(errorText(e));
      }
    } finally {
      this.running = this.stopping = false;
      this.enable(!this.button.disabled);
      this.button.textContent = "Attack";
      byId("under-way").hidden = true;
    }
  }

  /** How far a running attack is, and how long it may still take; it may succeed sooner. */
  private progress(s: Step, took: number): void {
    const bar = byId<HTMLProgressElement>("under-way-bar");
    bar.max = Math.max(s.steps, 1);
    bar.value = s.step;
    const left = s.step > 0 ? `, ${duration((took * (s.steps - s.step)) / s.step)} left at most` : "";
    byId("under-way-text").textContent = `${s.step.toLocaleString("en")} of ${counted(s.steps, this.attack)}${left}`;
    byId("under-way").hidden = took < 700; // what is soon over needs no bar
  }

  /** Shows one step, and how it came to it. */
  private show(s: Step): void {
    this.bars.show(this.answers.order(s.probs), s.probs, this.session.classes);
    byId("change-caption").textContent =
      s.magnified > 1
        ? `the change, magnified ×\u00a0${s.magnified}; gray: none`
        : s.magnified === 1
          ? "the change; gray: none"
          : "no change yet";
    this.foot.replaceChildren(...this.sentence(s));
  }

  /** "cat 93 % → dog 88 % after 3 steps", and how far the image moved. */
  private sentence(s: Step): (Node | string)[] {
    const { classes } = this.session;
    const when = s.step < 0 ? "after the attack" : `after ${counted(s.step, this.attack)}`;
    const now = answer(s.probs, classes);
    const held = argmax(s.probs) === argmax(this.before);
    const bold = create("b", "", held ? `Still ${now} ${when}.` : `${answer(this.before, classes)} → ${now} ${when}.`);
    const size = ` Changed by at most ${(s.linf * 255).toFixed(1)}/255 per pixel; length (L2) ${s.l2.toFixed(2)}.`;
    return [bold, size, this.end && this.attack && s.step < 0 ? ending(this.end, this.attack) : ""];
  }

  private report(a: Attack, e: AttackEnd): void {
    const steps = this.film.frames.map((f) => f.value);
    this.fact("Answers", path(argmax(this.before), steps, this.session.classes));
    this.fact("Distance", distances(e));
    this.fact("Cost", cost(e));
    for (const n of e.notes ?? []) this.fact("Note", sentence(n));
    this.fact("Source", sentence(a.source));
    this.outcome.hidden = false;
    const last = steps[steps.length - 1];
    if (last) this.notice.announce(this.sentence(last).map((p) => (typeof p === "string" ? p : p.textContent)).join(""));
  }

  private fact(name: string, text: string): HTMLElement {
    const d = create("dd", "", text);
    this.outcome.append(create("dt", "", name), d);
    return d;
  }

  /** Asks the other networks for the same images about the attacked one. */
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
