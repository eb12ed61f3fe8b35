// What is known of a network: its size, and its model card.

import { visible } from "../lab/visible";
import type { LoadedNetwork } from "../session/session";
import { byId, create } from "../ui/dom";
import { count } from "../ui/text";
import { figureRows, inRows } from "./figures";

/** What a card repeats of the lines above it. */
const saidAbove = new Set(["name", "classes", "image", "parameters", "multiply_adds", "accuracy", "test_images", ...inRows]);

/** Shows the card of a network in the list and the title whose names begin so. */
export function showCard(n: LoadedNetwork, at: "card" | "second-card"): void {
  const list = byId(`${at}-list`);
  list.replaceChildren();
  const row = (k: string, v: string) => list.append(create("dt", "", visible(k)), create("dd", "", visible(v)));
  for (const [k, v] of figureRows(n.source.card)) row(k, v);
  row("input", n.input.join(" × "));
  row("classes", n.classes.length > 20 ? String(n.classes.length) : n.classes.join(", "));
  row("parameters", count(n.params));
  row("multiply-adds", `${count(n.macs)} per picture`);
  for (const note of n.notes ?? []) row("note", note);
  for (const [k, v] of Object.entries(n.source.card)) {
    if (!saidAbove.has(k) && v !== null && v !== "") row(k.replaceAll("_", " "), valueText(v));
  }
  byId(`${at}-title`).textContent = n.source.title;
}

function valueText(v: unknown): string {
  if (Array.isArray(v)) return v.join(", ");
  if (typeof v !== "object" || v === null) return String(v);
  return Object.entries(v)
    .filter(([, x]) => x !== null && typeof x !== "object" && x !== "")
    .map(([n, x]) => `${n.replaceAll("_", " ")} ${String(x)}`)
    .join(", ");
}
