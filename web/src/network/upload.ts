// The dialog in which the visitor's own network is opened.

import { LabError, type Preprocessing } from "../lab/protocol";
import type { NetworkSource } from "../session/session";
import { byId } from "../ui/dom";
import { errorText } from "../ui/text";
import { readNames } from "./classnames";
import { scales } from "./preprocessing";

const maxFileBytes = 200e6;

export class UploadDialog {
  /** Tries the network; it throws when the lab cannot use it, and the dialog then says why. */
  onload: (n: NetworkSource) => Promise<void> = async () => {};

  private readonly dialog = byId<HTMLDialogElement>("upload");
  private readonly file = byId<HTMLInputElement>("upload-file");
  private readonly labels = byId<HTMLInputElement>("upload-labels");
  private readonly load = byId<HTMLButtonElement>("upload-load");
  private readonly wrong = byId("upload-wrong");

  constructor() {
    byId("upload-cancel").addEventListener("click", () => this.dialog.close());
    this.load.addEventListener("click", () => void this.submit());
  }

  show(dropped?: File): void {
    this.wrong.textContent = "";
    if (dropped) {
      const files = new DataTransfer();
      files.items.add(dropped);
      this.file.files = files.files;
    }
    if (!this.dialog.open) this.dialog.showModal();
  }

  private async submit(): Promise<void> {
    this.wrong.textContent = "";
    this.load.disabled = true;
    try {
      await this.onload(await this.read());
      this.dialog.close();
    } catch (e) {
      this.wrong.textContent = e instanceof LabError ? `The lab cannot use this network: ${e.message}` : errorText(e);
    } finally {
      this.load.disabled = false;
    }
  }

  private async read(): Promise<NetworkSource> {
    const file = this.file.files?.[0];
    if (!file) throw new Error("Choose an ONNX file first.");
    if (file.size > maxFileBytes) throw new Error(`This file has ${Math.round(file.size / 1e6)} MB; the page takes networks up to ${maxFileBytes / 1e6} MB.`);
    const names = this.labels.files?.[0];
    if (names && names.size > 5e6) throw new Error("The file with class names is too large to be one.");
    const scale = byId<HTMLSelectElement>("upload-scale").value;
    const bgr = byId<HTMLSelectElement>("upload-bgr").value === "bgr";
    const usual = scales[scale];
    let preprocessing: Preprocessing | null = usual ? { ...usual, bgr } : null;
    if (bgr && !preprocessing) preprocessing = { scale: 1, mean: [], std: [], bgr };
    return {
      key: "own",
      title: file.name,
      bytes: await file.arrayBuffer(),
      classes: names ? readNames(await names.text()) : [],
      preprocessing,
      card: { file: file.name, "pixels go in as": byId<HTMLSelectElement>("upload-scale").selectedOptions[0]?.textContent ?? scale },
    };
  }
}
