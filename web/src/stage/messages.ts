// What the page and the stage in its frame say to each other. Both are of one origin, which either checks: anybody may post to a window.

/** RGBA pixels. */
export interface Pixels {
  pixels: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}

/** What the stage begins with: the options of core/stage, as its JSON names them. */
export interface Options {
  network: string;
  corruptions: readonly { name: string; label: string }[];
  corruption: string;
  severity: number;
  eps: number; // in 255ths
  attack: number; // of core/stage: 0 none, 1 universal noise, 2 the strongest within the time of a frame, 3 the chosen one
  chosen: string; // the page's attack, as core/attack reads it
  calm: boolean; // nothing glides
}

/** Page to frame, with the port to the lab. */
export interface Begin {
  begin: Options;
  picture: Pixels & { name: string };
  camera: boolean; // begin with it
  side: number; // of frames
}

/** One of the stage's keys. */
export interface Key {
  key: string; // as core/stage names it
  help: string;
}

/** Page to frame. */
export type ToFrame = Begin | { press: string };

/** Frame to page. */
export type ToPage =
  | { stage: "here" } // its script runs: it is to be told what to begin with
  | { stage: "ready"; keys: readonly Key[] }
  | { stage: "loading"; loaded: number; total: number }
  | { stage: "say"; text: string } // for people who do not see it
  | { stage: "alert"; text: string }
  | { stage: "failed"; text: string }
  | { stage: "leave" };

/** Reports whether a message comes from a window of this page. */
export function isFrom(e: MessageEvent, window: Window | null): boolean {
  return e.origin === location.origin && window !== null && e.source === window;
}
