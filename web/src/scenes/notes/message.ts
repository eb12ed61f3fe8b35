// The messages between a presentation and its speaker's window.

import type { Scene } from "../deck";
import type { Action } from "../keys";

/** What the presentation shows now. */
export interface Now {
  deck: string;
  number: number; // of the scene, from 1
  of: number;
  scene: Scene;
  next: Scene | null;
  hidden: boolean; // what the network says
  black: boolean;
}

/** To the speaker's window: what is shown, or that it is over. */
export type ToNotes = { kind: "now"; now: Now } | { kind: "over" };

/** From the speaker's window: that it is open, or that a key was pressed in it. */
export type FromNotes = { kind: "open" } | { kind: "do"; action: Action; key: string };
