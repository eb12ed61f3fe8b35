// The heat map of a network: corruptions by severity, and attacks, with numbers in the cells.

import { visible } from "../lab/visible";
import { create } from "../ui/dom";
import { readable } from "../ui/text";
import type { Cell, Perturbation, Shade } from "./protocol";

/** A row of a heat map: a corruption, in one of the ways it is measured. */
export interface Row {
  key: string;
  name: string;
  severities: Map<string, number>; // place of the perturbation
}

/** Sorts perturbations into rows: each corruption by its text without the severity, then attacks and what has no severity. */
export function rows(perturbations: readonly Perturbation[]): { corruptions: Row[]; others: { name: string; perturbation: number }[]; severities: string[] } {
  const corruptions = new Map<string, Row>();
  const others: { name: string; perturbation: number }[] = [];
  const severities = new Set<string>();
  const variants = new Map<string, Set<string>>(); // of a corruption
  const keyOf = (p: Perturbation) => p.text.replace(/severity=[^,}]*,?/, "").replace(/,?}$/, "}");
  for (const p of perturbations) if (p.corruption) variants.set(p.corruption, (variants.get(p.corruption) ?? new Set()).add(keyOf(p)));
  perturbations.forEach((p, k) => {
    if (!p.corruption) return others.push({ name: p.attack ? p.label : "clean", perturbation: k });
    const key = keyOf(p);
    const several = variants.get(p.corruption)!.size > 1;
    const row = corruptions.get(key) ?? { key, name: several ? key : readable(p.corruption), severities: new Map<string, number>() };
    row.severities.set(p.severity, k);
    severities.add(p.severity);
    corruptions.set(key, row);
    return 0;
  });
  return { corruptions: [...corruptions.values()], others, severities: [...severities].sort() };
}

export class HeatMap {
  readonly element = create("section", "map");
  /** Is called when a row is chosen; with null if it is chosen no longer. */
  onrow: (row: Row | null) => void = () => {};
  private readonly places: HTMLTableCellElement[] = []; // by perturbation
  private readonly means = new Map<Row, HTMLTableCellElement>();
  private readonly cells = new Map<number, Cell>();
  private chosen: HTMLButtonElement | null = null;
  private readonly parts: ReturnType<typeof rows>;

  constructor(
    name: string,
    private readonly perturbations: readonly Perturbation[],
    private readonly shades: readonly Shade[],
  ) {
    this.parts = rows(perturbations);
    const { corruptions, others, severities } = this.parts;
    this.element.append(create("h3", "", visible(name)));
    const scroll = create("div", "scroll");
    this.element.append(scroll);
    if (corruptions.length > 0) scroll.append(this.table(`Accuracy of ${visible(name)} in percent, by corruption and severity`, corruptions, severities));
    if (others.length > 0) scroll.append(this.list(`Accuracy of ${visible(name)} in percent, on clean and attacked images`, others));
  }

  /** Shows what is known of a cell. */
  show(c: Cell): void {
    this.cells.set(c.perturbation, c);
    const place = this.places[c.perturbation]!;
    const text = this.perturbations[c.perturbation]!.label;
    place.classList.toggle("part", c.images < c.all && !c.failure);
    if (c.images === 0) {
      place.textContent = c.failure ? "×" : "–";
      place.title = c.failure ? `${text}: failed, ${c.failure}` : `${text}: not measured`;
      return;
    }
    place.textContent = String(Math.round((100 * c.right) / c.images));
    place.title = `${text}: ${((100 * c.right) / c.images).toFixed(1)} % (${(100 * c.lower).toFixed(1)}–${(100 * c.upper).toFixed(1)}), ${c.right} of ${c.images}${c.images < c.all ? " so far" : ""}`;
    this.color(place, c.right / c.images);
    for (const row of this.parts.corruptions) {
      const places = [...row.severities.values()];
      if (!places.includes(c.perturbation)) continue;
      const there = places.map((k) => this.cells.get(k)).filter((x) => x !== undefined);
      if (there.length < places.length || there.some((x) => x.images < x.all)) return;
      const mean = there.reduce((sum, x) => sum + x.right / x.images, 0) / there.length;
      const at = this.means.get(row)!;
      at.textContent = String(Math.round(100 * mean));
      at.title = `${row.name}, mean over severities: ${(100 * mean).toFixed(1)} %`;
      this.color(at, mean);
    }
  }

  private color(e: HTMLElement, share: number): void {
    const shade = this.shades[Math.round(100 * share)]!;
    e.style.backgroundColor = shade.fill;
    e.style.color = shade.ink;
  }

  private table(caption: string, list: readonly Row[], severities: readonly string[]): HTMLTableElement {
    const table = head(caption, ["corruption", ...severities, "mean"]);
    const body = table.createTBody();
    for (const row of list) {
      const line = body.insertRow();
      line.append(this.rowHead(row));
      for (const severity of severities) {
        const k = row.severities.get(severity);
        const place = line.insertCell();
        place.textContent = k === undefined ? "" : "·";
        if (k !== undefined) this.places[k] = place;
      }
      const mean = line.insertCell();
      mean.textContent = "·";
      this.means.set(row, mean);
    }
    return table;
  }

  private rowHead(row: Row): HTMLTableCellElement {
    const cell = create("th");
    cell.scope = "row";
    const button = create("button", "", row.name);
    button.type = "button";
    button.title = "Show its curve";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const again = this.chosen === button;
      this.chosen?.setAttribute("aria-pressed", "false");
      this.chosen = again ? null : button;
      this.chosen?.setAttribute("aria-pressed", "true");
      this.onrow(again ? null : row);
    });
    cell.append(button);
    return cell;
  }

  private list(caption: string, others: readonly { name: string; perturbation: number }[]): HTMLTableElement {
    const table = head(caption, ["images", "accuracy"]);
    const body = table.createTBody();
    for (const o of others) {
      const line = body.insertRow();
      const cell = create("th", "", o.name);
      cell.scope = "row";
      line.append(cell);
      this.places[o.perturbation] = line.insertCell();
      this.places[o.perturbation]!.textContent = "·";
    }
    return table;
  }
}

function head(caption: string, names: readonly string[]): HTMLTableElement {
  const table = create("table");
  table.append(create("caption", "sr", caption));
  const line = table.createTHead().insertRow();
  for (const n of names) {
    const cell = create("th", "", n);
    cell.scope = "col";
    line.append(cell);
  }
  return table;
}
