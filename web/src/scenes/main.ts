// The scenes: what is loaded when they are presented or edited.

import { UserError } from "../lab/error";
import { parseLink } from "../session/permalink";
import { type Mode, modeFields } from "../session/mode";
import { load, names, showable } from "./builtin";
import { showCard } from "./code";
import { type Deck, parts } from "./deck";
import { Editor } from "./editor";
import { OwnDeck } from "./own";
import { unpack } from "./packed";
import { alone, named, type Place, within } from "./place";
import { Player } from "./player";
import type { Stage } from "./stage";

/** Shows the QR code of what the page shows now, with its controls: whoever follows it can go on from there. */
export async function showCode(stage: Stage): Promise<void> {
  await showCard(new URL(stage.link(), location.href));
}

/** Presents a deck from one of its scenes on; is over when the presentation has been left. */
async function present(stage: Stage, deck: Deck, place: Place, scene: number): Promise<void> {
  const player = new Player(stage, deck, place, (scene) => {
    const { page, hash } = parts(scene);
    return page ? showCard(new URL(page + hash, location.href)) : showCode(stage);
  });
  void player.go(Math.min(Math.max(scene, 1), deck.scenes.length) - 1);
  await player.over;
}

/** Presents what a link asks for. */
export async function begin(stage: Stage, mode: Mode): Promise<void> {
  const { deck, packed, scene } = mode;
  await stage.look();
  if (packed) return present(stage, await unpack(packed), within(packed), scene);
  if (deck === "mine") {
    const mine = new OwnDeck(localStorage).deck;
    if (mine.scenes.length === 0) throw new UserError("This link leads to scenes of one's own, which stayed in the browser where they were made.");
    return present(stage, mine, named(deck), scene);
  }
  if (deck) {
    if (!(names as readonly string[]).includes(deck)) throw new UserError(`There is no deck “${deck}”; valid: ${names.join(", ")}.`);
    const offered = showable(deck, await load(deck), stage);
    if (!offered.offered) throw new UserError(`The deck “${offered.deck.title}” needs what is not here: ${offered.lacking.join(", ")}.`);
    return present(stage, offered.deck, named(deck), scene);
  }
  const shown = single(location.hash);
  return present(stage, shown, alone(shown), 1);
}

/** A deck of only what a link shows. */
function single(hash: string): Deck {
  const q = new URLSearchParams(hash.slice(1));
  for (const field of modeFields) q.delete(field);
  const { corruption, attack, run } = parseLink(hash);
  const title = run ? "What an attack does" : corruption || !attack ? "What a corruption does" : "How steady is this network?";
  return { title: "Steady", scenes: [{ title, show: `#${q.toString()}` }] };
}

/** Opens the list of decks, in which own scenes are made; presents one if that is asked for. */
export async function edit(stage: Stage): Promise<void> {
  await stage.look();
  const editor = new Editor(stage, new OwnDeck(localStorage));
  const chosen = await editor.show();
  if (chosen) await present(stage, chosen.deck, chosen.place, chosen.scene);
}
