// Decks of scenes as plain data: a scene is a state of the page, with what is said of it. docs/deck.schema.json describes the
// files. Files come from anywhere: what is wrong with one is said in a sentence that names the scene and the field.

import { UserError } from "../lab/error";
import { visible } from "../lab/visible";
import { ignored } from "../session/permalink";

/** What of the page a scene puts in front of the audience. */
export const focuses = ["picture", "corruption", "change", "attack", "course"] as const;
export type Focus = (typeof focuses)[number];

export interface Scene {
  title: string;
  say?: string; // the sentence below the pictures; shown with the answer if there is a question
  notes?: string; // what only the speaker sees
  question?: string; // asked before any result is shown
  answer?: string; // shown with the result
  focus?: Focus[];
  show: string; // an address of this site, such as #photo=moose&severity=5
}

export interface Deck {
  title: string;
  about?: string;
  scenes: Scene[];
}

export const format = "steady-deck-1";
export const maxScenes = 100;
export const maxBytes = 1e6;

/** The texts of a scene, with their greatest lengths. */
const texts = { title: 120, say: 400, notes: 4000, question: 200, answer: 400, show: 2000 } as const;
const required = ["title", "show"];
const deckTexts = { title: 120, about: 600 } as const;

const list = (names: readonly string[]) => names.join(", ");
const isObject = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);

/** Reads a deck's file. */
export function readDeck(text: string): Deck {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError("This file is not a deck of scenes: it is not JSON.");
  }
  if (!isObject(value) || !("scenes" in value)) throw new UserError("This file is not a deck of scenes: it is JSON, but has no list of scenes.");
  if (value["format"] !== format) {
    throw new UserError(`The deck's format is ${quoted(value["format"])}; this version of Steady reads "${format}".`);
  }
  checkFields("The deck", value, ["format", "scenes", ...Object.keys(deckTexts)]);
  const scenes = value["scenes"];
  if (!Array.isArray(scenes) || scenes.length === 0) throw new UserError("The deck's scenes must be a list of at least one scene.");
  if (scenes.length > maxScenes) throw new UserError(`The deck has ${scenes.length} scenes; at most ${maxScenes} are allowed.`);
  const about = readText("The deck", value, "about", deckTexts.about);
  return {
    title: readText("The deck", value, "title", deckTexts.title, true)!,
    ...(about !== undefined && { about }),
    scenes: scenes.map((s, i) => readScene(s, i + 1)),
  };
}

function readScene(value: unknown, number: number): Scene {
  if (!isObject(value)) throw new UserError(`Scene ${number} is ${quoted(value)}; it must be an object with a title and what to show.`);
  const title = value["title"];
  const name = typeof title === "string" && title !== "" ? `Scene ${number} (“${title.slice(0, 60)}”)` : `Scene ${number}`;
  checkFields(name, value, [...Object.keys(texts), "focus"]);
  const scene: Record<string, unknown> = {};
  for (const [key, most] of Object.entries(texts)) {
    const text = readText(name, value, key, most, required.includes(key));
    if (text !== undefined) scene[key] = text;
  }
  if (scene["answer"] !== undefined && scene["question"] === undefined) throw new UserError(`${name} has an answer but no question.`);
  const focus = value["focus"];
  if (focus !== undefined) {
    const known = (f: unknown): f is Focus => focuses.includes(f as Focus);
    if (!Array.isArray(focus) || focus.length === 0) throw new UserError(`${name}: focus is ${quoted(focus)}; it must be a list of some of ${list(focuses)}.`);
    const other = focus.find((f) => !known(f)) as unknown;
    if (other !== undefined) throw new UserError(`${name}: focus has ${quoted(other)}; valid: ${list(focuses)}.`);
    scene["focus"] = focuses.filter((f) => focus.includes(f));
  }
  const wrong = wrongAddress(scene["show"] as string);
  if (wrong) throw new UserError(`${name}: show ${wrong}`);
  return scene as unknown as Scene;
}

// The state of every page stands after "#".
const address = /^(|index\.html|overlap\.html|evaluate\.html)(#.*)?$/;

/** The page that a scene shows, "" for the page of one image, and the hash of its link. */
export function parts({ show }: Scene): { page: string; hash: string } {
  const [, page = "", hash = ""] = address.exec(show) ?? [];
  return { page: page === "index.html" ? "" : page, hash };
}

/** Says what is wrong with a scene's address, if anything is. */
function wrongAddress(show: string): string {
  if (/^[a-z.]*\?/.test(show)) return `is ${quoted(show)}; what a page shows must stand after “#”, not after “?”, as in “evaluate.html#suites=quick”.`;
  if (!address.test(show)) return `is ${quoted(show)}; it must be an address of this site, such as "#photo=moose&severity=5" or "overlap.html".`;
  const hash = show.slice(show.indexOf("#"));
  if (!show.includes("#") || /^(overlap|evaluate)/.test(show)) return "";
  const [key, value] = ignored(hash)[0] ?? [];
  return key === undefined ? "" : `has ${key}=${value}, which the page cannot use.`;
}

function checkFields(name: string, value: object, known: readonly string[]): void {
  const other = Object.keys(value).find((k) => !known.includes(k));
  if (other !== undefined) throw new UserError(`${name} has an unknown field “${other}”; valid: ${list(known)}.`);
}

function readText(name: string, value: Record<string, unknown>, key: string, most: number, needed = false): string | undefined {
  const text = value[key];
  if (text === undefined && !needed) return undefined;
  if (text === undefined) throw new UserError(`${name} has no ${key}.`);
  if (typeof text !== "string") throw new UserError(`${name}: ${key} is ${quoted(text)}; it must be a text.`);
  if (text.length > most) throw new UserError(`${name}: ${key} has ${text.length.toLocaleString("en")} characters; at most ${most.toLocaleString("en")} are allowed.`);
  if (needed && key !== "show" && text.trim() === "") throw new UserError(`${name}: ${key} is empty.`);
  return key === "show" ? text : text.split("\n").map(visible).join("\n");
}

function quoted(v: unknown): string {
  const text = v === undefined ? "missing" : JSON.stringify(v);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Writes a deck as a file, which people can read and edit. */
export function writeDeck(deck: Deck): string {
  return `${JSON.stringify({ format, ...deck }, null, 2)}\n`;
}
