// How little change is enough? An attack is run with one largest change (ε) after the other, and what comes of it is kept.

import type { Control } from "../../lab/protocol";
import { className } from "../../ui/text";

/** What came of an attack with one ε. */
export interface Tried {
  eps: number;
  success: boolean; // as the lab decides
  after: number; // class that the network answers then
  kept: number; // probability of the class before
}

export interface Found {
  tried: readonly Tried[]; // by ε
  smallest: Tried | null; // that succeeded
  below: number; // largest ε under it that was tried, and failed; 0 for none
  above: readonly number[]; // larger ones that failed
}

const doublings = 6;
const halvings = 3;

/** How many attacks a search has at most. */
export const mostTries = doublings + 1 + halvings;

/** Returns the values to begin with: from a sixteenth of the usual ε, each twice the one before, within the control's limits. */
export function firstTries({ value, min, max }: Control): number[] {
  return Array.from({ length: doublings + 1 }, (_, i) => (value / 16) * 2 ** i).filter((eps) => eps >= min && eps <= max);
}

/** Sorts what was tried. */
export function found(all: readonly Tried[]): Found {
  const tried = [...all].sort((a, b) => a.eps - b.eps);
  const smallest = tried.find((t) => t.success) ?? null;
  const least = smallest?.eps ?? Infinity;
  const failed = tried.filter((t) => !t.success).map((t) => t.eps);
  return { tried, smallest, below: Math.max(0, ...failed.filter((eps) => eps < least)), above: smallest ? failed.filter((eps) => eps > least) : [] };
}

/** Tries the first values, then halves the interval under the smallest that succeeded. attempt returns null to end the search. */
export async function search(first: readonly number[], least: number, attempt: (eps: number) => Promise<Tried | null>, report: (f: Found) => void): Promise<void> {
  const all: Tried[] = [];
  const next = async (eps: number) => {
    const t = await attempt(eps);
    if (t) {
      all.push(t);
      report(found(all));
    }
    return t !== null;
  };
  for (const eps of first) if (!(await next(eps))) return;
  for (let i = 0; i < halvings; i++) {
    const { smallest, below } = found(all);
    if (!smallest) return;
    const middle = (smallest.eps + below) / 2;
    if (middle < least || !(await next(middle))) return;
  }
}

/** "1.125" or "0.0625". */
export const epsText = (eps: number) => String(Number(eps.toPrecision(4)));

/** The answer to the question, for a picture that was answered with class before. */
export function verdict(f: Found, before: number, classes: readonly string[], unit: string): string {
  const says = (eps: number) => `${epsText(eps)}${unit}`;
  const name = (k: number) => className(classes, k);
  const { smallest, below, above, tried } = f;
  if (tried.length === 0) return "";
  if (!smallest) return `Not even ${says(tried[tried.length - 1]!.eps)} is enough: this attack does not get what it wants from “${name(before)}”.`;
  const under = below > 0 ? `${says(below)} is not.` : "Less was not tried.";
  const holes = above.length > 0 ? ` More is not always enough: with ${above.map(says).join(" and ")} the attack fails.` : "";
  return `${says(smallest.eps)} is enough: ${name(before)} → ${name(smallest.after)}. ${under}${holes}`;
}
