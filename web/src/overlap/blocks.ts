// Blocks on the diagonal of the map: clusters of its tree.

import type { Overlaps } from "../lab/protocol";

/** A run of corruptions in the order of the map. */
export interface Block {
  first: number;
  size: number;
}

/** Returns the clusters that are left where the tree is cut: in each, corruptions overlap by the threshold or more on average. */
export function blocks({ order, tree }: Pick<Overlaps, "order" | "tree">, threshold: number): Block[] {
  const cluster = [...order]; // in the order of the map: which cluster each corruption is in, by its number in the tree
  tree.forEach((m, k) => {
    if (m.height > 1 - threshold) return;
    cluster.forEach((c, place) => {
      if (c === m.a || c === m.b) cluster[place] = order.length + k;
    });
  });
  const found: Block[] = [];
  cluster.forEach((c, place) => {
    if (place > 0 && cluster[place - 1] === c) found.at(-1)!.size++;
    else found.push({ first: place, size: 1 });
  });
  return found;
}

/** Returns places near those wanted, in their order, at least a distance apart, and between two ends as far as there is room. */
export function spread(wanted: readonly number[], apart: number, from: number, to: number): number[] {
  const at: number[] = [];
  for (const w of wanted) at.push(Math.max(w, at.length > 0 ? at.at(-1)! + apart : from));
  for (let k = at.length - 1, most = to; k >= 0; k--, most -= apart) at[k] = Math.min(at[k]!, most);
  return at;
}
