// Where a deck is found: by which links lead to its scenes.

import { formatMode } from "../session/mode";
import { type Deck, parts } from "./deck";

export interface Place {
  /** The hash of a link that presents a scene. */
  link(index: number): string;
}

/** A deck of the page's, by its name; "mine" is the visitor's own. */
export const named = (deck: string): Place => ({ link: (index) => formatMode({ present: true, deck, scene: index + 1 }) });

/** A deck within its link. */
export const within = (packed: string): Place => ({ link: (index) => formatMode({ present: true, packed, scene: index + 1 }) });

/** Scenes that each are only a state of the page. */
export const alone = (deck: Deck): Place => ({
  link: (index) => {
    const { hash } = parts(deck.scenes[index]!);
    return `${hash === "" ? "#" : `${hash}&`}present=1`;
  },
});
