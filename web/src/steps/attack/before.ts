// The picture that an attack starts from: faint where its result will be, and on a phone beside it.

import type { Start } from "../../lab/protocol";
import type { Session } from "../../session/session";
import { context } from "../../ui/canvas";
import { byId } from "../../ui/dom";
import { answer } from "../../ui/text";

export class Before {
  private readonly canvas = byId<HTMLCanvasElement>("before-view");
  private from: Start = "original";
  private second = false; // what is said is the second network's answer

  constructor(private readonly session: Session) {
    session.answered.listen(() => this.draw());
    session.sight.changed.listen(() => this.draw());
  }

  show(from: Start, second: boolean): void {
    if (from === this.from && second === this.second) return;
    this.from = from;
    this.second = second;
    this.draw();
  }

  private draw(): void {
    const { canvas, from } = this;
    const { original, corrupted, classes, sight, second, secondSays } = this.session;
    const shown = byId<HTMLCanvasElement>(`${from}-${sight.asNetwork ? "net" : "view"}`);
    canvas.width = shown.width;
    canvas.height = shown.height;
    canvas.classList.toggle("pixels", sight.asNetwork);
    context(canvas).drawImage(shown, 0, 0);
    const probs = this.second && secondSays ? secondSays[from] : from === "corrupted" ? corrupted : original;
    byId("before-says").textContent = probs ? `before: ${answer(probs, this.second && second ? second.classes : classes)}` : "";
  }
}
