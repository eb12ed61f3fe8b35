// The panel of networks: those of the page that fit the images, and those of the user.

import type { Preset } from "../lab/protocol";
import { visible } from "../lab/visible";
import { type CatalogEntry, classesOf, key, title } from "../network/catalog";
import { UploadDialog } from "../network/upload";
import { Requests } from "../session/requests";
import type { NetworkSource as Opened } from "../session/session";
import { byId, create } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import type { Evaluator } from "./evaluator";
import type { DataInfo, NetworkInfo } from "./protocol";
import { type NetworkSource, nothingSaid } from "./setup";

export class NetworkPanel {
  /** A network was ticked, or ticked off. */
  onchange: (source: NetworkSource, on: boolean) => void = () => {};
  /** A network of the user was opened; what is wrong with it is said where that was. */
  onopen: (source: NetworkSource) => Promise<void> = async () => {};
  readonly wrong = new ErrorLine("network-wrong");

  private readonly list = byId("networks");
  private readonly note = byId("network-note");
  private readonly upload: UploadDialog;
  private readonly boxes = new Map<string, HTMLInputElement>(); // by name
  private own: NetworkSource[] = [];

  constructor(
    private readonly catalog: readonly CatalogEntry[],
    presets: readonly Preset[],
    book: Evaluator,
  ) {
    const requests = new Requests();
    this.upload = new UploadDialog({
      requests,
      several: true,
      presets: () => presets,
      inspect: async (data, files) => (await book.ask("inspect", {}, { data, files })).value,
      names: async (file, data) => (await book.ask("names", { file }, { data })).value.names,
    });
    byId("upload-as-field").hidden = true;
    requests.waiting.listen(({ says }) => {
      const line = byId("inspection-busy");
      line.textContent = says && `${says}…`;
      line.hidden = says === "";
    });
    this.upload.onload = async (_, load) => this.onopen(own(await load()));
    byId("network-open").addEventListener("click", () => this.upload.show());
  }

  /** Offers the networks that fit images, and ticks those of names. */
  offer(data: DataInfo): void {
    this.list.replaceChildren();
    this.boxes.clear();
    this.own = [];
    for (const e of this.catalog) {
      if (!fits(e.card, data)) continue;
      this.add({ name: key(e.file), file: e.file, own: null, said: nothingSaid }, title(e.file));
    }
    this.note.textContent = this.boxes.size === 0 ? "No network of the page fits these images: open one." : "";
  }

  names(): string[] {
    return [...this.boxes.keys()];
  }

  source(name: string): NetworkSource | null {
    const entry = this.catalog.find((e) => key(e.file) === name);
    if (entry) return { name, file: entry.file, own: null, said: nothingSaid };
    return this.own.find((s) => s.name === name) ?? null;
  }

  /** Reports whether the visitor is opening a network. */
  get opening(): boolean {
    return this.upload.open;
  }

  /** Takes files that were dropped: a network with its weights and class names, or what is still lacking of one. */
  take(files: readonly File[]): void {
    void this.upload.take(files);
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

/** Returns a network that was opened as one to evaluate. */
function own({ title, bytes, files = [], classes, preprocessing, answers }: Opened): NetworkSource {
  const blobs = [{ name: title, data: bytes }, ...files].map(({ name, data }) => ({ name, blob: new Blob([data]) }));
  return { name: title.replace(/\.onnx$/i, ""), file: title, own: blobs, said: { ...nothingSaid, ...answers, classes, preprocessing } };
}
