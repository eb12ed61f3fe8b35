// The controls of an attack's parameters, as the lab describes them.

import type { Control } from "../../lab/protocol";
import { byId, create, option } from "../../ui/dom";

type Field = HTMLInputElement | HTMLSelectElement;

/** The parameters of the chosen attack: those that matter most in sight, the others behind a button. */
export class Settings {
  onchange: () => void = () => {};

  private readonly main = byId("settings");
  private readonly more = byId("more-settings");
  private readonly popover = byId("more");
  private controls: readonly Control[] = [];

  /** Shows the controls; each starts at its value in wish, if that is within bounds, or else at the default. */
  offer(controls: readonly Control[], wish: Readonly<Record<string, number>>): void {
    this.controls = controls;
    const fields = (main: boolean) => controls.filter((c) => c.main === main).map((c) => this.field(c, wished(c, wish)));
    this.main.replaceChildren(...fields(true));
    this.more.replaceChildren(...fields(false));
  }

  /** The values that the controls begin with. */
  usual(): Record<string, number> {
    return Object.fromEntries(this.controls.map((c) => [c.name, c.value]));
  }

  values(): Record<string, number> {
    return Object.fromEntries(this.controls.map((c) => [c.name, valueOf(byId<Field>(c.name))]));
  }

  /** The parameters in sight, with their values, such as "at most 8/255". */
  texts(): string[] {
    const values = this.values();
    return this.controls.filter((c) => c.main).map((c) => `${c.label.charAt(0).toLowerCase()}${c.label.slice(1)} ${text(c, values[c.name]!)}${c.unit}`);
  }

  /** Reports whether all values are valid, and points out the first that is not. */
  valid(): boolean {
    return this.controls.every((c) => {
      const f = byId<Field>(c.name);
      if (f.checkValidity()) return true;
      if (!c.main) this.popover.showPopover();
      return f.reportValidity();
    });
  }

  private field(c: Control, value: number): HTMLElement {
    const f = c.kind === "choice" ? choice(c, value) : input(c, value);
    f.id = c.name;
    f.addEventListener("change", () => {
      if (f.checkValidity()) this.onchange();
    });
    const label = create("label", "", c.label);
    label.htmlFor = c.name;
    const row = create("div", "setting");
    if (c.kind === "switch") row.append(f, label);
    else row.append(label, f);
    if (c.unit) row.append(create("span", "unit", c.unit));
    if (c.hint) {
      const hint = create("span", "hint", c.hint);
      hint.id = `${c.name}-hint`;
      f.setAttribute("aria-describedby", hint.id);
      row.append(hint);
    }
    return row;
  }
}

function wished(c: Control, wish: Readonly<Record<string, number>>): number {
  const w = Object.hasOwn(wish, c.name) ? wish[c.name]! : c.value;
  return w >= c.min && w <= c.max && (c.kind === "number" || Number.isInteger(w)) ? w : c.value;
}

function choice(c: Control, value: number): HTMLSelectElement {
  const s = create("select");
  s.append(...(c.options ?? []).map((text, i) => option(String(i + 1), text)));
  s.value = String(value);
  return s;
}

function input(c: Control, value: number): HTMLInputElement {
  const i = create("input");
  if (c.kind === "switch") {
    i.type = "checkbox";
    i.checked = value !== 0;
    return i;
  }
  i.type = "number";
  i.required = true;
  i.inputMode = c.kind === "whole" ? "numeric" : "decimal";
  i.min = String(c.min);
  i.max = String(c.max);
  i.step = c.kind === "whole" ? "1" : "any";
  i.value = String(value);
  return i;
}

function text(c: Control, value: number): string {
  if (c.kind === "switch") return value === 0 ? "off" : "on";
  return c.kind === "choice" ? (c.options?.[value - 1] ?? "") : String(value);
}

function valueOf(f: Field): number {
  return f instanceof HTMLInputElement && f.type === "checkbox" ? Number(f.checked) : Number(f.value);
}
