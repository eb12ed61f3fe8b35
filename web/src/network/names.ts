// The class names that are opened with a network: the lab reads them, in whatever form they are.

import { UserError } from "../lab/error";
import type { Lab } from "../lab/lab";
import { byId } from "../ui/dom";

const maxFileBytes = 16e6;

export class ClassNames {
  private readonly file = byId<HTMLInputElement>("upload-labels");
  private readonly remove = byId<HTMLButtonElement>("upload-labels-remove");

  constructor(private readonly lab: Lab) {
    this.file.addEventListener("change", () => this.show());
    this.remove.addEventListener("click", () => {
      this.clear();
      this.file.focus(); // the focus must not fall off the page with the button
    });
  }

  set(file: File): void {
    const files = new DataTransfer();
    files.items.add(file);
    this.file.files = files.files;
    this.show();
  }

  clear(): void {
    this.file.value = "";
    this.show();
  }

  /** Returns the names in the file; none without one. */
  async read(): Promise<string[]> {
    const file = this.file.files?.[0];
    if (!file) return [];
    if (file.size > maxFileBytes) throw new UserError(`${file.name} is too large to be a list of class names.`);
    const { value } = await this.lab.ask("names", { file: file.name }, await file.arrayBuffer());
    return value.names;
  }

  private show(): void {
    this.remove.hidden = this.file.files?.length === 0;
  }
}
