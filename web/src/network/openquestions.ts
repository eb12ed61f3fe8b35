// What an ONNX file may leave open: which of several outputs answers, the size of the pictures, and the order of its numbers.

import { UserError } from "../lab/error";
import type { Inspection, Layout, NetworkArgs } from "../lab/protocol";
import { visible } from "../lab/visible";
import { byId, option } from "../ui/dom";

const mostSide = 65536; // of an image; the lab says what it takes

/** What the visitor says of it. */
export type Answers = Pick<NetworkArgs, "output" | "size" | "layout">;

export class OpenQuestions {
  private readonly output = byId<HTMLSelectElement>("upload-output");
  private readonly layout = byId<HTMLSelectElement>("upload-layout");
  private readonly sides = ["upload-height", "upload-width"].map((id) => byId<HTMLInputElement>(id));

  clear(): void {
    this.output.replaceChildren(option("", "the one that fits"));
    this.layout.value = "";
    for (const side of this.sides) side.value = "";
    this.ask({ output: false, size: false, layout: false });
  }

  show(found: Inspection): void {
    this.clear();
    this.output.append(...found.outputs.map((o) => option(o.name, visible(`${o.name}: ${o.shape.join(" × ")}`))));
    this.ask({ output: found.outputs.length > 1, size: found.asks.includes("size"), layout: found.asks.includes("layout") });
  }

  read(): Answers {
    const sizes = this.sides.map((side) => side.value.trim());
    const size = sizes.map(Number);
    if (sizes.every((s) => s === "")) size.fill(0);
    else if (!size.every((n) => Number.isInteger(n) && n > 0 && n <= mostSide)) {
      throw new UserError(`The size must be two whole numbers from 1 to ${mostSide}, height and width.`);
    }
    return { output: this.output.value, layout: this.layout.value as Layout, size: [size[0]!, size[1]!] };
  }

  private ask(open: Record<"output" | "size" | "layout", boolean>): void {
    for (const [name, asked] of Object.entries(open)) byId(`upload-${name}-field`).hidden = !asked;
  }
}
