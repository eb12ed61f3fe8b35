// The class names that are opened with a network, in whatever form they are.

import { UserError } from "../lab/error";
import { byId } from "../ui/dom";

const maxFileBytes = 16e6;

export class ClassNames {
  private readonly field = byId<HTMLInputElement>("upload-labels");
  private readonly remove = byId<HTMLButtonElement>("upload-labels-remove");

  /** parse reads a file of names. */
  constructor(private readonly parse: (file: string, bytes: ArrayBuffer) => Promise<string[]>) {
    this.field.addEventListener("change", () => this.show());
    this.remove.addEventListener("click", () => {
      this.clear();
      this.field.focus(); // the focus must not fall off the page with the button
    });
  }

  set(file: File): void {
    const data = new DataTransfer();
    data.items.add(file);
    this.field.files = data.files;
    this.show();
  }

  clear(): void {
    this.field.value = "";
    this.show();
  }

  /** Returns the names in the file; none without one. */
  async read(): Promise<string[]> {
    const file = this.field.files?.[0];
    if (!file) return [];
    if (file.size > maxFileBytes) throw new UserError(`${file.name} is too large to be a list of class names.`);
    return this.parse(file.name, await file.arrayBuffer());
  }

  private show(): void {
    this.remove.hidden = this.field.files?.length === 0;
  }
}
