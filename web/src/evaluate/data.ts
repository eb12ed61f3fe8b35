// The panel of images.

import { visible } from "../lab/visible";
import { byId } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import { count } from "../ui/text";
import { chosen } from "./files";
import type { DataInfo, ReadingStep } from "./protocol";
import type { NamedBlob } from "./setup";

export class DataPanel {
  /** Takes files, or if there are none the built-in images. */
  onfiles: (files: NamedBlob[]) => void = () => {};
  onpart: () => void = () => {};
  readonly wrong = new ErrorLine("data-wrong");

  private readonly info = byId("data-info");
  private readonly builtIn = byId<HTMLButtonElement>("data-built-in");
  private readonly part = byId<HTMLSelectElement>("part");
  private readonly number = byId<HTMLInputElement>("limit");

  constructor() {
    this.builtIn.addEventListener("click", () => this.onfiles([]));
    for (const [button, field] of [
      ["data-open", "data-files"],
      ["data-folder", "data-directory"],
    ] as const) {
      const input = byId<HTMLInputElement>(field);
      byId(button).addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        if (input.files?.length) this.onfiles(chosen(input.files));
        input.value = ""; // so that the same can be opened again
      });
    }
    this.part.addEventListener("change", () => {
      this.number.hidden = this.part.value === "all";
      this.onpart();
    });
    this.number.addEventListener("change", () => this.onpart());
  }

  /** How many images are measured: the first ones, or some that are drawn; 0 for all. */
  read(): { limit: number; sample: number } {
    const n = this.part.value === "all" ? 0 : Math.round(this.number.valueAsNumber) || 0;
    return this.part.value === "drawn" ? { limit: 0, sample: n } : { limit: n, sample: 0 };
  }

  set({ limit, sample }: { limit: number; sample: number }): void {
    this.part.value = limit > 0 ? "first" : sample > 0 ? "drawn" : "all";
    this.number.hidden = limit + sample === 0;
    if (limit + sample > 0) this.number.value = String(limit + sample);
  }

  reading({ done, images }: ReadingStep): void {
    this.info.textContent = `Reading: ${count(done)} of ${count(images)} images…`;
  }

  busy(text: string): void {
    this.info.textContent = text;
  }

  show(d: DataInfo, own: boolean): void {
    this.builtIn.setAttribute("aria-pressed", String(!own));
    const size = d.height ? `${d.width}×${d.height}` : "of any size";
    const classes = d.classes.length > 0 ? `, ${count(d.classes.length)} classes` : "";
    this.info.textContent = visible([`${own ? d.name : "Fashion-MNIST"}: ${count(d.images)} images ${d.height ? "of " : ""}${size}${classes}.`, ...d.notes.map((n) => `${n}.`)].join(" "));
  }
}
