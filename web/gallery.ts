// The dialog that shows the picture under every corruption at once: a contact sheet, which can be saved.

import { at, make, said, sentence, words } from "./dom";
import type { Answer } from "./lab";
import type { GalleryAnswer, Placed } from "./protocol";
import { context } from "./view";

const columns = 5;
const gap = 12;
const caption = 26;

export class Gallery {
  /** Asks the lab for all pictures at a severity. */
  ask: (severity: number) => Promise<Answer<GalleryAnswer>> = () => Promise.reject(new Error("there is no lab"));
  /** A corruption was chosen, at a severity. */
  onchoose: (corruption: string, severity: number) => void = () => {};

  private readonly dialog = at<HTMLDialogElement>("gallery");
  private readonly list = at("gallery-list");
  private readonly severity = at<HTMLInputElement>("gallery-severity");
  private readonly cells = new Map<string, HTMLCanvasElement>();
  private busy = false;
  private again = false;

  constructor() {
    this.severity.addEventListener("input", () => void this.fill());
    at("gallery-close").addEventListener("click", () => this.dialog.close());
    at("gallery-save").addEventListener("click", () => this.save());
  }

  open(severity: string): void {
    this.severity.value = severity;
    if (!this.dialog.open) this.dialog.showModal();
    void this.fill();
  }

  /** Fills the sheet; while it is being filled only the last wish is kept. */
  private async fill(): Promise<void> {
    at("gallery-value").textContent = this.severity.value;
    this.again = this.busy;
    if (this.busy) return;
    this.busy = true;
    try {
      do {
        this.again = false;
        const { value, pixels } = await this.ask(Number(this.severity.value));
        for (const p of value.images) this.draw(p, pixels);
      } while (this.again);
      at("gallery-wrong").textContent = "";
    } catch (e) {
      at("gallery-wrong").textContent = sentence(said(e));
    } finally {
      this.busy = false;
    }
  }

  private draw(p: Placed, pixels: Uint8ClampedArray<ArrayBuffer>): void {
    let canvas = this.cells.get(p.name);
    if (!canvas) {
      canvas = make("canvas");
      canvas.width = p.width;
      canvas.height = p.height;
      const button = make("button");
      button.type = "button";
      button.append(canvas, make("span", "", words(p.name)));
      button.addEventListener("click", () => {
        this.dialog.close();
        this.onchoose(p.name, Number(this.severity.value));
      });
      const item = make("li");
      item.append(button);
      this.list.append(item);
      this.cells.set(p.name, canvas);
    }
    const part = pixels.subarray(p.offset, p.offset + 4 * p.width * p.height);
    context(canvas).putImageData(new ImageData(part, p.width, p.height), 0, 0);
  }

  /** Saves the sheet as one picture, white as paper whatever the page's colours are. */
  private save(): void {
    const cells = [...this.cells];
    const first = cells[0]?.[1];
    if (!first) return;
    const [w, h] = [first.width + gap, first.height + caption + gap];
    const sheet = make("canvas");
    sheet.width = gap + Math.min(columns, cells.length) * w;
    sheet.height = gap + Math.ceil(cells.length / columns) * h;
    const c = context(sheet);
    c.fillStyle = "#fff";
    c.fillRect(0, 0, sheet.width, sheet.height);
    c.fillStyle = "#222";
    c.font = "17px sans-serif";
    cells.forEach(([name, canvas], i) => {
      const [x, y] = [gap + (i % columns) * w, gap + Math.floor(i / columns) * h];
      c.drawImage(canvas, x, y);
      c.fillText(words(name), x, y + first.height + caption - 7, first.width);
    });
    sheet.toBlob((blob) => {
      if (!blob) return;
      const link = make("a");
      link.href = URL.createObjectURL(blob);
      link.download = `corruptions-severity-${this.severity.value}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }, "image/png");
  }
}
