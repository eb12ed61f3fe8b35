// Probabilities as bars.

import { byId, create } from "./dom";
import { argmax, className, percent } from "./text";

/**
 * Returns the classes to show: the top class of each image always, then the most likely of the first image.
 * Their order is that of the first image, the same in every list, so that a bar stays where it was.
 */
export function choose(answers: readonly (readonly number[])[], most: number): number[] {
  const first = answers[0];
  if (!first) return [];
  const shown = new Set(answers.map(argmax));
  for (let left = Math.min(most, first.length) - shown.size; left > 0; left--) {
    // Not sorted: of a thousand classes few are shown.
    let best = -1;
    first.forEach((p, k) => {
      if (!shown.has(k) && (best < 0 || p > first[best]!)) best = k;
    });
    shown.add(best);
  }
  return [...shown].sort((a, b) => first[b]! - first[a]! || a - b);
}

interface Row {
  item: HTMLLIElement;
  label: HTMLSpanElement;
  fill: HTMLSpanElement;
  value: HTMLSpanElement;
}

/** A list of classes with their probabilities, and the top class, large, above the picture. */
export class Bars {
  private readonly rows: Row[] = [];
  private readonly list: HTMLElement;
  private readonly verdict: HTMLElement;

  constructor(
    name: string,
    private readonly long = 14, // letters of a verdict that fit; one with more is set smaller
  ) {
    this.list = byId(`${name}-bars`);
    this.verdict = byId(`${name}-verdict`);
  }

  /** before is the class that the network named before the picture was changed, if it was. */
  show(order: readonly number[], probs: readonly number[], classes: readonly string[], before?: number): void {
    while (this.rows.length < order.length) this.add();
    const top = argmax(probs);
    this.rows.forEach((r, i) => {
      const k = order[i];
      r.item.hidden = k === undefined;
      if (k === undefined) return;
      const p = probs[k] ?? 0;
      write(r.label, className(classes, k));
      write(r.value, percent(p));
      r.label.title = classes[k] ?? "";
      r.fill.style.transform = `scaleX(${p.toFixed(4)})`;
      r.item.classList.toggle("top", k === top);
    });
    const name = create("span", "name", className(classes, top));
    name.title = classes[top] ?? "";
    this.verdict.replaceChildren(name, " ", create("span", "share", percent(probs[top] ?? 0)));
    const fit = before === undefined ? this.long : this.long - 4; // beside an arrow and a tick
    this.verdict.classList.toggle("long", (name.textContent ?? "").length > fit);
    if (before === undefined) delete this.verdict.dataset["held"];
    else this.verdict.dataset["held"] = before === top ? "yes" : "no";
  }

  clear(text: string): void {
    for (const r of this.rows) r.item.hidden = true;
    this.verdict.textContent = text;
    delete this.verdict.dataset["held"];
  }

  private add(): void {
    const item = create("li");
    const label = create("span", "label");
    const track = create("span", "track");
    const fill = create("span", "fill");
    const value = create("span", "value");
    track.setAttribute("aria-hidden", "true");
    track.append(fill);
    item.append(label, track, value);
    this.list.append(item);
    this.rows.push({ item, label, fill, value });
  }
}

function write(e: HTMLElement, text: string): void {
  if (e.textContent !== text) e.textContent = text;
}
