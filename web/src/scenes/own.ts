// The visitor's own deck: kept in the browser, and every change of it can be undone.

import { errorText } from "../ui/text";
import { type Deck, maxScenes, readDeck, type Scene, writeDeck } from "./deck";

const key = "steady.deck";
const mostUndone = 100;

/** What is needed of localStorage. */
type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class OwnDeck {
  deck: Deck = { title: "My scenes", scenes: [] };
  /** Why the deck is not kept, in a sentence; nothing if it is. */
  problem = "";
  private readonly before: Deck[] = [];

  constructor(private readonly kept: Kept) {
    try {
      const text = kept.getItem(key);
      if (text !== null) this.deck = readDeck(text);
    } catch (e) {
      this.problem = `Your scenes of the last time could not be read: ${errorText(e)}`;
    }
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  undo(): void {
    const last = this.before.pop();
    if (last) this.keep(last);
  }

  /** Puts a whole deck in the place of this one. */
  replace(deck: Deck): void {
    this.change(deck);
  }

  rename(title: string): void {
    if (title.trim() !== "" && title !== this.deck.title) this.change({ ...this.deck, title });
  }

  /** Adds a scene at the end. Reports whether there was room for it. */
  add(scene: Scene): boolean {
    if (this.deck.scenes.length >= maxScenes) return false;
    this.change({ ...this.deck, scenes: [...this.deck.scenes, scene] });
    return true;
  }

  remove(index: number): void {
    this.change({ ...this.deck, scenes: this.deck.scenes.filter((_, i) => i !== index) });
  }

  /** Moves a scene to another place. */
  move(from: number, to: number): void {
    const scenes = [...this.deck.scenes];
    if (from === to || to < 0 || to >= scenes.length) return;
    const [scene] = scenes.splice(from, 1);
    if (!scene) return;
    scenes.splice(to, 0, scene);
    this.change({ ...this.deck, scenes });
  }

  edit(index: number, scene: Scene): void {
    if (JSON.stringify(scene) === JSON.stringify(this.deck.scenes[index])) return;
    this.change({ ...this.deck, scenes: this.deck.scenes.map((s, i) => (i === index ? scene : s)) });
  }

  private change(deck: Deck): void {
    this.before.push(this.deck);
    if (this.before.length > mostUndone) this.before.shift();
    this.keep(deck);
  }

  private keep(deck: Deck): void {
    this.deck = deck;
    this.problem = "";
    try {
      if (deck.scenes.length === 0) this.kept.removeItem(key);
      else this.kept.setItem(key, writeDeck(deck));
    } catch {
      this.problem = "The browser does not keep your scenes: save them as a file before you leave.";
    }
  }
}
