// Which of the files that come together are a network.

/** The files of a network: itself, its weights if they are kept apart, and its class names; and further networks beside it. */
export interface NetworkFiles {
  model: File | undefined;
  more: File[];
  weights: File[];
  names: File | undefined;
}

const model = /\.onnx$/i;
const names = /\.(json|txt|csv|names)$/i;
const picture = /\.(png|jpe?g|jfif|gif|webp|bmp|tiff?|ppm|pgm|pnm|avif|hei[cf]|svg|jxl)$/i;

/** Sorts files that were chosen or dropped together. What is neither model, names nor picture may be weights. */
export function networkFiles(files: readonly File[]): NetworkFiles {
  const weights = files.filter((f) => !model.test(f.name) && !names.test(f.name) && !isPicture(f));
  const [first, ...more] = files.filter((f) => model.test(f.name));
  return { model: first, more, weights, names: files.find((f) => names.test(f.name)) };
}

/** Returns a network's files with those that came later: another model replaces all, and weights those of their name. */
export function joined(before: NetworkFiles, found: NetworkFiles): NetworkFiles {
  if (found.model || !before.model) return found;
  const kept = before.weights.filter((f) => !found.weights.some((g) => g.name === f.name));
  return { ...before, weights: [...kept, ...found.weights] };
}

export function isPicture(f: File): boolean {
  return f.type.startsWith("image/") || picture.test(f.name);
}

/** Reports whether there is a network among files. */
export function holdsNetwork(files: readonly File[]): boolean {
  return files.some((f) => model.test(f.name));
}

/** Says which of several files were taken; nothing if all were. */
export function taken(files: readonly File[], used: readonly File[]): string {
  if (used.length === files.length) return "";
  const names = used.map((f) => f.name).join(" and ");
  if (files.length === 1) return `${files[0]!.name} was not taken: it is no network and no list of class names.`;
  return `Of ${files.length} files, ${names ? `only ${names} ${used.length > 1 ? "were" : "was"}` : "none was"} taken.`;
}
