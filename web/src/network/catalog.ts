// The networks: those that come with the page, and the user's own.

import type { Preprocessing } from "../lab/protocol";

/** One entry of models/models.json: a file and its card as the training wrote it. */
export interface Shipped {
  file: string;
  card: Record<string, unknown>;
}

/** A network to hand to the lab. */
export interface Chosen {
  key: string; // as in the list and in links
  title: string;
  bytes: ArrayBuffer;
  classes: string[];
  preprocessing: Preprocessing | null; // null: it takes pixels in 0 to 1 as they are
  card: Record<string, unknown>;
}

export const key = (file: string) => file.replace(/\.onnx$/, "");

/** cifar10-standard -> CIFAR-10, standard. */
export function title(file: string): string {
  const [data = "", ...rest] = key(file).split("-");
  const known: Record<string, string> = { cifar10: "CIFAR-10", fashion: "Fashion-MNIST" };
  return [known[data] ?? data, ...rest].join(", ").replace(/, (?=[^,]*$)/, " · ");
}

export function classesOf(card: Record<string, unknown>): string[] {
  const c = card["classes"];
  return Array.isArray(c) && c.every((s) => typeof s === "string") ? c : [];
}

const third = (v: number) => [v, v, v];

/** The usual ways in which networks want their pixels. */
export const scales: Record<string, Preprocessing> = {
  half: { scale: 1, mean: third(0.5), std: third(0.5), bgr: false },
  imagenet: { scale: 1, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], bgr: false },
  cifar: { scale: 1, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616], bgr: false },
  byte: { scale: 255, mean: third(0), std: third(1), bgr: false },
  caffe: { scale: 255, mean: [123, 117, 104], std: third(1), bgr: false },
};

/** Reads class names: a JSON list of strings, or one name a line. */
export function readNames(text: string): string[] {
  let names: unknown = null;
  try {
    names = JSON.parse(text);
  } catch {
    names = text.split(/\r?\n/).map((l) => l.trim()).filter((l) => l !== "");
  }
  if (names !== null && typeof names === "object" && !Array.isArray(names)) {
    // {"0": "tench", "1": "goldfish"} or {"0": ["n01440764", "tench"]}, as ImageNet's names are often kept
    names = Object.entries(names)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, v]: [string, unknown]) => (Array.isArray(v) ? String(v[v.length - 1]) : v));
  }
  if (!Array.isArray(names) || names.length === 0 || !names.every((n) => typeof n === "string")) {
    throw new Error("The class names must be a JSON list of words, or one name a line.");
  }
  return names as string[];
}
