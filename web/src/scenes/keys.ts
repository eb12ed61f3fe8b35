// The keys of a presentation: the player does what they say, and the help card lists them.

/** What a key may do. */
export type Action =
  | "next"
  | "previous"
  | "first"
  | "last"
  | "black"
  | "attack"
  | "hold"
  | "severity"
  | "reroll"
  | "sight"
  | "hide"
  | "screen"
  | "notes"
  | "code"
  | "help"
  | "leave";

export interface Binding {
  action: Action;
  keys: readonly string[]; // as KeyboardEvent has them
  shown: string;
  does: string;
}

/** Page Up, Page Down and the period are what presenter remotes send. */
export const bindings: readonly Binding[] = [
  { action: "next", keys: ["ArrowRight", "PageDown", "Enter"], shown: "→  Page Down", does: "the answer, or the next scene" },
  { action: "previous", keys: ["ArrowLeft", "PageUp"], shown: "←  Page Up", does: "the scene before" },
  { action: "first", keys: ["Home"], shown: "Home", does: "the first scene" },
  { action: "last", keys: ["End"], shown: "End", does: "the last scene" },
  { action: "black", keys: ["b", "."], shown: "B  .", does: "black screen, and back" },
  { action: "hide", keys: ["q"], shown: "Q", does: "hide what the network says, or show it" },
  { action: "attack", keys: ["a"], shown: "A", does: "attack once more" },
  { action: "hold", keys: [" "], shown: "Space", does: "hold the course of the attack, or play it" },
  { action: "severity", keys: ["1", "2", "3", "4", "5"], shown: "1 – 5", does: "severity of the corruption" },
  { action: "reroll", keys: ["r"], shown: "R", does: "another seed" },
  { action: "sight", keys: ["e"], shown: "E", does: "the pictures as the network sees them, or as people do" },
  { action: "screen", keys: ["f"], shown: "F", does: "full screen" },
  { action: "notes", keys: ["s"], shown: "S", does: "speaker notes in a second window" },
  { action: "code", keys: ["k"], shown: "K", does: "QR code of this scene" },
  { action: "help", keys: ["h", "?"], shown: "H  ?", does: "this card" },
  { action: "leave", keys: ["Escape"], shown: "Esc", does: "leave the presentation" },
];

/** What is needed of a KeyboardEvent. */
type Pressed = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey">;

/** Returns what a key does, unless it is part of one of the browser's own shortcuts. */
export function actionOf(e: Pressed): Action | null {
  if (e.altKey || e.ctrlKey || e.metaKey) return null;
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  return bindings.find((b) => b.keys.includes(key))?.action ?? null;
}

/** Actions whose keys a page in a frame has no use for, unless somebody writes into a field there. */
const framed: readonly Action[] = ["black", "hide", "screen", "notes", "code", "help"];
const always = ["PageDown", "PageUp", "Escape"]; // of remotes; no field needs them

/** Returns what a key does while a page in a frame has the focus, in a field or outside of one. */
export function framedActionOf(e: Pressed, field: boolean): Action | null {
  const action = actionOf(e);
  return action && (always.includes(e.key) || (!field && framed.includes(action))) ? action : null;
}
