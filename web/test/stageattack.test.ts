import assert from "node:assert/strict";
import test from "node:test";
import type { Attack, Control } from "../src/lab/protocol";
import { attackText } from "../src/stage/attack";

const control = (name: string, value: number, more: Partial<Control> = {}): Control => ({
  name, value, label: name, hint: "", kind: "number", min: 0, max: 1e6, unit: "", main: true, ...more,
});

test("the page's attack is written as core/attack reads it", () => {
  const pgd = {
    name: "pgd",
    norms: [{ norm: "l2", controls: [] }, { norm: "linf", controls: [control("eps", 8, { unit: "/255" }), control("steps", 10), control("continue", 1)] }],
  } as unknown as Attack;
  assert.equal(attackText({ attack: pgd, norm: "linf", values: { eps: 0.5, steps: 10, continue: 0 } }), "pgd{norm=linf,eps=0.5/255,continue=0}");
  assert.equal(attackText({ attack: pgd, norm: "linf", values: {} }), "pgd{norm=linf,continue=1}");
  const ensemble = { name: "autoattack", norms: [{ norm: "", controls: [control("version", 1, { kind: "choice", options: ["standard", "plus"] })] }] } as unknown as Attack;
  assert.equal(attackText({ attack: ensemble, norm: "", values: { version: 2 } }), "autoattack{version=plus}");
  assert.equal(attackText({ attack: ensemble, norm: "", values: { version: 1 } }), "autoattack");
});
