// How a network takes its pixels: one of the usual ways, or numbers of its own.

import { UserError } from "../lab/error";
import type { Inspection, Preprocessing, Preset } from "../lab/protocol";
import { visible } from "../lab/visible";
import { byId, option } from "../ui/dom";
import { sentence } from "../ui/text";

const other = "other";

export class PixelChoice {
  private readonly way = byId<HTMLSelectElement>("upload-scale");
  private readonly order = byId<HTMLSelectElement>("upload-bgr");
  private readonly fields = byId("upload-other");
  private readonly scale = byId<HTMLInputElement>("upload-factor");
  private readonly mean = byId<HTMLInputElement>("upload-mean");
  private readonly std = byId<HTMLInputElement>("upload-std");
  private readonly why = byId("upload-why");
  private presets: readonly Preset[] = [];

  constructor() {
    this.way.addEventListener("change", () => {
      this.why.textContent = "";
      this.show(this.preset());
    });
  }

  offer(presets: readonly Preset[]): void {
    if (this.presets === presets) return;
    this.presets = presets;
    this.way.replaceChildren(...presets.map((p) => option(p.name, p.title)), option(other, "other…"));
    this.show(this.preset());
  }

  /** Chooses what a file seems to want, and says why; null: nothing is known. */
  suggest(found: Inspection["pixels"] | null): void {
    const preset = this.presets.find((p) => p.name === found?.preset) ?? null;
    const wanted = found?.spec ?? preset;
    const first = this.presets[0] ?? null; // none before the lab has said them
    this.way.value = preset?.name ?? (wanted ? other : (first?.name ?? other));
    this.show(wanted ?? first);
    const reasons = found?.evidence.map(sentence).join(" ") ?? "";
    this.why.textContent = visible(reasons && (wanted ? `${found!.certain ? "Chosen" : "Likely"}: ${reasons}` : reasons));
  }

  /** What the network expects; null: pixels from 0 to 1 as they are. */
  read(): Preprocessing | null {
    const bgr = this.order.value === "bgr";
    const { name, title, summary, ...usual } = this.preset() ?? { name: other, title: "", summary: "", ...this.numbers() };
    const first = name === this.presets[0]?.name; // changes nothing
    return first && !bgr ? null : { ...usual, bgr };
  }

  /** The choice in words. */
  title(): string {
    const order = this.order.value === "bgr" ? ", blue first" : "";
    return (this.preset()?.title ?? `times ${this.scale.value}, minus ${this.mean.value}, divided by ${this.std.value}`) + order;
  }

  private preset(): Preset | null {
    return this.presets.find((p) => p.name === this.way.value) ?? null;
  }

  private numbers(): Preprocessing {
    return parsePreprocessing(this.scale.value, this.mean.value, this.std.value);
  }

  private show(p: Preprocessing | null): void {
    this.fields.hidden = this.way.value !== other;
    if (!p) return;
    this.scale.value = String(p.scale);
    this.mean.value = p.mean.join(", ") || "0";
    this.std.value = p.std.join(", ") || "1";
    this.order.value = p.bgr ? "bgr" : "rgb";
  }
}

/** Reads one number, or one for each channel, separated by commas or spaces. */
export function parseChannels(text: string, what: string): number[] {
  const parts = text.trim().split(/[\s,;]+/);
  const numbers = parts.map(Number);
  if (parts[0] === "" || !numbers.every(Number.isFinite) || (numbers.length !== 1 && numbers.length !== 3)) {
    throw new UserError(`The ${what} is “${text}”: it must be one number, or three for red, green and blue, such as 0.5071, 0.4867, 0.4408.`);
  }
  return numbers;
}

export function parsePreprocessing(scale: string, mean: string, std: string): Preprocessing {
  const p = { scale: Number(scale), mean: parseChannels(mean, "mean"), std: parseChannels(std, "standard deviation"), bgr: false };
  if (!(p.scale > 0 && p.scale < Infinity)) throw new UserError(`Pixels are multiplied by “${scale}”: it must be a number above 0, such as 1 or 255.`);
  if (!p.std.every((v) => v > 0)) throw new UserError(`The standard deviation is “${std}”: each number must be above 0.`);
  return p;
}
