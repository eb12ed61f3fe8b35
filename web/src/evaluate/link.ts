// Links to an evaluation: what they choose, for the built-in images and the networks of the page.

export interface Choice {
  networks: string[];
  suites: string[];
  cells: string[];
  limit: number; // 0 for all
  seed: number;
  run: boolean;
}

/** What a link says; what it does not is as usual. */
export function readLink(query: string): Choice {
  const p = new URLSearchParams(query);
  const list = (name: string, between: RegExp) => (p.get(name) ?? "").split(between).map((s) => s.trim()).filter((s) => s);
  const whole = (name: string, most: number) => {
    const n = Number(p.get(name) ?? 0);
    return Number.isInteger(n) && n >= 0 && n <= most ? n : 0;
  };
  return {
    networks: list("networks", /,/),
    suites: list("suites", /,/),
    cells: splitCells(p.get("cells") ?? ""),
    limit: whole("limit", 1e6),
    seed: whole("seed", 2 ** 32 - 1),
    run: p.get("run") === "1",
  };
}

/** Splits perturbations, between which there are spaces or commas that are in no braces. */
export function splitCells(text: string): string[] {
  return (text.match(/[^\s,{}]+\s*(?:\{[^{}]*\}?)?/g) ?? []).map((s) => s.trim());
}
