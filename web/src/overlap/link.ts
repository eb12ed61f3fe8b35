// The address of the page of overlaps: score, pair and benchmark, by the names of corruptions, and what of the page is in view. It is
// untrusted: what is not valid is ignored.

import type { Score, State } from "./state";

const name = /^[a-z0-9_]{1,40}(\/[a-z0-9_]{1,40})?$/;
const most = 500;

export interface OverlapLink {
  score: Score | null;
  pair: [string, string] | null;
  benchmark: string;
  members: string[];
  view: View | "";
}

/** What of the page a scene may put in view: the map alone, or beside it one of the panels. */
export const views = ["map", "pair", "benchmark", "build"] as const;
export type View = (typeof views)[number];

export function readLink(hash: string): OverlapLink {
  const q = new URLSearchParams(hash.length > 20_000 ? "" : hash.replace(/^#/, ""));
  const list = (key: string) => (q.get(key) ?? "").split(",").filter((s) => name.test(s)).slice(0, most);
  const score = q.get("score");
  const pair = list("pair");
  return {
    score: score === "accuracy" || score === "ratio" ? score : null,
    pair: pair.length === 2 ? [pair[0]!, pair[1]!] : null,
    benchmark: /^[a-z0-9-]{1,40}$/.test(q.get("benchmark") ?? "") ? q.get("benchmark")! : "",
    members: list("members"),
    view: views.find((v) => v === q.get("view")) ?? "",
  };
}

/** Shows what a link asks for, as far as it is there. */
export function follow(link: OverlapLink, state: State): void {
  if (link.score) state.setScore(link.score);
  const pair = link.pair?.map((n) => state.place(n)) ?? [-1];
  if (pair.every((i) => i >= 0)) {
    state.kept = true;
    state.setPair(pair[0]!, pair[1]!);
  }
  const members = link.members.map((n) => state.place(n)).filter((i) => i >= 0);
  if (members.length > 0) state.setMembers(members, "chosen by hand");
  else if (state.published.some((b) => b.name === link.benchmark)) state.choose(link.benchmark);
}

/** The hash of a link to what is shown. */
export function formatLink(state: State): string {
  const { file } = state;
  if (!file) return "";
  const names = (places: Iterable<number>) => [...places].map((i) => file.corruptions[i]!.name).join(",");
  const parts: [string, string][] = [];
  if (state.score !== file.score) parts.push(["score", state.score]);
  if (state.kept) parts.push(["pair", names(state.pair)]);
  if (state.benchmark === "own") parts.push(["members", names(state.members)]);
  else parts.push(["benchmark", state.benchmark]);
  return "#" + parts.map(([k, v]) => `${k}=${v}`).join("&");
}
