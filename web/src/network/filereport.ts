// What an ONNX file holds and wants, before it is loaded.

import type { InspectedValue, Inspection } from "../lab/protocol";
import { visible } from "../lab/visible";
import { byId, create } from "../ui/dom";
import { bytes, count, sentence } from "../ui/text";

const mostNames = 3;

export class FileReport {
  private readonly list = byId("upload-report");
  private readonly problems = byId("upload-problems");

  clear(): void {
    this.list.replaceChildren();
    this.problems.textContent = "";
  }

  show(found: Inspection): void {
    this.list.replaceChildren(...rows(found).flatMap(([k, v]) => [create("dt", "", k), create("dd", "", visible(v))]));
    this.problems.textContent = visible(found.problems.map(sentence).join(" "));
  }
}

/** What is worth knowing of a file. */
export function rows(f: Inspection): [string, string][] {
  const all: [string, string][] = [
    ["Input", f.inputs.map(value).join("; ")],
    ["Output", f.outputs.map(value).join("; ")],
    ["Classes", classes(f)],
    ["Written by", [f.producer, ...f.opsets.map((o) => `operator set ${o.domain === "ai.onnx" ? "" : `${o.domain} `}${o.version}`)].filter((s) => s !== "").join(", ")],
    ["Parameters", f.parameters > 0 ? count(f.parameters) + (f.stored_in_16_bits > 0 ? ` (${count(f.stored_in_16_bits)} stored in 16 bits)` : "") : ""],
    ["Multiply-adds", f.multiply_adds > 0 ? `${count(f.multiply_adds)} per picture` : ""],
    ["Size", bytes(f.bytes)],
    ["Operators", operators(f)],
    ["Memory", memory(f)],
    ["Note", f.notes.map(sentence).join(" ")],
  ];
  return all.filter(([, v]) => v !== "");
}

function value({ name, type, shape }: InspectedValue): string {
  return [name, type, shape.join(" × ")].filter((s) => s !== "").join(", ");
}

function classes({ classes, class_names: names, answers }: Inspection): string {
  if (classes === 0) return "";
  const first = names.length > mostNames ? `${names.slice(0, mostNames).join(", ")}, …` : names.join(", ");
  return `${classes} (${answers})${first ? `: ${first}` : ", without names"}`;
}

/** All kinds of operators, the most frequent first; what does not run is said. */
function operators({ operators, unchecked }: Inspection): string {
  const kinds = [...operators].sort((a, b) => b.nodes - a.nodes);
  const one = (o: Inspection["operators"][number]) => `${o.nodes} ${o.name}${o.unsupported > 0 ? ` (${o.unsupported === o.nodes ? "not" : `${o.unsupported} not`} supported)` : ""}`;
  const behind = unchecked > 0 ? `; ${count(unchecked)} behind these were not checked` : "";
  return kinds.map(one).join(", ") + behind;
}

/** What one picture takes, on the CPU. */
function memory({ memory }: Inspection): string {
  const one = memory.find((m) => m.images === 1);
  return one ? `${bytes(one.logits)} to answer, ${bytes(one.gradients)} to be attacked` : "";
}
