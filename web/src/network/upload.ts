// The dialog in which the visitor's own network is opened.

import { UserError } from "../lab/error";
import type { Lab } from "../lab/lab";
import { LabError, type Preprocessing } from "../lab/protocol";
import { visible } from "../lab/visible";
import type { NetworkSource } from "../session/session";
import { byId } from "../ui/dom";
import { errorText } from "../ui/text";
import { ClassNames } from "./names";
import { scales } from "./preprocessing";

const maxFileBytes = 200e6;

export class UploadDialog {
  /** Tries a network that is still to be read; if it cannot be used, the dialog says why. */
  onload: (title: string, load: () => Promise<NetworkSource>) => Promise<void> = async () => {};
  /** The network is no longer wanted. */
  oncancel: () => void = () => {};

  private readonly dialog = byId<HTMLDialogElement>("upload");
  private readonly file = byId<HTMLInputElement>("upload-file");
  private readonly load = byId<HTMLButtonElement>("upload-load");
  private readonly wrong = byId("upload-wrong");
  private readonly names: ClassNames;

  constructor(lab: Lab) {
    this.names = new ClassNames(lab);
    this.file.addEventListener("change", () => this.chosen());
    byId("upload-cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.oncancel());
    this.load.addEventListener("click", () => void this.submit());
  }

  show(dropped?: File): void {
    this.wrong.textContent = "";
    if (dropped) {
      const files = new DataTransfer();
      files.items.add(dropped);
      this.file.files = files.files;
      this.chosen();
    }
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** Another network was chosen: what was said of the last does not hold for it. */
  private chosen(): void {
    this.wrong.textContent = "";
    this.names.clear();
  }

  private async submit(): Promise<void> {
    this.wrong.textContent = "";
    this.load.disabled = true;
    try {
      const file = this.file.files?.[0];
      if (!file) throw new UserError("Choose an ONNX file first.");
      await this.onload(file.name, () => this.read(file));
      this.dialog.close();
    } catch (e) {
      this.wrong.textContent = e instanceof LabError ? `Steady cannot use this network: ${e.message}` : errorText(e);
    } finally {
      this.load.disabled = false;
    }
  }

  private async read(file: File): Promise<NetworkSource> {
    if (file.size > maxFileBytes) throw new UserError(`This file is ${Math.round(file.size / 1e6)} MB; the page takes networks up to ${maxFileBytes / 1e6} MB.`);
    const scale = byId<HTMLSelectElement>("upload-scale").value;
    const bgr = byId<HTMLSelectElement>("upload-bgr").value === "bgr";
    const usual = scales[scale];
    let preprocessing: Preprocessing | null = usual ? { ...usual, bgr } : null;
    if (bgr && !preprocessing) preprocessing = { scale: 1, mean: [], std: [], bgr };
    return {
      key: "own",
      title: visible(file.name),
      bytes: await file.arrayBuffer(),
      classes: await this.names.read(),
      preprocessing,
      card: { file: visible(file.name), "pixels go in as": byId<HTMLSelectElement>("upload-scale").selectedOptions[0]?.textContent ?? scale },
    };
  }
}
