// The catalog of networks that come with the page.

/** One entry of models/models.json: a file and its model card as the training wrote it. */
export interface CatalogEntry {
  file: string;
  card: Record<string, unknown>;
}

export const key = (file: string) => file.replace(/\.onnx$/, "");

/** How words of file names are written: those of data sets, and of recipes that are called after abbreviations. */
const known: Readonly<Record<string, string>> = {
  cifar10: "CIFAR-10",
  fashion: "Fashion-MNIST",
  augmix: "AugMix",
  fgsm: "FGSM",
  pgd: "PGD",
  tlat: "TLAT",
  mtlat: "M-TLAT",
};

/** Networks that were trained elsewhere keep their names. */
const named: Readonly<Record<string, string>> = {
  "efficientnet-lite0": "ImageNet · EfficientNet-Lite0",
};

/** cifar10-standard -> CIFAR-10 · standard, cifar10-mtlat -> CIFAR-10 · M-TLAT. */
export function title(file: string): string {
  const name = named[key(file)];
  if (name) return name;
  return key(file)
    .split("-")
    .map((w) => known[w] ?? w)
    .join(", ")
    .replace(/, (?=[^,]*$)/, " · ");
}

/** The number of pixels that a network takes of a picture. */
export function pixelsOf(card: Record<string, unknown>): number {
  const [, height, width] = Array.isArray(card["image"]) ? (card["image"] as unknown[]).map(Number) : [];
  return (height ?? 0) * (width ?? 0) || 0;
}

export function classesOf(card: Record<string, unknown>): string[] {
  const c = card["classes"];
  return Array.isArray(c) && c.every((s) => typeof s === "string") ? c : [];
}
