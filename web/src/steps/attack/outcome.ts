// What came of an attack, in words.

import type { Attack, AttackEnd, Step } from "../../lab/protocol";
import { argmax, className } from "../../ui/text";

const mostNamed = 7;

/** The classes that the answer went through. */
export function path(before: number, steps: readonly Step[], classes: readonly string[]): string {
  const way = [before];
  for (const s of steps) {
    const k = argmax(s.probs);
    if (k !== way[way.length - 1]) way.push(k);
  }
  const name = (k: number) => className(classes, k);
  if (way.length === 1) return `It stayed ${name(before)}.`;
  if (way.length <= mostNamed) return way.map(name).join(" → ") + ".";
  const different = [...new Set(way)].map(name);
  const among = different.length <= mostNamed ? different.join(", ") : `${different.length} classes`;
  return `${name(before)} → … → ${name(way[way.length - 1]!)}: it changed ${(way.length - 1).toLocaleString("en")} times, among ${among}.`;
}

/** How far an attack is: in steps, or in queries if that is all it has. */
export function counted(n: number, a: Attack | null): string {
  return a?.access === "scores" || a?.access === "decisions" ? several(n, "query", "queries") : several(n, "step", "steps");
}

const whole = (n: number) => n.toLocaleString("en");
const several = (n: number, one: string, more: string) => `${whole(n)} ${n === 1 ? one : more}`;

/** How far the image moved, by each norm. */
export function distances(e: AttackEnd): string {
  return (
    `L∞ ${(e.linf * 255).toFixed(1)}/255, L2 ${e.l2.toFixed(2)}, L1 ${e.l1.toFixed(1)}, ` +
    `L0 ${whole(e.l0)} of ${whole(e.elements)} numbers.`
  );
}

/** What the network was asked. */
export function cost(e: AttackEnd): string {
  const asked = several(e.queries, "query", "queries");
  return e.gradients > 0 ? `${several(e.gradients, "gradient", "gradients")} and ${asked}.` : `${asked}, no gradients.`;
}

/** Why the attack ended as it did, where that is not plain. */
export function ending(e: AttackEnd, a: Attack): string {
  if (e.stopped) return e.success ? " Stopped; this is the best so far." : " Stopped before it succeeded.";
  if (e.success) return e.by ? ` ${e.by.toUpperCase()} succeeded.` : "";
  if (e.outOf === "queries") return " The attack failed: it used up its queries.";
  if (e.target < 0 ? e.after !== e.before : e.after === e.target) return " That is less sure than the confidence asked for.";
  return a.access === "minimum norm" || a.access === "decisions"
    ? " The attack found no other answer within what is set."
    : " The attack failed: allow more change, or more steps.";
}

/** What is said of a result that was made with other settings than those chosen now; both are titles. */
export function madeOtherwise(made: string, now: string): string {
  return made === now ? "This was made before the settings changed." : `This is the result of ${made}.`;
}

/** "5 s" or "2 min". */
export function duration(milliseconds: number): string {
  const s = Math.ceil(milliseconds / 1000);
  return s < 100 ? `${s} s` : `${Math.round(s / 60)} min`;
}
