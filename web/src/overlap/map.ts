// The heat map: the overlaps in the order of their clusters, with the tree that gives the order.

import type { Notice } from "../ui/notice";
import { byId } from "../ui/dom";
import { overlapText, type State } from "./state";

const cell = 13;
const labels = 188; // room for names
const tree = 110;
const above = 136;

type Attributes = Readonly<Record<string, string | number>>;

function make(name: string, attributes: Attributes, text = ""): SVGElement {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, String(v));
  if (text) e.textContent = text;
  return e;
}

export class HeatMap {
  private readonly place = byId("map");
  private svg: SVGElement | null = null;
  private readonly here = make("rect", { class: "here", width: cell, height: cell });
  private readonly across = make("rect", { class: "cross", height: cell });
  private readonly down = make("rect", { class: "cross", width: cell });
  private rows: SVGElement[] = []; // names, in the order of the map
  private columns: SVGElement[] = [];
  private dots: SVGElement[] = [];

  constructor(
    private readonly state: State,
    private readonly notice: Notice,
  ) {
    state.fileChanged.listen(() => this.draw());
    state.pairChanged.listen(() => this.mark());
    state.membersChanged.listen(() => this.dot());
    this.place.addEventListener("pointermove", (e) => {
      if (!state.kept && e.pointerType === "mouse") this.point(e);
    });
    this.place.addEventListener("click", (e) => {
      const was = state.kept ? state.pair : null;
      if (this.point(e)) state.kept = state.pair !== was; // pressed once more, it is let go
    });
    this.place.addEventListener("keydown", (e) => this.key(e));
  }

  /** Takes the pair under the pointer. */
  private point(e: PointerEvent | MouseEvent): boolean {
    const { file, overlaps } = this.state;
    if (!file || !this.svg) return false;
    const box = this.svg.getBoundingClientRect();
    const scale = this.width / box.width;
    const at = (v: number, from: number) => Math.floor((v * scale - from) / cell);
    const [row, column] = [at(e.clientY - box.top, above), at(e.clientX - box.left, labels)];
    const [i, j] = [overlaps.order[row], overlaps.order[column]];
    if (i === undefined || j === undefined) return false;
    this.state.setPair(i, j);
    return true;
  }

  private get width(): number {
    return labels + cell * (this.state.file?.corruptions.length ?? 0) + tree;
  }

  private key(e: KeyboardEvent): void {
    const { file, overlaps, pair } = this.state;
    const moves: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -Infinity], End: [0, Infinity] };
    const move = moves[e.key];
    if (!file || !move || e.ctrlKey || e.altKey || e.metaKey) return;
    e.preventDefault();
    const last = overlaps.order.length - 1;
    const [a, b] = pair.map((place, k) => overlaps.order[Math.min(Math.max(overlaps.order.indexOf(place) + move[k]!, 0), last)]!);
    this.state.kept = true;
    this.state.setPair(a!, b!);
    const svg = this.here.getBoundingClientRect();
    const box = this.place.getBoundingClientRect();
    if (svg.left < box.left || svg.right > box.right) this.place.scrollLeft += svg.left - box.left - box.width / 2;
    this.notice.announce(`${this.state.name(a!)} and ${this.state.name(b!)}: ${overlapText(overlaps, a!, b!)}`);
  }

  private draw(): void {
    const { file, overlaps } = this.state;
    if (!file) return;
    const { order, values } = overlaps;
    const n = order.length;
    const svg = make("svg", { viewBox: `0 0 ${this.width} ${above + cell * n + 4}`, "aria-hidden": "true" });
    svg.style.minWidth = `${Math.round(this.width * 0.92)}px`;
    svg.style.maxWidth = `${Math.round(this.width * 1.9)}px`;
    svg.append(make("rect", { class: "back", x: labels, y: above, width: cell * n, height: cell * n }));
    const cells = make("g", {});
    this.rows = [];
    this.columns = [];
    this.dots = [];
    order.forEach((i, row) => {
      const y = above + cell * row;
      const group = this.state.group(i);
      const name = this.state.name(i);
      const label = make("text", { x: labels - 14, y: y + cell - 3, "text-anchor": "end" }, group > 0 ? `${name} · ${group}` : name);
      const x = labels + cell * row + cell - 3;
      const top = make("text", { transform: `translate(${x} ${above - 5}) rotate(-58)` }, name);
      const dot = make("circle", { class: "member", cx: labels - 7, cy: y + cell / 2, r: 3 });
      this.rows.push(label);
      this.columns.push(top);
      this.dots.push(dot);
      svg.append(label, top, dot);
      order.forEach((j, column) => {
        const v = values[i]![j] ?? null;
        const at = { x: labels + cell * column, y, width: cell - 0.6, height: cell - 0.6 };
        if (v === null) cells.append(make("rect", { class: "void", x: at.x + 2, y: at.y + 2, width: cell - 4.6, height: cell - 4.6 }));
        else if (v > 0.004) cells.append(make("rect", { class: "cell", ...at, "fill-opacity": Math.min(v, 1).toFixed(3) }));
      });
    });
    svg.append(cells, this.branches(order), this.across, this.down, this.here);
    this.place.replaceChildren(svg);
    this.svg = svg;
    this.mark();
    this.dot();
  }

  /** The tree to the right of the map: the further right two clusters meet, the less they overlap. */
  private branches(order: readonly number[]): SVGElement {
    const { overlaps } = this.state;
    const n = order.length;
    const left = labels + cell * n + 4;
    const highest = Math.max(...overlaps.tree.map((m) => m.height), 1e-9);
    const at = new Map<number, { x: number; y: number }>();
    order.forEach((i, row) => at.set(i, { x: left, y: above + cell * row + cell / 2 }));
    let path = "";
    overlaps.tree.forEach((m, k) => {
      const [a, b] = [at.get(m.a)!, at.get(m.b)!];
      const x = left + (m.height / highest) * (tree - 12);
      path += `M${a.x.toFixed(1)} ${a.y.toFixed(1)}H${x.toFixed(1)}V${b.y.toFixed(1)}H${b.x.toFixed(1)}`;
      at.set(n + k, { x, y: (a.y + b.y) / 2 });
    });
    return make("path", { class: "tree", d: path });
  }

  private mark(): void {
    const { file, overlaps, pair } = this.state;
    if (!file) return;
    const [row, column] = pair.map((i) => overlaps.order.indexOf(i));
    const [x, y] = [labels + cell * column!, above + cell * row!];
    const n = overlaps.order.length;
    const set = (e: SVGElement, attributes: Attributes) => Object.entries(attributes).forEach(([k, v]) => e.setAttribute(k, String(v)));
    set(this.here, { x, y });
    set(this.across, { x: labels, y, width: cell * n });
    set(this.down, { x, y: above, height: cell * n });
    this.rows.forEach((e, k) => e.classList.toggle("active", k === row));
    this.columns.forEach((e, k) => e.classList.toggle("active", k === column));
  }

  private dot(): void {
    const { file, overlaps, members } = this.state;
    if (!file) return;
    this.dots.forEach((e, k) => e.setAttribute("visibility", members.has(overlaps.order[k]!) ? "visible" : "hidden"));
  }
}
