// Curves of accuracy over severity, one for each network, and the same as a table.

import { visible } from "../lab/visible";
import { byId, create } from "../ui/dom";

export interface Line {
  name: string;
  shares: (number | null)[]; // null: not all is known
}

/** The palette of reports (core/chart), by Okabe and Ito, and its dashes. */
const colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
const dashes = ["", "6 3", "2 2", "8 3 2 3", "12 3", "4 4"];
const [width, height, left, bottom, top, right] = [460, 220, 38, 24, 8, 12];

export function showCurves(title: string, places: readonly string[], lines: readonly Line[]): void {
  byId("curve").hidden = places.length < 2;
  byId("curve-title").textContent = title;
  byId("curve-chart").replaceChildren(chart(places, lines));
  const table = byId<HTMLTableElement>("curve-table");
  table.replaceChildren(create("caption", "sr", title));
  const head = table.createTHead().insertRow();
  for (const name of ["accuracy (%)", ...places]) {
    const cell = create("th", "", name);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  lines.forEach((l, i) => {
    const row = body.insertRow();
    const name = create("th", "", visible(l.name));
    name.scope = "row";
    name.style.borderLeft = `.4rem solid ${colors[i % colors.length]}`;
    row.append(name);
    for (const s of l.shares) row.insertCell().textContent = s === null ? "–" : (100 * s).toFixed(1);
  });
}

/** The parts of a line that are known, each as places with their shares: what is not known is a gap. */
export function known(shares: Line["shares"]): [number, number][][] {
  const parts: [number, number][][] = [];
  shares.forEach((share, k) => {
    if (share === null) return;
    if (k === 0 || shares[k - 1] === null) parts.push([]);
    parts.at(-1)!.push([k, share]);
  });
  return parts;
}

function chart(places: readonly string[], lines: readonly Line[]): SVGElement {
  const x = (k: number) => left + (k * (width - left - right)) / Math.max(places.length - 1, 1);
  const y = (share: number) => top + (1 - share) * (height - top - bottom);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}` });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(element("line", { class: "grid", x1: left, x2: width - right, y1: y(share), y2: y(share) }));
    svg.append(text(String(100 * share), { x: left - 6, y: y(share) + 4, "text-anchor": "end" }));
  }
  places.forEach((name, k) => svg.append(text(name, { x: x(k), y: height - 6, "text-anchor": "middle" })));
  lines.forEach((l, i) => {
    const color = colors[i % colors.length]!;
    for (const part of known(l.shares)) {
      const points = part.map(([k, share]) => [x(k).toFixed(1), y(share).toFixed(1)] as const);
      svg.append(element("polyline", { points: points.map((p) => p.join(",")).join(" "), fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": dashes[i % dashes.length]! }));
      for (const [cx, cy] of points) svg.append(element("circle", { cx, cy, r: 3, fill: color }));
    }
  });
  return svg;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, String(value));
  return e;
}

function text(content: string, attributes: Record<string, string | number>): SVGElement {
  const e = element("text", attributes);
  e.textContent = content;
  return e;
}
