// The dialog in which a corruption is chosen: the user's image under every one of them, by family, with a search.
// To assistive technology it is a combobox: the focus stays in the search, the arrows move through the images.

import type { Answer, Lab } from "../../lab/lab";
import type { Pool } from "../../lab/pool";
import type { Classified, Corruption, GalleryAnswer } from "../../lab/protocol";
import { context } from "../../ui/canvas";
import { byId, create } from "../../ui/dom";
import { argmax, className, count, errorText, percent, readable, sentence } from "../../ui/text";
import { byFamily, matches, shortTitle } from "./corruptions";
import { drawSheet, savePNG } from "./sheet";

/** What the gallery shows, and its initial choice. */
export interface Scene {
  image: string; // differs with the image and the seed
  network: string; // differs with the network and the size at which it has the image corrupted
  title: string; // of the image
  original: HTMLCanvasElement;
  corruption: string;
  severity: number;
  before: number; // class that the network names for the original; -1 without a network
  classes: readonly string[];
}

interface Cell {
  corruption: Corruption;
  option: HTMLElement;
  canvas: HTMLCanvasElement;
  shows: string; // the image and severity that its pixels show
  says: HTMLElement; // what the network says of it
  answers: string; // the image, severity and network that this is of
  held: boolean; // it is what the network says of the original
}

interface Family {
  name: string;
  section: HTMLElement;
  cells: Cell[];
}

export class Gallery {
  /** Distributes the images among labs. */
  share: Pool["share"] = () => Promise.reject(new Error("there is no lab"));
  /** Asks a lab for an image at a severity: one at a time, so that the slider never waits for long. */
  ask: (lab: Lab, name: string, severity: number) => Promise<Answer<GalleryAnswer>> = () => Promise.reject(new Error("there is no lab"));
  /** Asks what the network says of it. */
  classify: (name: string, severity: number) => Promise<Answer<Classified>> = () => Promise.reject(new Error("there is no lab"));
  /** A corruption was chosen, at a severity. */
  onchoose: (corruption: string, severity: number) => void = () => {};

  private readonly dialog = byId<HTMLDialogElement>("gallery");
  private readonly list = byId("gallery-list");
  private readonly search = byId<HTMLInputElement>("gallery-search");
  private readonly severity = byId<HTMLInputElement>("gallery-severity");
  private families: Family[] = [];
  private scene: Scene | null = null;
  private active: Cell | null = null; // what Enter chooses
  private moving = false; // the arrows move between images, not in the search
  private filling: Promise<void> | null = null;
  private asking = false; // what the network says
  private readonly underWay = new Set<Cell>();

  constructor() {
    this.severity.addEventListener("input", () => this.fill());
    this.list.addEventListener("scroll", () => this.fill(), { passive: true });
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (e) => this.key(e));
    this.search.form!.addEventListener("submit", (e) => {
      e.preventDefault();
      if (this.active) this.choose(this.active);
    });
    byId("gallery-close").addEventListener("click", () => this.dialog.close());
    byId("gallery-save").addEventListener("click", () => void this.save());
  }

  /** Adds a tile for every corruption. */
  offer(all: readonly Corruption[], side: number): void {
    this.families = [...byFamily(all)].map(([name, members]) => {
      const heading = create("h3", "", readable(name));
      heading.id = `family-${name}`;
      const tiles = create("div", "tiles");
      const section = create("section");
      section.setAttribute("role", "group");
      section.setAttribute("aria-labelledby", heading.id);
      for (const e of [heading, tiles]) e.setAttribute("role", "presentation");
      section.append(heading, tiles);
      const cells = members.map((c) => this.cell(c, side));
      tiles.append(...cells.map((c) => c.option));
      return { name, section, cells };
    });
    this.list.replaceChildren(...this.families.map((f) => f.section));
  }

  private cell(corruption: Corruption, side: number): Cell {
    const canvas = create("canvas");
    canvas.width = canvas.height = side;
    canvas.setAttribute("aria-hidden", "true");
    const option = create("div", "tile");
    option.id = `option-${corruption.name}`;
    option.title = corruption.summary;
    option.setAttribute("role", "option");
    const says = create("span", "says");
    option.append(canvas, create("span", "name", shortTitle(corruption)), says, create("span", "suite", corruption.suite));
    const cell = { corruption, option, canvas, shows: "", says, answers: "", held: false };
    option.addEventListener("click", () => this.choose(cell));
    return cell;
  }

  open(scene: Scene): void {
    this.scene = scene;
    this.severity.value = String(scene.severity);
    this.search.value = "";
    for (const c of this.cells()) c.option.setAttribute("aria-selected", String(c.corruption.name === scene.corruption));
    if (!this.dialog.open) this.dialog.showModal();
    // On a phone the search would call up a keyboard over the images.
    (matchMedia("(pointer: coarse)").matches ? byId("gallery-title") : this.search).focus();
    this.filter();
    this.activate(this.cells().find((c) => c.corruption.name === scene.corruption) ?? null);
  }

  /** Waits while the dialog is open. */
  async closed(): Promise<void> {
    if (this.dialog.open) await new Promise((done) => this.dialog.addEventListener("close", done, { once: true }));
  }

  private cells(): Cell[] {
    return this.families.flatMap((f) => f.cells);
  }

  private shown(): Cell[] {
    return this.cells().filter((c) => !c.option.hidden);
  }

  // ---- images ----

  /** The image and severity to show now. */
  private wanted(): string {
    return `${this.scene?.image} ${this.severity.value}`;
  }

  /** The image, severity and network to show answers of now. */
  private asked(): string {
    return `${this.wanted()} ${this.scene?.network}`;
  }

  /** Asks for what is out of date until nothing is, the visible first. What the search hides is not asked for. */
  private fill(): Promise<void> {
    byId("gallery-value").textContent = this.severity.value;
    this.sum();
    return (this.filling ??= this.refresh().finally(() => {
      this.filling = null;
      this.list.setAttribute("aria-busy", "false");
      void this.askAll(); // only now: the images come first
    }));
  }

  private async refresh(): Promise<void> {
    this.list.setAttribute("aria-busy", "true");
    try {
      if (this.stale()) {
        await this.share((lab) => {
          const cell = this.stale();
          return cell && this.paint(cell, lab);
        });
      }
      byId("gallery-wrong").textContent = "";
    } catch (e) {
      byId("gallery-wrong").textContent = sentence(errorText(e));
    }
  }

  private async paint(cell: Cell, lab: Lab): Promise<void> {
    const wanted = this.wanted();
    this.underWay.add(cell);
    try {
      const { value, pixels } = await this.ask(lab, cell.corruption.name, Number(this.severity.value));
      const p = value.images[0]!;
      const part = pixels.subarray(p.offset, p.offset + 4 * p.width * p.height);
      context(cell.canvas).putImageData(new ImageData(part, p.width, p.height), 0, 0);
      cell.shows = wanted;
    } finally {
      this.underWay.delete(cell);
    }
  }

  private stale(): Cell | undefined {
    return this.next((c) => c.shows !== this.wanted() && !this.underWay.has(c));
  }

  /** The next of those that are to be done, the visible first. */
  private next(due: (c: Cell) => boolean): Cell | undefined {
    if (!this.dialog.open) return undefined;
    const old = this.shown().filter(due);
    const frame = this.list.getBoundingClientRect();
    const seen = old.find((c) => {
      const r = c.option.getBoundingClientRect();
      return r.bottom > frame.top && r.top < frame.bottom;
    });
    return seen ?? old[0];
  }

  // ---- answers ----

  /** Asks the network about what is shown, one after the other, the visible first, until all is up to date. */
  private async askAll(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      for (let cell = this.unasked(); cell; cell = this.unasked()) {
        const asked = this.asked();
        const { value } = await this.classify(cell.corruption.name, Number(this.severity.value));
        if (asked === this.asked()) this.say(cell, value.probs, asked);
      }
    } catch (e) {
      byId("gallery-wrong").textContent = sentence(errorText(e));
    } finally {
      this.asking = false;
    }
  }

  private say(cell: Cell, probs: readonly number[], of: string): void {
    const { before, classes } = this.scene!;
    cell.answers = of;
    cell.held = argmax(probs) === before;
    const tick = create("span", "tick", cell.held ? "✓" : "✗");
    tick.setAttribute("aria-hidden", "true");
    const k = argmax(probs);
    const name = create("span", "class", `${className(classes, k)} `);
    cell.says.replaceChildren(tick, create("span", "sr", cell.held ? "same answer: " : "another answer: "), name, create("span", "", percent(probs[k] ?? 0)));
    cell.option.dataset["held"] = cell.held ? "yes" : "no";
    this.sum();
  }

  private unasked(): Cell | undefined {
    return this.scene && this.scene.before >= 0 ? this.next((c) => c.answers !== this.asked()) : undefined;
  }

  /** Says how many corruptions are shown, and how many of them leave the answer as it is. */
  private sum(): void {
    const shown = this.shown();
    const all = this.cells().length;
    const answered = shown.filter((c) => c.answers === this.asked());
    for (const c of shown) c.option.classList.toggle("old", c.answers !== this.asked());
    let kept = "";
    if (answered.length > 0 && answered.length === shown.length) {
      const { before, classes } = this.scene!;
      kept = `; under ${answered.filter((c) => c.held).length} the answer stays “${className(classes, before)}”`;
    }
    byId("gallery-count").textContent = `${shown.length === all ? all : `${shown.length} of ${all}`} corruptions${kept}`;
  }

  // ---- choosing ----

  private filter(): void {
    for (const f of this.families) {
      for (const c of f.cells) c.option.hidden = !matches(c.corruption, this.search.value);
      f.section.hidden = f.cells.every((c) => c.option.hidden);
    }
    const shown = this.shown();
    byId("gallery-none").hidden = shown.length > 0;
    byId<HTMLButtonElement>("gallery-save").disabled = shown.length === 0;
    this.moving = false;
    this.activate(shown[0] ?? null);
    void this.fill();
  }

  private activate(cell: Cell | null): void {
    this.active?.option.classList.remove("active");
    this.active = cell;
    if (!cell) return this.search.removeAttribute("aria-activedescendant");
    cell.option.classList.add("active");
    cell.option.scrollIntoView({ block: "nearest" });
    this.search.setAttribute("aria-activedescendant", cell.option.id);
  }

  private key(e: KeyboardEvent): void {
    const shown = this.shown();
    const now = this.active ? shown.indexOf(this.active) : -1;
    let next: Cell | null | undefined;
    switch (e.key) {
      case "Escape":
        if (this.search.value === "") return; // closes the dialog
        e.preventDefault();
        this.search.value = "";
        return this.filter();
      case "ArrowDown":
      case "ArrowUp":
        next = this.active && beside(this.active, shown, e.key === "ArrowDown" ? 1 : -1);
        break;
      case "ArrowLeft":
      case "ArrowRight":
        if (!this.moving && this.search.value !== "") return;
        next = shown[now + (e.key === "ArrowRight" ? 1 : -1)];
        break;
      default:
        return;
    }
    e.preventDefault();
    this.moving = true;
    if (next) this.activate(next);
  }

  private choose(c: Cell): void {
    this.dialog.close();
    this.onchoose(c.corruption.name, Number(this.severity.value));
  }

  // ---- saving ----

  /** What stands below an image of the sheet: the network's answer, if it is there, or the suite. */
  private below(c: Cell): string {
    return c.answers === this.asked() ? `${c.held ? "✓" : "✗"} ${c.says.querySelector(".class")!.textContent}${c.says.lastChild!.textContent}` : c.corruption.suite;
  }

  /** Saves what is shown as one image, once all of it is up to date. */
  private async save(): Promise<void> {
    await this.fill();
    if (!this.scene || this.shown().some((c) => c.shows !== this.wanted())) return;
    const families = this.families.map((f) => ({
      name: readable(f.name),
      images: f.cells
        .filter((c) => !c.option.hidden)
        .map((c) => ({ canvas: c.canvas, name: shortTitle(c.corruption), suite: this.below(c) })),
    }));
    const severity = this.severity.value;
    const images = this.shown().length;
    const head = `${images === 1 ? "One corruption" : `${count(images)} corruptions`} at severity ${severity} of 5`;
    try {
      await savePNG(drawSheet(families, this.scene.original, head, this.scene.title), `corruptions-severity-${severity}.png`);
    } catch (e) {
      byId("gallery-wrong").textContent = sentence(errorText(e));
    }
  }
}

/** The cell in the next row, below (1) or above (-1), that is nearest. */
function beside(from: Cell, cells: readonly Cell[], way: 1 | -1): Cell | undefined {
  const place = (c: Cell) => c.option.getBoundingClientRect();
  const here = place(from);
  return cells
    .map((cell) => ({ cell, down: way * (place(cell).top - here.top), aside: Math.abs(place(cell).left - here.left) }))
    .filter((c) => c.down > 1)
    .sort((a, b) => a.down - b.down || a.aside - b.aside)[0]?.cell;
}
