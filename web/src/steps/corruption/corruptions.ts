// The corruptions as people look for them: by family, and by letters of anything that is said of them.

import type { Corruption } from "../../lab/protocol";
import { readable } from "../../ui/text";

/** What a corruption is called wherever a number of it is shown. */
export function title(c: Corruption): string {
  return readable(c.label);
}

/** The same where its suite stands beside it. */
export function shortTitle(c: Corruption): string {
  return readable(c.label.replace(/^.*\//, ""));
}

/** The corruptions by family, both in the lab's order. */
export function byFamily(all: readonly Corruption[]): Map<string, Corruption[]> {
  const families = new Map<string, Corruption[]>();
  for (const c of all) families.set(c.family, [...(families.get(c.family) ?? []), c]);
  return families;
}

/** Letters as they are compared: without capitals and underscores, and in the lab's spelling. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll("_", " ").replaceAll("colour", "color").replaceAll("grey", "gray");
}

/** Reports whether every word of a search is in a corruption's name, family, suite or summary. */
export function matches(c: Corruption, search: string): boolean {
  const text = plain([c.name, c.label, c.family, c.suite, c.summary].join(" "));
  return plain(search).split(/\s+/).every((word) => text.includes(word));
}
