// What the lab answers, in the columns of the first two steps: the images, and the probabilities as bars. All lists of
// classes that two networks share have the same classes in the same order; a second network with other classes has lists of its own.

import type { Answer } from "../lab/lab";
import type { Look } from "../lab/protocol";
import type { Session } from "../session/session";
import { Bars, choose } from "../ui/bars";
import { clear, draw } from "../ui/canvas";
import { byId } from "../ui/dom";
import { answer, argmax } from "../ui/text";

const mostShown = 5;
const views = ["original-view", "corrupted-view", "original-net", "corrupted-net"]; // canvases, and images of an answer
const steps = ["original", "corrupted", "attacked"];

/** Probabilities of both networks' classes; null where there is no second network, or one cannot be shown the image. */
export interface Probs {
  first: readonly number[] | null;
  second: readonly number[] | null;
}

export class Answers {
  private readonly original = new Both("original");
  private readonly corrupted = new Both("corrupted");

  constructor(private readonly session: Session) {
    session.answered.listen((a) => this.show(a));
    session.networkLoaded.listen(() => this.name());
    session.secondChanged.listen(() => this.name());
  }

  private show(answered: Answer<Look> | null): void {
    if (!answered?.value.original) {
      this.original.clear("…");
      this.corrupted.clear("…");
    }
    if (!answered) return views.forEach(clear);
    const { value, pixels } = answered;
    for (const id of views) draw(id, value.images, id, pixels);
    if (!this.with(null)) return;
    const { dataset } = document.documentElement;
    dataset["first"] ??= performance.now().toFixed(0); // read by the browser tests
  }

  /** Shows the answers for the first two images, and those for an attacked one in bars of its own. */
  with(attacked: Probs | null, bars?: Both, before?: Probs): boolean {
    const { original, corrupted, classes, second, secondSays, sameClasses } = this.session;
    if (!original || !corrupted) return false;
    const first = [original, corrupted, ...(attacked?.first ? [attacked.first] : [])];
    const other = secondSays ? [secondSays.original, secondSays.corrupted, ...(attacked?.second ? [attacked.second] : [])] : [];
    const order = choose(sameClasses ? [...first, ...other] : first, mostShown);
    const otherOrder = sameClasses ? order : choose(other, mostShown);
    const names = second?.classes ?? [];
    const show = (b: Both, p: Probs, from?: Probs) => {
      if (p.first) b.first.show(order, p.first, classes, from?.first ? argmax(from.first) : undefined);
      else b.first.clear("cannot be shown this");
      if (p.second) b.second.show(otherOrder, p.second, names, from?.second ? argmax(from.second) : undefined);
      else b.second.clear("cannot be shown this");
    };
    const were = { first: original, second: secondSays?.original ?? null };
    show(this.original, were);
    show(this.corrupted, { first: corrupted, second: secondSays?.corrupted ?? null }, were);
    if (attacked && bars) show(bars, attacked, before);
    return true;
  }

  /** Says which bars are whose, if there are two networks. */
  private name(): void {
    const { network, second, sameClasses } = this.session;
    for (const step of steps) {
      byId(`${step}-second`).hidden = !second;
      byId(`${step}-first-name`).hidden = !second;
      byId(`${step}-first-name`).textContent = network?.source.title ?? "";
      byId(`${step}-second-name`).textContent = second?.source.title ?? "";
    }
    const differ = second !== null && network !== null && !sameClasses;
    byId("classes-differ").hidden = !differ;
    if (differ) {
      byId("classes-differ").textContent =
        `The two networks answer with different classes (${network.classes.length.toLocaleString("en")} and ${second.classes.length.toLocaleString("en")}): compare what the words mean. Each answer is compared only with what the same network said before.`;
    }
  }

  /** The two answers in a sentence; corruption is what the second image suffers. */
  summary(corruption: string, severity: number): string {
    const { original, corrupted, classes, network, second, secondSays } = this.session;
    if (!original || !corrupted) return "";
    const says = (title: string, a: string, b: string) => `${title}Picture: ${a}. ${corruption}, severity ${severity}: ${b}.`;
    const first = says(second ? `${network!.source.title}. ` : "", answer(original, classes), answer(corrupted, classes));
    if (!second || !secondSays) return first;
    return `${first} ${says(`${second.source.title}. `, answer(secondSays.original, second.classes), answer(secondSays.corrupted, second.classes))}`;
  }
}

/** The bars of one step: those of the network, and those of the second one below. */
export class Both {
  readonly first: Bars;
  readonly second: Bars;

  constructor(name: string) {
    this.first = new Bars(name);
    this.second = new Bars(`${name}-second`, 22);
  }

  clear(text: string): void {
    this.first.clear(text);
    this.second.clear(text);
  }
}
