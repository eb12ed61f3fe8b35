// The decks that come with the page: files of the folder decks, by their names in links.

import { download } from "../session/download";
import { type Deck, parts, readDeck, type Scene } from "./deck";
import type { Stage } from "./stage";

export const names = ["what-the-network-sees", "an-adversarial-example", "does-robustness-transfer", "which-corruptions-say-the-same"] as const;

/** A deck is offered if so many of its scenes can be shown. */
const fewest = 6;

export interface Offered {
  name: string;
  deck: Deck; // without the scenes that cannot be shown
  lacking: string[]; // what the scenes that are left out need
  offered: boolean;
}

export async function load(name: string): Promise<Deck> {
  return readDeck(new TextDecoder().decode(await download(`decks/${name}.json`)));
}

/** Says what a scene needs that is not here; nothing if all is. */
export function needs(scene: Scene, stage: Pick<Stage, "missing" | "has" | "measured">): string {
  const { page, hash } = parts(scene);
  if (!stage.has(page)) return `the page ${page}`;
  if (page === "") return stage.missing(hash);
  // Without a state the page itself says what it lacks, and takes a file.
  return page === "overlap.html" && hash !== "" && !stage.measured ? "measured overlaps" : "";
}

/** Returns a deck without the scenes that need what is not here. */
export function showable(name: string, deck: Deck, stage: Pick<Stage, "missing" | "has" | "measured">): Offered {
  const missing = (s: Scene) => needs(s, stage);
  const scenes = deck.scenes.filter((s) => missing(s) === "");
  const lacking = [...new Set(deck.scenes.map(missing).filter((m) => m !== ""))];
  return { name, deck: { ...deck, scenes }, lacking, offered: scenes.length >= Math.min(fewest, deck.scenes.length) };
}
