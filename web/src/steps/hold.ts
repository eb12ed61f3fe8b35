// Press and hold on a changed picture to see, in the same place, what it was before.

import type { Start } from "../lab/protocol";
import type { Session } from "../session/session";
import { context } from "../ui/canvas";
import { byId, create } from "../ui/dom";
import type { Notice } from "../ui/notice";
import { answer } from "../ui/text";

/** Lets the visitor compare the pictures of the second and third step; attacked returns what an attack, if any is shown, started from. */
export function offerHold(session: Session, notice: Notice, attacked: () => { from: Start; probs: readonly number[] | null; classes: readonly string[] } | null): void {
  new Hold(session, notice, "corrupted", () => ({ from: "original" as const, probs: session.original, classes: session.classes }));
  new Hold(session, notice, "attacked", attacked);
}

class Hold {
  private readonly frame: HTMLElement;
  private readonly canvas = create("canvas", "held");
  private readonly says = create("p", "under-way held");
  private readonly button = create("button", "hold", "Hold to compare");

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
    private readonly step: "corrupted" | "attacked",
    private readonly before: () => { from: Start; probs: readonly number[] | null; classes: readonly string[] } | null,
  ) {
    this.frame = byId(`${step}-view`).parentElement!;
    const { canvas, says, button, frame } = this;
    canvas.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.id = `${step}-hold`;
    button.setAttribute("aria-pressed", "false");
    button.title = "Press and hold, here or on the picture, to see what it was before";
    canvas.hidden = says.hidden = true;
    frame.append(canvas, says, button);
    frame.addEventListener("pointerdown", (e) => {
      if (e.button === 0 && e.isPrimary) this.show();
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave", "lostpointercapture"]) frame.addEventListener(end, () => this.hide());
    frame.addEventListener("contextmenu", (e) => {
      if (this.held) e.preventDefault(); // a long press on a touch screen
    });
    button.addEventListener("keydown", (e) => {
      if (e.key !== " " && e.key !== "Enter") return;
      e.preventDefault(); // no click follows
      this.show();
    });
    button.addEventListener("keyup", () => this.hide());
    button.addEventListener("blur", () => this.hide());
    // A screen reader presses without holding: it changes over, and back.
    button.addEventListener("click", (e) => {
      if (e.detail > 0) return;
      if (this.held) this.hide();
      else this.show();
    });
    session.answered.listen(() => this.hide());
  }

  private get held(): boolean {
    return !this.canvas.hidden;
  }

  private show(): void {
    const before = this.before();
    if (this.held || !before?.probs) return;
    const { canvas, says, session, step } = this;
    const plain = session.sight.asNetwork || byId(`${step}-view`).classList.contains("pixels");
    const shown = byId<HTMLCanvasElement>(`${before.from}-${plain ? "net" : "view"}`);
    canvas.width = shown.width;
    canvas.height = shown.height;
    canvas.classList.toggle("pixels", plain);
    context(canvas).drawImage(shown, 0, 0);
    const text = `Before: ${answer(before.probs, before.classes)}`;
    says.textContent = text;
    this.turn(true);
    this.notice.announce(`${text}.`);
  }

  private hide(): void {
    if (!this.held) return;
    this.turn(false);
    this.notice.announce(this.step === "corrupted" ? "The corrupted picture again." : "The attacked picture again.");
  }

  private turn(on: boolean): void {
    this.canvas.hidden = this.says.hidden = !on;
    this.button.setAttribute("aria-pressed", String(on));
  }
}
