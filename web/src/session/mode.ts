// How a link asks the page to be shown, beside its state: presented, in a frame of another page, as scenes of a deck.

export interface Mode {
  present: boolean; // for an audience
  embed: boolean; // in a frame: without what belongs to the page as a whole
  deck: string; // the name of a deck, "mine" for the visitor's own, or nothing
  packed: string; // a deck within the link, or nothing
  scene: number; // of the deck, from 1
}

/** The parameters of a link that are no state of the page. */
export const modeFields = ["present", "embed", "deck", "packed", "scene"] as const;

const maxPacked = 64e3;

/** Reads what is right in a link's hash. */
export function parseMode(hash: string): Mode {
  const q = new URLSearchParams(hash.length > maxPacked ? "" : hash.replace(/^#/, ""));
  const deck = q.get("deck") ?? "";
  const packed = q.get("packed") ?? "";
  const scene = q.get("scene") ?? "";
  return {
    present: q.get("present") === "1",
    embed: q.get("embed") === "1",
    deck: /^[a-z0-9-]{1,64}$/.test(deck) ? deck : "",
    packed: /^[\w-]+$/.test(packed) ? packed : "",
    scene: /^[1-9]\d{0,2}$/.test(scene) ? Number(scene) : 1,
  };
}

/** Returns the hash of a link to a scene. */
export function formatMode({ present, embed, deck, packed, scene }: Partial<Mode>): string {
  const q = new URLSearchParams();
  if (present) q.set("present", "1");
  if (embed) q.set("embed", "1");
  if (deck) q.set("deck", deck);
  if (packed) q.set("packed", packed);
  if (scene && scene > 1) q.set("scene", String(scene));
  return `#${q.toString()}`;
}
