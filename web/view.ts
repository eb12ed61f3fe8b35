// Drawing: pictures on their canvases, probabilities as bars.

import { argmax, at, make, percent } from "./dom";
import type { Placed } from "./protocol";

/** Draws one picture of an answer. */
export function draw(id: string, images: readonly Placed[], name: string, pixels: Uint8ClampedArray<ArrayBuffer>): void {
  const p = images.find((i) => i.name === name);
  if (!p) return;
  const canvas = at<HTMLCanvasElement>(id);
  if (canvas.width !== p.width || canvas.height !== p.height) {
    canvas.width = p.width;
    canvas.height = p.height;
  }
  const part = pixels.subarray(p.offset, p.offset + 4 * p.width * p.height);
  context(canvas).putImageData(new ImageData(part, p.width, p.height), 0, 0);
}

const contexts = new WeakMap<HTMLCanvasElement, CanvasRenderingContext2D>();

/** The canvas' context, kept in memory that the processor reads and writes: every picture here is made by it. */
export function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  let c = contexts.get(canvas);
  if (!c) {
    const made = canvas.getContext("2d", { willReadFrequently: true });
    if (!made) throw new Error("this browser gives no canvas to draw on");
    contexts.set(canvas, (c = made));
  }
  return c;
}

/**
 * Which classes are shown: the first answer of each picture always, then the likeliest of the first picture.
 * They stand in the order of the first picture, the same in every list, so that a bar is found where it was.
 */
export function choose(answers: readonly (readonly number[])[], most: number): number[] {
  const first = answers[0];
  if (!first) return [];
  const byFirst = first.map((_, i) => i).sort((a, b) => first[b]! - first[a]! || a - b);
  const shown = new Set(answers.map(argmax));
  for (const k of byFirst) {
    if (shown.size >= most) break;
    shown.add(k);
  }
  return byFirst.filter((k) => shown.has(k));
}

interface Row {
  item: HTMLLIElement;
  label: HTMLSpanElement;
  fill: HTMLSpanElement;
  value: HTMLSpanElement;
}

/** A list of classes with their probabilities, and the first of them above it. */
export class Bars {
  private readonly rows: Row[] = [];
  private readonly list: HTMLElement;
  private readonly verdict: HTMLElement;

  constructor(name: string) {
    this.list = at(`${name}-bars`);
    this.verdict = at(`${name}-verdict`);
  }

  show(order: readonly number[], probs: readonly number[], classes: readonly string[]): void {
    while (this.rows.length < order.length) this.add();
    const top = argmax(probs);
    this.rows.forEach((r, i) => {
      const k = order[i];
      r.item.hidden = k === undefined;
      if (k === undefined) return;
      const p = probs[k] ?? 0;
      write(r.label, short(classes[k] ?? `class ${k}`));
      write(r.value, percent(p));
      r.label.title = classes[k] ?? "";
      r.fill.style.transform = `scaleX(${p.toFixed(4)})`;
      r.item.classList.toggle("top", k === top);
    });
    const name = make("span", "name", short(classes[top] ?? `class ${top}`));
    this.verdict.replaceChildren(name, make("span", "share", percent(probs[top] ?? 0)));
  }

  clear(text: string): void {
    for (const r of this.rows) r.item.hidden = true;
    this.verdict.textContent = text;
  }

  private add(): void {
    const item = make("li");
    const label = make("span", "label");
    const track = make("span", "track");
    const fill = make("span", "fill");
    const value = make("span", "value");
    track.setAttribute("aria-hidden", "true");
    track.append(fill);
    item.append(label, track, value);
    this.list.append(item);
    this.rows.push({ item, label, fill, value });
  }
}

/** The first of the names that a class has: "tabby, tabby cat". */
export function short(name: string): string {
  return name.split(", ")[0]!;
}

function write(e: HTMLElement, text: string): void {
  if (e.textContent !== text) e.textContent = text;
}
