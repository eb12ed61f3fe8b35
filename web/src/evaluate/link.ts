// Links to an evaluation: what they choose, for the built-in images and the networks of the page. As on the other pages it stands
// after "#"; links of before have it after "?", which is read as well.

import { visible } from "../lab/visible";
import { modeFields } from "../session/mode";

export interface Choice {
  networks: string[];
  suites: string[];
  cells: string[];
  limit: number; // 0 for all
  seed: number;
  run: boolean;
  wrong: string; // what is not understood, in a sentence; "" if all is
}

const fields = ["networks", "suites", "cells", "limit", "seed", "run"];

/** The part of an address that has a choice: what follows "#", or if that is nothing what follows "?". */
export function choiceOf({ hash, search }: Pick<Location, "hash" | "search">): string {
  const said = hash.slice(1) || search.slice(1);
  const p = new URLSearchParams(said);
  for (const field of modeFields) p.delete(field);
  return p.size > 0 ? said : "";
}

/** What a link says; what it does not is as usual. */
export function readLink(said: string): Choice {
  const p = new URLSearchParams(said);
  for (const field of modeFields) p.delete(field);
  const list = (name: string, between: RegExp) => (p.get(name) ?? "").split(between).map((s) => s.trim()).filter((s) => s);
  const wrong = [...p.keys()].filter((name) => !fields.includes(name)).map((name) => `no field is called ${visible(name)} (${fields.join(", ")} are known)`);
  const whole = (name: string, most: number) => {
    const text = p.get(name) ?? "0";
    if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
    wrong.push(`${name} is ${visible(text)}, not a whole number from 0 to ${most.toLocaleString("en")}`);
    return 0;
  };
  const choice = {
    networks: list("networks", /,/),
    suites: list("suites", /,/),
    cells: splitCells(p.get("cells") ?? ""),
    limit: whole("limit", 1e6),
    seed: whole("seed", 2 ** 32 - 1),
    run: p.get("run") === "1",
  };
  return { ...choice, wrong: wrong.length > 0 ? `Of the link: ${wrong.join("; ")}.` : "" };
}

/** What a link says that chooses the same. */
export function formatLink({ networks, suites, cells, limit, seed }: Omit<Choice, "run" | "wrong">): string {
  const parts: [string, string][] = [["networks", networks.join(",")], ["suites", suites.join(",")], ["cells", cells.join(" ")]];
  if (limit > 0) parts.push(["limit", String(limit)]);
  if (seed > 0) parts.push(["seed", String(seed)]);
  const written = (text: string) => encodeURIComponent(text).replace(/%(7B|7D|3D|2C|2F)/g, decodeURIComponent); // {}=,/ can be read
  return parts.flatMap(([name, value]) => (value === "" ? [] : [`${name}=${written(value)}`])).join("&");
}

/** Splits perturbations, between which there are spaces or commas that are in no braces. */
export function splitCells(text: string): string[] {
  return (text.match(/[^\s,{}]+\s*(?:\{[^{}]*\}?)?/g) ?? []).map((s) => s.trim());
}
