// The catalog of networks that come with the page.

/** One entry of models/models.json: a file and its model card as the training wrote it. */
export interface CatalogEntry {
  file: string;
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
