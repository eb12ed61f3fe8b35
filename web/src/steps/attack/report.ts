// What is said of an attack that is over: a sentence, the facts below the curves, and what further networks answer.

import type { Attack, AttackEnd, Step } from "../../lab/protocol";
import type { LoadedNetwork, NetworkSource, Session } from "../../session/session";
import { byId, create } from "../../ui/dom";
import type { Notice } from "../../ui/notice";
import { answer, argmax, errorText, sentence } from "../../ui/text";
import type { Probs } from "../answers";
import type { ChosenAttack } from "./choice";
import type { Course } from "./film";
import { cost, counted, distances, ending, path } from "./outcome";

/** Returns other networks than one for the same images and classes, each loaded on demand. */
export type Others = (than: LoadedNetwork) => readonly { title: string; load(): Promise<NetworkSource> }[];

export type Which = "first" | "second"; // of two networks

/** An attack, what it was started with, and how it went. */
export interface Made {
  attack: Attack;
  chosen: ChosenAttack;
  settings: string; // all of them, to compare
  title: string;
  victim: Which; // which network is attacked
  network: LoadedNetwork; // that one
  before: Probs; // answers to the image that it starts from
  course: Course;
  end: AttackEnd | null; // null while it runs
}

export class Report {
  private readonly outcome = byId("outcome");
  private round = 0; // late answers to an older attack are dropped

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
    private readonly others: Others,
  ) {}

  clear(): void {
    this.round++;
    this.outcome.hidden = true;
    this.outcome.replaceChildren();
  }

  /** Adds an attack that is over; first is whether nothing is said yet of one with the same settings. */
  show(made: Made, first: boolean): void {
    const { attack, course, network } = made;
    const end = made.end!;
    const steps = course.frames.map((f) => f.value);
    const last = steps[steps.length - 1];
    if (course.other) this.fact("Attacked", `${network.source.title}.`);
    this.fact("Attack", `${made.title}.`);
    this.fact("Answers", path(course.before, steps, course.names));
    if (last && course.other) this.fact("Transfer", transferred(made, last));
    this.fact("Distance", distances(end));
    this.fact("Cost", cost(end));
    for (const n of end.notes ?? []) this.fact("Note", sentence(n));
    if (first) this.fact("Source", sentence(attack.source));
    this.offerTransfer(made);
    this.outcome.hidden = false;
    if (last) this.notice.announce(this.sentence(made, last));
  }

  /** The result in a sentence, for who does not see it: "cat 93 % → dog 88 % after the attack." */
  sentence(made: Made, s: Step): string {
    const { names, before, other } = made.course;
    const now = answer(s.probs, names);
    const held = argmax(s.probs) === before;
    const victim = other ? `${made.network.source.title}: ` : "";
    const main = `${victim}${held ? `Still ${now}` : `${answer(made.before[made.victim]!, names)} → ${now}`} after the attack.`;
    return `${main} ${other && s.other ? `${transferred(made, s)} ` : ""}${extent(made, s)}`;
  }

  private fact(name: string, text: string): HTMLElement {
    const d = create("dd", "", text);
    this.outcome.append(create("dt", "", name), d);
    return d;
  }

  /** Offers to ask further networks for the same images: each has to be loaded first. */
  private offerTransfer({ chosen, course, network }: Made): void {
    if (chosen.victim === "each") return; // the lab knows the last image only
    const others = this.others(network).filter((o) => o.title !== course.other?.title);
    if (others.length === 0) return;
    const ask = create("button", "quiet", others.length === 1 ? "Ask another network" : `Ask ${others.length} other networks`);
    ask.type = "button";
    ask.id = "ask-others";
    const d = this.fact("Elsewhere", "");
    d.append(ask);
    ask.addEventListener("click", () => {
      d.previousElementSibling?.remove();
      d.remove();
      void this.transfer(others, network.classes);
    });
  }

  /** Asks them about the attacked image. */
  private async transfer(others: ReturnType<Others>, classes: readonly string[]): Promise<void> {
    const { round } = this;
    for (const other of others) {
      const d = this.fact("Elsewhere", `${other.title}: …`);
      try {
        const n = await other.load();
        if (round !== this.round) return;
        const args = { classes: n.classes, preprocessing: n.preprocessing, output: "" };
        const { value } = await this.session.lab.ask("transfer", args, n.bytes);
        if (round !== this.round) return;
        d.textContent = `${other.title}: ${answer(value.before, classes)} → ${answer(value.after, classes)}.`;
      } catch (e) {
        d.textContent = `${other.title}: ${errorText(e)}`;
      }
    }
  }
}

/** How far the image moved, and why the attack ended there. */
export function extent({ attack, end }: Made, s: Step): string {
  const when = s.step < 0 ? "the attack" : counted(s.step, attack);
  const size = `After ${when} no pixel has changed by more than ${(s.linf * 255).toFixed(1)}/255; L2 distance ${s.l2.toFixed(2)}.`;
  return size + (end && s.step < 0 ? ending(end, attack) : "");
}

/** What the other network says of the attacked image: "CIFAR-10 · M-TLAT: still cat 88 % (before: cat 91 %)." */
function transferred({ course: { other }, before, victim }: Made, s: Step): string {
  if (!other || !s.other) return "";
  const was = before[victim === "first" ? "second" : "first"]!;
  const now = answer(s.other, other.classes);
  return `${other.title}, which was not attacked: ${argmax(s.other) === other.before ? `still ${now} (before: ${answer(was, other.classes)})` : `${answer(was, other.classes)} → ${now}`}.`;
}
