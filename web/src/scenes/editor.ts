// The dialog in which a deck is chosen, and one of the visitor's own is made.

import { UserError } from "../lab/error";
import { parseLink } from "../session/permalink";
import { create } from "../ui/dom";
import { errorText } from "../ui/text";
import { load, names, showable } from "./builtin";
import type { Deck, Scene } from "./deck";
import { open, save } from "./files";
import type { OwnDeck } from "./own";
import { maxLink, pack } from "./packed";
import { named, type Place } from "./place";
import { row } from "./row";
import type { Stage } from "./stage";
import { formatMode } from "../session/mode";

/** What is to be presented. */
export interface Chosen {
  deck: Deck;
  place: Place;
  scene: number; // from 1
}

export class Editor {
  private readonly dialog = create("dialog", "card scenes-card");
  private readonly ready = create("ul", "scenes-ready");
  private readonly list = create("ol", "scenes-own");
  private readonly title = create("input");
  private readonly wrong = create("p", "wrong");
  private readonly said = create("p", "hint");
  private readonly file = create("input");
  private readonly undo = this.button("Undo", () => this.own.undo());
  private readonly needScenes = [
    this.button("Present", () => this.choose(this.own.deck, named("mine"), 1), "primary"),
    this.button("Save as a file", () => save(this.own.deck)),
    this.button("Copy a link", () => void this.copyLink()),
  ];
  private chosen: Chosen | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly own: OwnDeck,
  ) {
    const { dialog, title, file, wrong, said } = this;
    const heading = create("h2", "", "Scenes for a lecture");
    heading.id = "scenes-title";
    dialog.setAttribute("aria-labelledby", heading.id);
    wrong.setAttribute("role", "alert");
    said.setAttribute("role", "status");
    title.type = "text";
    title.maxLength = 120;
    title.id = "scenes-name";
    title.addEventListener("change", () => this.change(() => own.rename(title.value)));
    file.type = "file";
    file.accept = ".json,application/json";
    file.hidden = true;
    file.id = "scenes-file";
    file.addEventListener("change", () => void this.openFile());
    const name = create("div", "field");
    const label = create("label", "", "Title");
    label.htmlFor = title.id;
    name.append(label, title);
    const tools = create("div", "row");
    const add = this.button("Add what the page shows", () => this.add(), "primary");
    add.id = "scenes-add";
    tools.append(add, this.undo, this.button("Open a file…", () => file.click()));
    const uses = create("div", "row");
    uses.append(...this.needScenes);
    const close = this.button("Close", () => dialog.close());
    dialog.append(heading, this.ready, create("h3", "", "Your own"), name, this.list, tools, uses, file, said, wrong, close);
  }

  /** Shows the dialog; returns what is to be presented, if anything. */
  async show(): Promise<Chosen | null> {
    const { dialog } = this;
    document.body.append(dialog);
    this.render();
    dialog.showModal();
    void this.offer();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    dialog.remove();
    return this.chosen;
  }

  private button(text: string, act: () => void, className = "quiet"): HTMLButtonElement {
    const b = create("button", className, text);
    b.type = "button";
    b.addEventListener("click", () => this.change(act));
    return b;
  }

  /** Does something to the deck, and shows the deck and what was wrong. */
  private change(act: () => void): void {
    this.wrong.textContent = this.said.textContent = "";
    try {
      act();
    } catch (e) {
      this.wrong.textContent = errorText(e);
    }
    this.render();
  }

  private choose(deck: Deck, place: Place, scene: number): void {
    this.chosen = { deck, place, scene };
    this.dialog.close();
  }

  /** Lists the decks that come with the page. */
  private async offer(): Promise<void> {
    for (const name of names) {
      const item = create("li");
      this.ready.append(item);
      try {
        const { deck, lacking, offered } = showable(name, await load(name), this.stage);
        const text = create("div");
        text.append(create("b", "", deck.title), create("p", "hint", deck.about ?? ""));
        const without = lacking.length === 0 ? "" : offered ? `Left out: scenes that need ${lacking.join(", ")}.` : `Needs what is not here: ${lacking.join(", ")}.`;
        if (without) text.append(create("p", "hint", without));
        item.append(text);
        if (!offered) continue;
        const start = this.button(`Present ${deck.scenes.length} scenes`, () => this.choose(deck, named(name), 1), "primary");
        start.dataset["deck"] = name;
        start.setAttribute("aria-label", `Present ${deck.scenes.length} scenes: ${deck.title}`);
        const copy = this.button("Edit a copy", () => {
          this.own.replace(deck);
          this.said.textContent = `Your scenes are now a copy of “${deck.title}”. Undo brings back those before.`;
        });
        const buttons = create("div", "scenes-buttons");
        buttons.append(start, copy);
        item.append(buttons);
      } catch (e) {
        item.append(create("p", "wrong", errorText(e)));
      }
    }
  }

  private render(): void {
    const { own, list } = this;
    const { scenes, title } = own.deck;
    const opened = [...list.querySelectorAll("details")].map((d) => d.open);
    this.title.value = title;
    list.replaceChildren(
      ...scenes.map((scene, i) =>
        row(scene, i, scenes.length, {
          present: () => this.choose(own.deck, named("mine"), i + 1),
          move: (by) => {
            this.change(() => own.move(i, i + by));
            this.focusRow(i + by, by < 0 ? "Up:" : "Down:");
          },
          remove: () => {
            this.change(() => own.remove(i));
            this.said.textContent = `“${scene.title}” was deleted. Undo brings it back.`;
            this.undo.focus();
          },
          edit: (s) => {
            own.edit(i, s);
            this.afterEdit();
            const summary = list.children[i]?.querySelector("summary");
            if (summary) summary.textContent = `${i + 1}. ${s.title}`;
          },
        }),
      ),
    );
    if (opened.length === scenes.length) [...list.querySelectorAll("details")].forEach((d, i) => (d.open = opened[i] ?? false));
    this.afterEdit();
  }

  private afterEdit(): void {
    this.undo.disabled = !this.own.canUndo;
    for (const b of this.needScenes) b.disabled = this.own.deck.scenes.length === 0;
    if (this.own.problem) this.wrong.textContent = this.own.problem;
  }

  private focusRow(index: number, does: string): void {
    const item = this.list.children[index];
    const wanted = item?.querySelector<HTMLButtonElement>(`[data-does="${does}"]:not(:disabled)`);
    (wanted ?? item?.querySelector("summary"))?.focus();
  }

  /** Adds what the page shows as a scene, and opens its form. */
  private add(): void {
    const { stage, own } = this;
    const show = stage.link();
    const { photo, network, versus, run } = parseLink(show);
    if (photo === "own" || photo === "webcam" || network === "own" || versus === "own") {
      const what = network === "own" || versus === "own" ? "network" : "picture";
      throw new UserError(`The page shows a ${what} of your own, which a deck cannot hold. Choose one of the page's.`);
    }
    const { corruption, attack } = stage.labels();
    const scene: Scene = { title: run ? attack : corruption, focus: run ? ["picture", "change", "attack"] : ["picture", "corruption"], show };
    if (!own.add(scene)) throw new UserError("The deck is full.");
    this.said.textContent = `Scene ${own.deck.scenes.length} was added.`;
    this.render();
    const last = this.list.lastElementChild?.querySelector("details");
    if (last) last.open = true;
    queueMicrotask(() => {
      // Once the list is there as it stays.
      this.list.lastElementChild?.querySelector<HTMLInputElement>("input")?.select();
      this.list.lastElementChild?.scrollIntoView({ block: "nearest" });
    });
  }

  private async openFile(): Promise<void> {
    const file = this.file.files?.[0];
    if (!file) return;
    this.file.value = "";
    try {
      const deck = await open(file);
      this.change(() => this.own.replace(deck));
      this.said.textContent = `${file.name} was opened. Undo brings back the scenes before.`;
    } catch (e) {
      this.wrong.textContent = `${file.name} was not opened. ${errorText(e)}`;
    }
  }

  private async copyLink(): Promise<void> {
    const link = new URL(formatMode({ present: true, packed: await pack(this.own.deck) }), location.href).href;
    if (link.length > maxLink) {
      const over = `${link.length.toLocaleString("en")} characters; mail and chat programs may cut what has more than ${maxLink.toLocaleString("en")}`;
      this.wrong.textContent = `This deck is too long for a link (${over}). Save it as a file, or share fewer scenes.`;
      return;
    }
    const copied = await navigator.clipboard?.writeText(link).then(
      () => true,
      () => false,
    );
    this.said.textContent = copied ? `The link was copied: ${link.length.toLocaleString("en")} of at most ${maxLink.toLocaleString("en")} characters.` : "";
    if (copied) return;
    const a = create("a", "code-link", link);
    a.href = link;
    this.said.replaceChildren("Copy this link: ", a);
  }
}
