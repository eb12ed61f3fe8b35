// The panel of networks: those of the page that fit the images, and those of the user.

import type { Preset, Preprocessing } from "../lab/protocol";
import { visible } from "../lab/visible";
import { type CatalogEntry, classesOf, key, title } from "../network/catalog";
import { byId, create, option } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import { chosen } from "./files";
import type { DataInfo, NetworkInfo } from "./protocol";
import type { NamedBlob, NetworkSource } from "./setup";

export class NetworkPanel {
  /** A network was ticked, or ticked off. */
  onchange: (source: NetworkSource, on: boolean) => void = () => {};
  readonly wrong = new ErrorLine("network-wrong");

  private readonly list = byId("networks");
  private readonly note = byId("network-note");
  private readonly pixels = byId<HTMLSelectElement>("pixels");
  private readonly boxes = new Map<string, HTMLInputElement>(); // by name
  private own: NetworkSource[] = [];

  constructor(
    private readonly catalog: readonly CatalogEntry[],
    private readonly presets: readonly Preset[],
  ) {
    this.pixels.replaceChildren(...presets.map((p) => option(p.name, `pixels: ${p.title}`)));
    const input = byId<HTMLInputElement>("network-files");
    byId("network-open").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      if (input.files?.length) this.take(chosen(input.files));
      input.value = "";
    });
  }

  /** Offers the networks that fit images, and ticks those of names. */
  offer(data: DataInfo): void {
    this.list.replaceChildren();
    this.boxes.clear();
    this.own = [];
    for (const e of this.catalog) {
      if (!fits(e.card, data)) continue;
      this.add({ name: key(e.file), file: e.file, own: null, preprocessing: null }, title(e.file));
    }
    this.note.textContent = this.boxes.size === 0 ? "No network of the page fits these images: open one." : "";
  }

  names(): string[] {
    return [...this.boxes.keys()];
  }

  source(name: string): NetworkSource | null {
    const entry = this.catalog.find((e) => key(e.file) === name);
    if (entry) return { name, file: entry.file, own: null, preprocessing: null };
    return this.own.find((s) => s.name === name) ?? null;
  }

  /** Takes files that were chosen or dropped: networks, with their weights. */
  take(files: readonly NamedBlob[]): void {
    this.wrong.clear();
    const models = files.filter((f) => /\.onnx$/i.test(f.name));
    const weights = files.filter((f) => !/\.onnx$/i.test(f.name));
    if (models.length === 0) return this.say("There is no ONNX file among these files: docs/from-python.md shows how to export one.");
    for (const model of models) {
      const file = model.name.split("/").pop()!;
      const source = { name: file.replace(/\.onnx$/i, ""), file, own: [model, ...weights], preprocessing: this.preprocessing() };
      this.addOwn(source);
      this.onchange(source, true);
    }
  }

  /** Adds a network of the user. */
  addOwn(source: NetworkSource): void {
    this.own = [...this.own.filter((s) => s.name !== source.name), source];
    if (!this.boxes.has(source.name)) this.add(source, visible(source.name));
  }

  tick(name: string, on: boolean): void {
    const box = this.boxes.get(name);
    if (box) box.checked = on;
  }

  taken(info: NetworkInfo): void {
    this.tick(info.name, true);
    this.note.textContent = visible(info.notes.join(" "));
  }

  /** A network that could not be taken is no longer ticked, and one of the user gone. */
  refused(source: NetworkSource, e: unknown): void {
    this.tick(source.name, false);
    if (source.own) {
      this.own = this.own.filter((s) => s !== source);
      this.boxes.get(source.name)?.closest(".tick")?.remove();
      this.boxes.delete(source.name);
    }
    this.wrong.show(e);
  }

  say(text: string): void {
    this.note.textContent = text;
  }

  private preprocessing(): Preprocessing | null {
    const preset = this.presets.find((p) => p.name === this.pixels.value);
    if (!preset || preset === this.presets[0]) return null;
    const { scale, mean, std, bgr } = preset;
    return { scale, mean, std, bgr };
  }

  private add(source: NetworkSource, text: string): void {
    const label = create("label", "tick");
    const box = create("input");
    box.type = "checkbox";
    box.addEventListener("change", () => {
      this.wrong.clear();
      this.onchange(this.own.find((s) => s.name === source.name) ?? source, box.checked);
    });
    label.append(box, create("span", "", text));
    this.boxes.set(source.name, box);
    this.list.append(label);
  }
}

/** Reports whether a network of the page may fit images. */
function fits(card: Record<string, unknown>, data: DataInfo): boolean {
  const [, height, width] = Array.isArray(card["image"]) ? (card["image"] as unknown[]).map(Number) : [];
  const size = data.height === 0 || (height === data.height && width === data.width);
  return size && (data.classes.length === 0 || data.classes.length <= classesOf(card).length);
}
