// The dialog in which the user's own network is opened.

import { LabError, type Preprocessing } from "../lab/protocol";
import { at } from "../ui/dom";
import { said } from "../ui/text";
import { type Chosen, readNames, scales } from "./catalog";

const mostBytes = 200e6;

export class OwnNetwork {
  /** Tries the network; it throws when the lab cannot use it, and the dialog then says why. */
  onload: (n: Chosen) => Promise<void> = async () => {};

  private readonly dialog = at<HTMLDialogElement>("own-network");
  private readonly file = at<HTMLInputElement>("own-file");
  private readonly labels = at<HTMLInputElement>("own-labels");
  private readonly load = at<HTMLButtonElement>("own-load");
  private readonly wrong = at("own-wrong");

  constructor() {
    at("own-cancel").addEventListener("click", () => this.dialog.close());
    this.load.addEventListener("click", () => void this.try());
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

  private async try(): Promise<void> {
    this.wrong.textContent = "";
    this.load.disabled = true;
    try {
      await this.onload(await this.read());
      this.dialog.close();
    } catch (e) {
      this.wrong.textContent = e instanceof LabError ? `The lab cannot use this network: ${e.message}` : said(e);
    } finally {
      this.load.disabled = false;
    }
  }

  private async read(): Promise<Chosen> {
    const file = this.file.files?.[0];
    if (!file) throw new Error("Choose an ONNX file first.");
    if (file.size > mostBytes) throw new Error(`This file has ${Math.round(file.size / 1e6)} MB; the page takes networks up to ${mostBytes / 1e6} MB.`);
    const names = this.labels.files?.[0];
    if (names && names.size > 5e6) throw new Error("The file with class names is too large to be one.");
    const scale = at<HTMLSelectElement>("own-scale").value;
    const bgr = at<HTMLSelectElement>("own-bgr").value === "bgr";
    const usual = scales[scale];
    let preprocessing: Preprocessing | null = usual ? { ...usual, bgr } : null;
    if (bgr && !preprocessing) preprocessing = { scale: 1, mean: [], std: [], bgr };
    return {
      key: "own",
      title: file.name,
      bytes: await file.arrayBuffer(),
      classes: names ? readNames(await names.text()) : [],
      preprocessing,
      card: { file: file.name, "pixels go in as": at<HTMLSelectElement>("own-scale").selectedOptions[0]?.textContent ?? scale },
    };
  }
}
