// What the lab answers, in the columns of the first two steps: the images, and the probabilities as bars. All lists of
// classes have the same classes in the same order.

import type { Answer } from "../lab/lab";
import type { Look } from "../lab/protocol";
import type { Session } from "../session/session";
import { Bars, choose } from "../ui/bars";
import { clear, draw } from "../ui/canvas";
import { answer, argmax } from "../ui/text";

const mostShown = 5;
const views = ["original-view", "shaken-view", "original-net", "shaken-net"]; // canvases, and images of an answer

export class Answers {
  private readonly original = new Bars("original");
  private readonly shaken = new Bars("shaken");

  constructor(private readonly session: Session) {
    session.answered.listen((a) => this.show(a));
  }

  private show(answered: Answer<Look> | null): void {
    if (!answered?.value.original) {
      this.original.clear("…");
      this.shaken.clear("…");
    }
    if (!answered) return views.forEach(clear);
    const { value, pixels } = answered;
    for (const id of views) draw(id, value.images, id, pixels);
    if (this.order(null).length === 0) return;
    const { dataset } = document.documentElement;
    dataset["first"] ??= performance.now().toFixed(0); // read by the browser tests
  }

  /** Shows the first two answers, and returns the order of the classes; attacked are the probabilities of a third. */
  order(attacked: readonly number[] | null): number[] {
    const { original, shaken, classes } = this.session;
    if (!original || !shaken) return [];
    const order = choose(attacked ? [original, shaken, attacked] : [original, shaken], mostShown);
    this.original.show(order, original, classes);
    this.shaken.show(order, shaken, classes, argmax(original));
    return order;
  }

  /** The two answers in a sentence; corruption is what the second image suffers. */
  summary(corruption: string, severity: number): string {
    const { original, shaken, classes } = this.session;
    if (!original || !shaken) return "";
    return `Picture: ${answer(original, classes)}. ${corruption}, severity ${severity}: ${answer(shaken, classes)}.`;
  }
}
