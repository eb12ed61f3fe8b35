// Files of class names.

/** Reads class names: a JSON list of strings, or one name a line. */
export function readNames(text: string): string[] {
  let names: unknown = null;
  try {
    names = JSON.parse(text);
  } catch {
    if (/^\s*[[{]/.test(text)) {
      throw new Error("The class names begin like JSON but are not: a Python dictionary or list has other quotes. json.dump writes it as JSON.");
    }
    names = text.split(/\r?\n/).map((l) => l.trim()).filter((l) => l !== "");
  }
  if (names !== null && typeof names === "object" && !Array.isArray(names)) {
    // {"0": "tench", "1": "goldfish"} or {"0": ["n01440764", "tench"]}, as ImageNet's names are often kept
    if (!Object.keys(names).every((k) => /^\d+$/.test(k))) {
      throw new Error("The class names must be an object from class numbers to names, a JSON list of words, or one name per line.");
    }
    names = Object.entries(names)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, v]: [string, unknown]) => (Array.isArray(v) ? String(v[v.length - 1]) : v));
  }
  if (!Array.isArray(names) || names.length === 0 || !names.every((n) => typeof n === "string")) {
    throw new Error("The class names must be a JSON list of words, or one name per line.");
  }
  return names as string[];
}
