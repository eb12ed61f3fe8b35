// What is known of a run: heat maps and curves while it goes on, and figures, classes and images when they are asked for.

import { visible } from "../lab/visible";
import { byId, create } from "../ui/dom";
import { readable } from "../ui/text";
import { type Line, showCurves } from "./curve";
import type { Evaluator } from "./evaluator";
import { HeatMap, type Row, rows } from "./grid";
import type { Cell, Figure, Plan, Shade, Summary } from "./protocol";

const brokenImages = 12;

export class Results {
  private maps: HeatMap[] = [];
  private cells: Map<number, Cell>[] = []; // by network and perturbation
  private row: Row | null = null;
  private drawing = 0;

  constructor(
    private readonly book: Evaluator,
    private readonly names: readonly string[],
    private readonly plan: Plan,
    shades: readonly Shade[],
  ) {
    byId("results").hidden = false;
    this.maps = names.map((name) => new HeatMap(name, plan.perturbations, shades));
    this.cells = names.map(() => new Map<number, Cell>());
    for (const m of this.maps) {
      m.onrow = (row) => {
        this.row = row;
        this.drawCurves();
      };
    }
    byId("maps").replaceChildren(...this.maps.map((m) => m.element));
    byId("summary").replaceChildren();
    byId("warnings").replaceChildren();
    for (const id of ["by-class", "by-image"]) {
      const details = byId<HTMLDetailsElement>(id);
      details.hidden = false;
      details.ontoggle = () => void this.details();
    }
    this.drawCurves();
  }

  /** Shows cells that have changed. */
  show(cells: readonly Cell[]): void {
    for (const c of cells) {
      this.cells[c.network]!.set(c.perturbation, c);
      this.maps[c.network]!.show(c);
    }
    clearTimeout(this.drawing);
    this.drawing = window.setTimeout(() => this.drawCurves(), 200);
  }

  /** Computes what takes longer: the figures of networks, and what is open below. */
  async settle(): Promise<void> {
    this.drawCurves();
    this.showSummary((await this.book.ask("summary", {})).value);
    await this.details();
  }

  private drawCurves(): void {
    const { corruptions, severities } = rows(this.plan.perturbations);
    const levels = severities.filter((s) => s !== "range");
    const clean = this.plan.perturbations.findIndex((p) => !p.corruption && !p.attack);
    const chosen = this.row ? [this.row] : corruptions;
    const lines: Line[] = this.names.map((name, n) => ({
      name,
      shares: [this.mean(n, [clean]), ...levels.map((s) => this.mean(n, chosen.flatMap((r) => r.severities.get(s) ?? [])))],
    }));
    const what = this.row ? readable(this.row.name) : corruptions.length === 1 ? corruptions[0]!.name : "mean over corruptions";
    showCurves(`Accuracy by severity: ${what}`, levels.length > 0 ? ["clean", ...levels] : [], lines);
  }

  /** The mean accuracy of cells, or null if some are not complete. */
  private mean(network: number, perturbations: readonly number[]): number | null {
    const cells = perturbations.map((p) => this.cells[network]!.get(p));
    if (cells.length === 0 || cells.some((c) => !c || c.images < c.all)) return null;
    return cells.reduce((sum, c) => sum + c!.right / c!.images, 0) / cells.length;
  }

  private showSummary({ models, warnings, notes }: Summary): void {
    const table = byId<HTMLTableElement>("summary");
    table.replaceChildren(create("caption", "sr", "Figures of the networks, with 95 % intervals"));
    const head = table.createTHead().insertRow();
    for (const name of ["network", "clean (%)", "corrupted (%)", "R", "attacked (%)"]) {
      const cell = create("th", "", name);
      cell.scope = "col";
      head.append(cell);
    }
    head.cells[3]!.title = "mean corrupted accuracy divided by the clean one";
    const body = table.createTBody();
    for (const m of models) {
      const line = body.insertRow();
      const name = create("th", "", visible(m.name));
      name.scope = "row";
      line.append(name);
      line.append(figure(m.clean, 100), figure(m.corrupted, 100), figure(m.robustness, 1), figure(m.attacked, 100, m.attacked_by));
    }
    byId("warnings").replaceChildren(...[...warnings, ...notes].map((w) => create("li", "", visible(w))));
  }

  /** Shows classes and images, where they are wanted. */
  private async details(): Promise<void> {
    const classes = byId<HTMLDetailsElement>("by-class");
    const images = byId<HTMLDetailsElement>("by-image");
    if (!classes.open && !images.open) return;
    const tables: HTMLElement[] = [];
    const lists: HTMLElement[] = [];
    for (const [network, name] of this.names.entries()) {
      const { value, bytes } = await this.book.ask("details", { network, images: images.open ? brokenImages : 0 });
      const table = create("table", "figures");
      table.append(create("caption", "", visible(name)));
      const head = table.createTHead().insertRow();
      for (const text of ["class", "images", "clean (%)", "corrupted (%)"]) {
        const cell = create("th", "", text);
        cell.scope = "col";
        head.append(cell);
      }
      const body = table.createTBody();
      for (const c of value.classes) {
        const line = body.insertRow();
        const label = create("th", "", visible(c.name));
        label.scope = "row";
        line.append(label);
        for (const text of [String(c.images), share(c.clean), share(c.corrupted)]) line.insertCell().textContent = text;
      }
      tables.push(table);
      if (!images.open) continue;
      lists.push(create("h3", "", visible(name)));
      if (value.broken.length === 0) lists.push(create("p", "hint", "None is known yet: it takes the clean images and a corruption."));
      const list = create("ul", "broken");
      const { width, height } = value.pixels;
      value.broken.forEach((b, i) => {
        const item = create("li");
        for (const k of [2 * i, 2 * i + 1]) item.append(picture(bytes, k, width, height));
        const by = this.plan.perturbations[b.perturbation]!.label;
        item.append(create("p", "", visible(`${b.label}, wrong in ${b.wrong} of ${b.cells} cells; first under ${by}: ${b.answer}`)));
        list.append(item);
      });
      lists.push(list);
    }
    byId("classes").replaceChildren(...tables);
    byId("broken").replaceChildren(...lists);
  }
}

function figure([value, lower, upper]: Figure, factor: number, by = ""): HTMLTableCellElement {
  const cell = create("td");
  const digits = factor === 1 ? 3 : 1;
  const write = (v: number) => (factor * v).toFixed(digits);
  cell.append(value === undefined ? "–" : write(value));
  if (lower !== undefined && upper !== undefined) cell.append(" ", create("small", "", `${write(lower)}–${write(upper)}`));
  if (by) cell.title = visible(by);
  return cell;
}

function share(v: number): string {
  return v < 0 ? "–" : (100 * v).toFixed(1);
}

/** Draws the image at a place of pixels. */
function picture(pixels: Uint8Array<ArrayBuffer>, place: number, width: number, height: number): HTMLCanvasElement {
  const canvas = create("canvas");
  canvas.width = width;
  canvas.height = height;
  const size = 4 * width * height;
  const data = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset + place * size, size);
  canvas.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place % 2 === 0 ? "the image" : "the image, corrupted");
  return canvas;
}
