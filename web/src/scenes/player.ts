// Presents a deck: one scene after the other, by keys, remote, swipe or the speaker's window.

import { needs } from "./builtin";
import { type Deck, type Focus, parts, type Scene } from "./deck";
import { type Action, actionOf, framedActionOf } from "./keys";
import type { Place } from "./place";
import { Screen } from "./screen";
import { Speaker } from "./speaker";
import type { Stage } from "./stage";
import { listenForSwipes } from "./swipe";

/** What is in view where a scene does not say it. */
export function focusOf({ focus, show }: Scene): readonly Focus[] {
  if (focus) return focus;
  return /[#&]run=1\b/.test(show) ? ["picture", "attack"] : ["picture", "corruption"];
}

export class Player {
  private readonly screen = new Screen();
  private readonly speaker = new Speaker((action, key) => this.do(action, key));
  private readonly listening = new AbortController();
  private readonly focused = document.activeElement;
  private index = -1;
  private hidden = false;
  private left: () => void = () => {};
  private wasFull = false;
  /** Is resolved when the presentation has been left. */
  readonly over = new Promise<void>((done) => (this.left = done));

  constructor(
    private readonly stage: Stage,
    private readonly deck: Deck,
    private readonly place: Place,
    private readonly showCode: (scene: Scene) => Promise<void>,
  ) {
    const { screen, listening } = this;
    const { signal } = listening;
    screen.enter();
    screen.onpick = (i) => void this.go(i);
    screen.previous.addEventListener("click", () => this.do("previous"));
    screen.next.addEventListener("click", () => this.do("next"));
    screen.helpButton.addEventListener("click", () => this.do("help"));
    screen.leaveButton.addEventListener("click", () => this.do("leave"));
    addEventListener("keydown", (e) => this.pressed(e), { signal });
    listenForSwipes((way) => this.do(way), signal);
    // Escape leaves full screen without a key event: what was full screen for the presentation ends with it.
    addEventListener("fullscreenchange", () => document.fullscreenElement === null && this.wasFull && this.leave(), { signal });
  }

  private get scene(): Scene {
    return this.deck.scenes[this.index]!;
  }

  private pressed(e: KeyboardEvent): void {
    const action = actionOf(e);
    const target = e.target as Element | null;
    if (!action || document.querySelector("dialog[open]")) return;
    // A focused button is pressed by its own keys.
    if ((e.key === "Enter" || e.key === " ") && target?.closest("button")) return;
    e.preventDefault();
    this.do(action, e.key);
  }

  /** Does what a key says. */
  do(action: Action, key = ""): void {
    const { screen, stage } = this;
    if (screen.isBlack && action !== "leave") return this.black(false);
    switch (action) {
      case "next":
        if (this.hidden) return this.reveal();
        return void this.go(this.index + 1);
      case "previous":
        return void this.go(this.index - 1);
      case "first":
        return void this.go(0);
      case "last":
        return void this.go(this.deck.scenes.length - 1);
      case "black":
        return this.black(true);
      case "hide":
        return this.hidden ? this.reveal() : this.hide();
      case "attack":
        return stage.attack();
      case "hold":
        return stage.hold();
      case "severity":
        return stage.setSeverity(Number(key));
      case "reroll":
        return stage.reroll();
      case "sight":
        return stage.toggleSight();
      case "screen":
        return void this.toggleFull();
      case "notes":
        return this.openNotes();
      case "code":
        return void this.showCode(this.scene);
      case "help":
        return screen.help.showModal();
      case "leave":
        return this.leave();
    }
  }

  /** Shows a scene of the deck, if there is one. */
  async go(index: number): Promise<void> {
    const { deck, screen, stage } = this;
    if (index < 0 || index >= deck.scenes.length || index === this.index) return;
    this.index = index;
    const { scene } = this;
    const number = `${index + 1} of ${deck.scenes.length}`;
    stage.session.presented = this.place.link(index);
    delete document.documentElement.dataset["scene"];
    this.hidden = stage.notice.silent = scene.question !== undefined;
    screen.scene(scene.title, number, scene.question ?? "", focusOf(scene));
    screen.hide(this.hidden);
    screen.sentence(this.hidden ? "" : (scene.say ?? ""));
    screen.problem("");
    screen.dot(index, deck.scenes.map((s) => s.title));
    screen.announce(`Scene ${number}: ${scene.title}. ${scene.question ?? scene.say ?? ""}`);
    if (!screen.help.open) screen.focus();
    this.tell();
    const { page, hash } = parts(scene);
    const missing = needs(scene, stage);
    document.documentElement.classList.toggle("lecture-missing", missing !== "");
    if (missing || page) stage.stop();
    if (missing) {
      screen.page("");
      return this.settle(index, `This scene needs ${missing}, which ${/s$/.test(missing) ? "are" : "is"} not here.`);
    }
    if (page) {
      screen.page(page + hash)?.addEventListener("load", (e) => this.listenWithin(e.target as HTMLIFrameElement));
      return this.settle(index, "");
    }
    screen.page("");
    document.documentElement.classList.add("lecture-changing");
    try {
      const shown = await stage.show(hash);
      if (shown) this.settle(index, stage.problem());
    } finally {
      if (index === this.index) document.documentElement.classList.remove("lecture-changing");
    }
  }

  /** A scene is there, with what went wrong. */
  private settle(index: number, problem: string): void {
    if (index !== this.index) return;
    document.documentElement.classList.remove("lecture-changing");
    this.screen.problem(problem);
    if (document.documentElement.dataset["page"] === "no" && !document.documentElement.classList.contains("lecture-missing")) this.screen.label(this.stage.labels());
    document.documentElement.dataset["scene"] = String(index + 1); // read by the browser tests
    this.stage.session.changed.send();
  }

  /** A page in a frame is shown as large as the presentation, without what belongs to it as a whole; keys that it has no use for work in it, too. */
  private listenWithin(frame: HTMLIFrameElement): void {
    const root = frame.contentDocument?.documentElement;
    root?.classList.add("embedded");
    const size = () => root && (root.style.fontSize = getComputedStyle(document.documentElement).fontSize);
    size();
    frame.contentWindow?.addEventListener("resize", size);
    this.screen.hide(this.hidden);
    frame.contentWindow?.addEventListener("keydown", (e) => {
      const field = (e.target as Element | null)?.closest("input, select, textarea") !== null;
      if (framedActionOf(e, field)) this.pressed(e);
    });
  }

  private hide(): void {
    this.hidden = this.stage.notice.silent = true;
    this.screen.hide(true);
    this.screen.sentence("");
    this.tell();
  }

  /** Shows the answer: what the network says, and what there is to say of it. */
  private reveal(): void {
    const { scene, screen, stage } = this;
    this.hidden = stage.notice.silent = false;
    screen.hide(false);
    const said = scene.answer ?? scene.say ?? "";
    screen.sentence(said);
    stage.replay();
    const focus = focusOf(scene);
    const outcome = parts(scene).page ? "" : stage.outcome(focus.includes("attack"), focus.includes("corruption"));
    screen.announce(`${said} ${outcome}`.trim());
    this.tell();
  }

  private black(on: boolean): void {
    this.screen.black(on);
    this.tell();
  }

  private async toggleFull(): Promise<void> {
    if (document.fullscreenElement) {
      this.wasFull = false;
      await document.exitFullscreen();
    } else await this.fill();
  }

  /** Fills the screen, where the browser lets a page do so. */
  async fill(): Promise<void> {
    await document.documentElement.requestFullscreen?.().then(
      () => (this.wasFull = true),
      () => {}, // only what a person has pressed may fill the screen
    );
  }

  private openNotes(): void {
    const opened = this.speaker.open();
    if (!opened) this.screen.problem("The browser did not open a second window. Allow pop-up windows for this page (beside the address) and press S again.");
    this.tell();
  }

  /** Tells the speaker's window what is shown. */
  private tell(): void {
    const { deck, index, hidden, screen } = this;
    const following = deck.scenes[index + 1];
    this.speaker.tell({ deck: deck.title, number: index + 1, of: deck.scenes.length, scene: this.scene, next: following ?? null, hidden, black: screen.isBlack });
  }

  leave(): void {
    const { stage } = this;
    this.listening.abort();
    this.speaker.close();
    this.screen.leave();
    document.documentElement.classList.remove("lecture-changing", "lecture-missing");
    delete document.documentElement.dataset["scene"];
    stage.notice.silent = false;
    stage.session.presented = "";
    stage.session.changed.send();
    if (document.fullscreenElement) void document.exitFullscreen();
    if (this.focused instanceof HTMLElement) this.focused.focus();
    this.left();
  }
}
