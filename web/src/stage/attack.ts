// The attack that is chosen on the page, as core/attack reads it.

import type { Attack } from "../lab/protocol";

/** The attack that is chosen on the page: its norm, and what its controls stand at. */
export interface PageAttack {
  attack: Attack;
  norm: string;
  values: Readonly<Record<string, number>>;
}

/** Returns the attack as text: "pgd{norm=linf,eps=8/255,steps=10}". */
export function attackText({ attack, norm, values }: PageAttack): string {
  const list = norm ? [`norm=${norm}`] : [];
  for (const c of attack.norms.find((n) => n.norm === norm)?.controls ?? []) {
    const value = values[c.name] ?? c.value;
    if (value !== c.value || c.name === "continue") list.push(`${c.name}=${c.kind === "choice" ? c.options![value - 1]! : `${value}${c.unit}`}`);
  }
  return list.length > 0 ? `${attack.name}{${list.join(",")}}` : attack.name;
}
