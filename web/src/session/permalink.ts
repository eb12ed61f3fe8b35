// The state that a link holds. The hash is untrusted input: whatever is not valid is ignored.

import { modeFields } from "./mode";

export interface LinkState {
  photo: string; // "own" or "webcam" if it stayed with the sender
  network: string; // or "own"
  versus: string; // a second network, to compare with; or "own"
  corruption: string;
  severity: number;
  seed: number;
  where: "net" | "view";
  sight: "net" | "view"; // the pictures are shown as the network gets them, or not
  attack: string;
  norm: string;
  values: Record<string, number>; // of the attack's controls
  target: string; // class name, or nothing
  from: "original" | "corrupted";
  victim: Victim;
  run: boolean; // the attack has been run, and is to be run where the link is opened
}

/** Which of two networks is attacked. */
export type Victim = "first" | "second" | "each";

export const limits = { severity: [1, 5], seed: [0, 4294967295] } as const;

const names = ["photo", "network", "versus", "corruption", "attack", "norm"] as const;
const name = /^[a-z0-9_.-]+(\/[a-z0-9_.-]+)?$/i; // suite/name is allowed
const maxLength = 64;
const maxTarget = 200; // a class of ImageNet has several names
const maxValues = 20;
const fields = new Set<string>([...names, "severity", "seed", "where", "sight", "target", "from", "victim", "run", ...modeFields]);

/** Reads a number that lies within limits; undefined is any other text. */
export function parseNumber(text: string | null, [least, most]: readonly [number, number], whole: boolean): number | undefined {
  if (text === null || !/^\d{1,10}(\.\d{1,24})?(e-\d{1,2})?$/.test(text)) return undefined;
  const n = Number(text);
  return n >= least && n <= most && (!whole || Number.isInteger(n)) ? n : undefined;
}

/** Reads what is right in a link's hash. */
export function parseLink(hash: string): Partial<LinkState> {
  const found: Partial<LinkState> = {};
  if (hash.length > 2000) return found;
  const q = new URLSearchParams(hash.replace(/^#/, ""));
  for (const key of names) {
    const v = q.get(key);
    if (v !== null && v.length <= maxLength && name.test(v)) found[key] = v;
  }
  const target = q.get("target");
  if (target !== null && target.length <= maxTarget) found.target = target;
  for (const key of ["severity", "seed"] as const) {
    const n = parseNumber(q.get(key), limits[key], true);
    if (n !== undefined) found[key] = n;
  }
  // Only the attack knows which other numbers mean something.
  const values = [...q].filter(([key, v]) => !fields.has(key) && /^[a-z-]{1,24}$/.test(key) && parseNumber(v, [0, 1e6], false) !== undefined);
  found.values = Object.fromEntries(values.slice(0, maxValues).map(([key, v]) => [key, Number(v)]));
  const where = q.get("where");
  if (where === "net" || where === "view") found.where = where;
  const sight = q.get("sight");
  if (sight === "net" || sight === "view") found.sight = sight;
  const from = q.get("from");
  if (from === "original" || from === "corrupted") found.from = from;
  const victim = q.get("victim");
  if (victim === "first" || victim === "second" || victim === "each") found.victim = victim;
  if (q.get("run") === "1") found.run = true;
  return found;
}

/** Returns what of a link's hash parseLink does not read. */
export function ignored(hash: string): [string, string][] {
  const { values, ...found } = parseLink(hash);
  return [...new URLSearchParams(hash.replace(/^#/, ""))].filter(([key]) => !(key in found) && !(values && key in values));
}

/** Returns the hash of a link; what is empty, or as usual, is left out. */
export function formatLink(s: LinkState, usual: Partial<LinkState> = {}): string {
  const q = new URLSearchParams();
  const flat = ({ values, run, ...rest }: Partial<LinkState>): Record<string, unknown> => ({ ...rest, ...values, run: run ? "1" : "" });
  const without = flat(usual);
  for (const [k, v] of Object.entries(flat(s))) if (v !== "" && v !== without[k]) q.set(k, String(v));
  return "#" + q.toString();
}

/** Reports whether all that a link asks for is in another one. What it leaves out is as usual, unless it asks for nothing at all. */
export function says(hash: string, other: string, usual: Partial<LinkState> = {}): boolean {
  const flat = ({ values, ...rest }: Partial<LinkState>): Record<string, unknown> => ({ ...rest, ...values });
  const [asked, there] = [flat(parseLink(hash)), flat(parseLink(other))];
  if (Object.keys(asked).length === 0) return true;
  const left = Object.entries(flat(usual)).filter(([key]) => !(key in asked) && key in there);
  return [...Object.entries(asked), ...left].every(([key, value]) => there[key] === value);
}
