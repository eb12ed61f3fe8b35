// Decks as files of the visitor.

import { UserError } from "../lab/error";
import { create } from "../ui/dom";
import { bytes } from "../ui/text";
import { type Deck, maxBytes, readDeck, writeDeck } from "./deck";

/** Hands the visitor a deck as a file. */
export function save(deck: Deck): void {
  const link = create("a");
  link.href = URL.createObjectURL(new Blob([writeDeck(deck)], { type: "application/json" }));
  link.download = `${deck.title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "scenes"}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function open(file: File): Promise<Deck> {
  if (file.size > maxBytes) throw new UserError(`${file.name} is ${bytes(file.size)}; a deck has at most ${bytes(maxBytes)}.`);
  let text: string;
  try {
    text = await file.text();
  } catch {
    throw new UserError(`${file.name} cannot be read any more: it may have been moved or changed since it was chosen.`);
  }
  return readDeck(text);
}
