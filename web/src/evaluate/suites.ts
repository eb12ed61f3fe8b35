// The panel of what is measured.

import { byId, create } from "../ui/dom";
import { splitCells } from "./link";
import type { DataInfo, Suite } from "./protocol";

export class SuitePanel {
  onchange: () => void = () => {};

  private readonly cells = byId<HTMLInputElement>("cells");
  private readonly seed = byId<HTMLInputElement>("seed");
  private readonly boxes = new Map<string, HTMLInputElement>();

  constructor(suites: readonly Suite[]) {
    const list = byId("suites");
    for (const s of suites.toSorted((a, b) => Number(b.name === "quick") - Number(a.name === "quick"))) {
      const label = create("label", "tick");
      const box = create("input");
      box.type = "checkbox";
      box.checked = s.name === "quick";
      box.addEventListener("change", () => this.onchange());
      const attacks = s.attacks === s.cells ? ", all attacks" : s.attacks > 0 ? `, ${s.attacks} of them attack${s.attacks > 1 ? "s" : ""}` : "";
      label.append(box, create("span", "", s.title), create("small", "", `${s.cells} cell${s.cells > 1 ? "s" : ""}${attacks}`));
      label.title = [s.source, s.note].filter((t) => t).join(". ");
      this.boxes.set(s.name, box);
      list.append(label);
    }
    for (const e of [this.cells, this.seed]) e.addEventListener("change", () => this.onchange());
  }

  /** Hides suites that are for images of another size. */
  offer(data: DataInfo): void {
    const small = data.height > 0 && data.height < 100;
    for (const [name, box] of this.boxes) {
      const other = small ? name.includes("imagenet-c") || name.endsWith("-imagenet") : name.startsWith("cifar");
      box.closest<HTMLElement>(".tick")!.hidden = other && !box.checked;
    }
  }

  /** The names that are those of no suite. */
  unknown(names: readonly string[]): string[] {
    return names.filter((n) => !this.boxes.has(n));
  }

  read(): { suites: string[]; cells: string[]; seed: number } {
    const suites = [...this.boxes].filter(([, box]) => box.checked).map(([name]) => name);
    return { suites, cells: splitCells(this.cells.value), seed: this.seed.valueAsNumber >= 0 ? Math.floor(this.seed.valueAsNumber) : 0 };
  }

  set({ suites, cells, seed }: { suites: string[]; cells: string[]; seed: number }): void {
    for (const [name, box] of this.boxes) {
      box.checked = suites.includes(name);
      if (box.checked) box.closest<HTMLElement>(".tick")!.hidden = false;
    }
    this.cells.value = cells.join(" ");
    this.seed.value = String(seed);
    if (cells.length > 0 || seed > 0) this.cells.closest("details")!.open = true;
  }
}
