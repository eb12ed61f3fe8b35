// Numbers, names and errors as the page writes them.

import { UserError } from "../lab/error";

/** "93 %"; what is only nearly 0 or 1 reads "<1 %" or ">99 %". */
export function percent(p: number): string {
  if (p > 0 && p < 0.01) return "<1 %";
  if (p < 1 && p > 0.99) return ">99 %";
  return `${Math.round(p * 100)} %`;
}

/** gaussian_noise -> Gaussian noise, laugros/rain -> Laugros: rain. */
export function readable(name: string): string {
  const w = name.replaceAll("_", " ").replace("/", ": ").replace(/\bjpeg\b/, "JPEG");
  return w.charAt(0).toUpperCase() + w.slice(1);
}

/** The text with a capital and a full stop. */
export function sentence(text: string): string {
  const t = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(t) ? t : t + ".";
}

export function bytes(n: number): string {
  return n < 1e6 ? `${Math.round(n / 1e3)} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

/** 1234567 -> 1.23 million. */
export function count(n: number): string {
  const three = (v: number) => v.toLocaleString("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  if (n >= 999.5e6) return `${three(n / 1e9)} billion`;
  if (n >= 1e6) return `${three(n / 1e6)} million`;
  return n.toLocaleString("en");
}

export function argmax(p: readonly number[]): number {
  let best = 0;
  p.forEach((v, i) => {
    if (v > p[best]!) best = i;
  });
  return best;
}

/** What the visitor reads of anything thrown. What was not written for people is for the console. */
export function errorText(e: unknown): string {
  if (e instanceof UserError) return e.message;
  console.error(e);
  return "Something went wrong that the page did not expect. Reload it; if that happens again, please report it.";
}

/** The first of the names that class k has: of "tabby, tabby cat" it is "tabby". */
export function className(classes: readonly string[], k: number): string {
  return classes[k]?.split(", ")[0] ?? `class ${k}`;
}

/** "cat 93 %": the top class and its probability. */
export function answer(probs: readonly number[], classes: readonly string[]): string {
  const k = argmax(probs);
  return `${className(classes, k)} ${percent(probs[k] ?? 0)}`;
}
