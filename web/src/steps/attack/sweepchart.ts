// The answers over ε: a small chart, and the same as a table.

import { create } from "../../ui/dom";
import { className, percent } from "../../ui/text";
import { epsText, type Found } from "./sweep";

const [width, height] = [320, 120];
const edge = { left: 36, right: 12, top: 10, bottom: 24 };

function svg(tag: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, String(value));
  if (text) e.textContent = text;
  return e;
}

/** Draws the probability of the class before, over ε on a logarithmic axis; marks are the values on that axis. */
export function chart(f: Found, marks: readonly number[], says: string): SVGElement {
  const all = [...f.tried.map((t) => t.eps), ...marks];
  const [least, most] = [Math.log2(Math.min(...all)), Math.log2(Math.max(...all))];
  const x = (eps: number) => edge.left + ((width - edge.left - edge.right) * (Math.log2(eps) - least)) / (most - least || 1);
  const y = (p: number) => edge.top + (height - edge.top - edge.bottom) * (1 - p);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": says });
  for (const p of [0, 0.5, 1]) {
    picture.append(svg("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: y(p), y2: y(p) }));
    picture.append(svg("text", { x: edge.left - 5, y: y(p) + 3.5, "text-anchor": "end" }, `${100 * p} %`));
  }
  for (const eps of marks) picture.append(svg("text", { x: x(eps), y: height - 8, "text-anchor": "middle" }, epsText(eps)));
  if (f.smallest) picture.append(svg("line", { class: "least", x1: x(f.smallest.eps), x2: x(f.smallest.eps), y1: y(0), y2: y(1) }));
  picture.append(svg("polyline", { points: f.tried.map((t) => `${x(t.eps).toFixed(1)},${y(t.kept).toFixed(1)}`).join(" ") }));
  for (const t of f.tried) picture.append(svg("circle", { class: t.success ? "enough" : "tried", cx: x(t.eps).toFixed(1), cy: y(t.kept).toFixed(1), r: 4 }));
  return picture;
}

/** Lists what was tried. */
export function table(f: Found, before: number, classes: readonly string[], unit: string): HTMLElement {
  const t = create("table");
  const head = create("tr");
  head.append(...["ε", "Answer", className(classes, before), "Attack"].map((name) => Object.assign(create("th", "", name), { scope: "col" })));
  const rows = f.tried.map((p) => {
    const row = create("tr");
    const cells = [className(classes, p.after), percent(p.kept), p.success ? "succeeds" : "fails"];
    row.append(Object.assign(create("th", "", `${epsText(p.eps)}${unit}`), { scope: "row" }), ...cells.map((c) => create("td", "", c)));
    return row;
  });
  t.append(create("caption", "", "Each ε that was tried"), head, ...rows);
  return t;
}
