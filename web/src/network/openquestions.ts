// What an ONNX file may leave open: the size of the pictures, and which of several outputs answers.

import type { Inspection } from "../lab/protocol";
import { visible } from "../lab/visible";
import { byId, option } from "../ui/dom";

export class OpenQuestions {
  private readonly output = byId<HTMLSelectElement>("upload-output");

  clear(): void {
    byId("upload-output-field").hidden = true;
    this.output.replaceChildren(option("", ""));
  }

  show({ outputs }: Inspection): void {
    if (outputs.length < 2) return this.clear();
    const names = outputs.map((o) => option(o.name, visible(`${o.name}: ${o.shape.join(" × ")}`)));
    this.output.replaceChildren(option("", "the one that fits"), ...names);
    byId("upload-output-field").hidden = false;
  }

  read(): { output: string } {
    return { output: this.output.value };
  }
}
