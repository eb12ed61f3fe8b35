// The dialog in which the visitor's own network is opened.

import { UserError } from "../lab/error";
import { type Inspection, LabError, type NamedFile, type Preset } from "../lab/protocol";
import { visible } from "../lab/visible";
import type { Requests } from "../session/requests";
import type { NetworkSource } from "../session/session";
import { byId } from "../ui/dom";
import { errorText } from "../ui/text";
import { joined, type NetworkFiles, networkFiles, taken } from "./files";
import { FileReport } from "./filereport";
import { ClassNames } from "./names";
import { OpenQuestions } from "./openquestions";
import { PixelChoice } from "./pixels";
import { readFiles } from "./reading";

/** What reads files for the dialog. */
export interface Reader {
  requests: Requests;
  /** Of networks that come together, one is opened after the other; else the first. */
  several: boolean;
  /** The usual ways in which networks take their pixels; none before they are known. */
  presets(): readonly Preset[];
  inspect(file: ArrayBuffer, weights: NamedFile[]): Promise<Inspection>;
  names(file: string, bytes: ArrayBuffer): Promise<string[]>;
}

export class UploadDialog {
  /** Tries a network that is still to be read; if it cannot be used, the dialog says why. */
  onload: (title: string, load: () => Promise<NetworkSource>, second: boolean) => Promise<void> = async () => {};

  private readonly dialog = byId<HTMLDialogElement>("upload");
  private readonly field = byId<HTMLInputElement>("upload-file");
  private readonly load = byId<HTMLButtonElement>("upload-load");
  private readonly note = byId("upload-taken");
  private readonly wrong = byId("upload-wrong");
  private readonly busy = byId("upload-busy");
  private readonly progress = byId<HTMLProgressElement>("upload-progress");
  private readonly names: ClassNames;
  private readonly pixels = new PixelChoice();
  private readonly questions = new OpenQuestions();
  private readonly report = new FileReport();
  private files: NetworkFiles = networkFiles([]);
  private working = 0; // attempts under way
  private round = 0; // an older attempt changes nothing in the dialog when that is opened again

  constructor(private readonly reader: Reader) {
    this.names = new ClassNames(reader.names);
    this.field.addEventListener("change", () => void this.take([...(this.field.files ?? [])]));
    this.dialog.addEventListener("input", () => (this.wrong.textContent = "")); // it may be right now
    byId("upload-cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => {
      this.round++;
      this.load.disabled = false;
      reader.requests.forget("network");
      reader.requests.forget("second"); // an inspection goes on, for when the dialog is opened again
    });
    this.load.addEventListener("click", () => void this.submit());
  }

  get open(): boolean {
    return this.dialog.open;
  }

  show(): void {
    this.offerPresets();
    if (!this.dialog.open) this.dialog.showModal();
  }

  private offerPresets(): void {
    const presets = this.reader.presets();
    if (presets.length > 0) this.pixels.offer(presets);
  }

  /** Takes files that were chosen or dropped together: a network with its weights and class names, or what it still lacks. */
  async take(files: readonly File[]): Promise<void> {
    this.show();
    const found = networkFiles(files);
    if (!this.reader.several) found.more = [];
    const { model, more, weights, names } = found;
    const used = [...(model ? [model, ...more] : []), ...(model || this.files.model ? weights : []), ...(names ? [names] : [])];
    this.note.textContent = visible(more.length > 0 ? `After this network: ${more.map((f) => f.name).join(", ")}.` : taken(files, used));
    this.files = joined(this.files, found);
    if (model) this.names.clear(); // those of another network
    if (names) this.names.set(names);
    this.field.files = list([...(this.files.model ? [this.files.model] : []), ...this.files.weights]);
    if (model || weights.length > 0) await this.inspect();
  }

  /** Shows what the file holds, and chooses what it seems to want. */
  private async inspect(): Promise<void> {
    this.wrong.textContent = "";
    this.report.clear();
    this.questions.clear();
    this.pixels.suggest(null);
    const { model } = this.files;
    if (!model) return;
    const { reader } = this;
    try {
      const inspected = reader.requests.choose({
        kind: "inspection",
        says: `Reading ${visible(model.name)}`,
        load: () => this.read(),
        use: async ({ bytes, files }) => {
          const value = await reader.inspect(bytes, files);
          if (model !== this.files.model) return;
          this.offerPresets(); // the dialog may have been opened before they were known
          this.report.show(value);
          this.questions.show(value);
          this.pixels.suggest(value.pixels);
        },
      });
      await this.underWay("", inspected); // the request says what is read
    } catch (e) {
      this.wrong.textContent = errorText(e);
    }
  }

  private async submit(): Promise<void> {
    this.wrong.textContent = "";
    this.load.disabled = true;
    const { round } = this;
    try {
      const { model } = this.files;
      if (!model) throw new UserError("Choose an ONNX file first.");
      const settings = { preprocessing: this.pixels.read(), answers: this.questions.read() };
      const title = visible(model.name);
      const card = { file: title, "pixels go in": this.pixels.title() };
      const load = async () => ({ key: "own", title, ...(await this.read()), classes: await this.names.read(), ...settings, card });
      await this.underWay(`Loading ${title}…`, this.onload(title, load, byId<HTMLSelectElement>("upload-as").value === "second"));
      if (round !== this.round) return;
      const { more, weights, names } = this.files;
      if (more.length > 0) await this.take([...more, ...weights, ...(names ? [names] : [])]);
      else this.dialog.close();
    } catch (e) {
      if (round !== this.round) return;
      this.wrong.textContent = e instanceof LabError ? `Steady cannot use this network: ${e.message}` : errorText(e);
    } finally {
      if (round === this.round) this.load.disabled = false;
    }
  }

  /** Shows that something is done, if it takes a moment; what is read is measured. */
  private async underWay(says: string, work: Promise<unknown>): Promise<void> {
    this.working++;
    this.progress.removeAttribute("value");
    const timer = setTimeout(() => {
      this.busy.textContent = says;
      this.busy.hidden = says === "";
      this.progress.hidden = false;
    }, 200);
    try {
      await work;
    } finally {
      clearTimeout(timer);
      if (--this.working === 0) this.busy.hidden = this.progress.hidden = true;
    }
  }

  private async read(): Promise<{ bytes: ArrayBuffer; files: NamedFile[] }> {
    const { model, weights } = this.files;
    const [bytes, ...rest] = await readFiles([model!, ...weights], (share) => {
      if (share < 1) this.progress.value = share;
      else this.progress.removeAttribute("value"); // from now on nobody knows how long it takes
    });
    return { bytes: bytes!, files: rest.map((data, i) => ({ name: weights[i]!.name, data })) };
  }
}

/** Returns files as a field holds them. */
function list(files: readonly File[]): FileList {
  const data = new DataTransfer();
  for (const f of files) data.items.add(f);
  return data.files;
}
