// The heat map: the overlaps in the order of their clusters, with the tree that gives the order. In a scene it names blocks of corruptions
// instead of each, in letters for the last row of a hall.

import type { Notice } from "../ui/notice";
import { byId } from "../ui/dom";
import { type Block, blocks, spread } from "./blocks";
import type { View } from "./link";
import { overlapText, type State } from "./state";

const cell = 13;
const line = 25; // between the names of blocks

/** Room for names beside the map and above it, and for the tree. */
interface Margin {
  labels: number;
  above: number;
  tree: number;
}

const usual: Margin = { labels: 188, above: 136, tree: 110 };
const alone: Margin = { labels: 352, above: 8, tree: 110 }; // the map of a scene
const beside: Margin = { ...alone, tree: 0 }; // with a panel

type Attributes = Readonly<Record<string, string | number>>;

function make(name: string, attributes: Attributes, text = ""): SVGElement {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, String(v));
  if (text) e.textContent = text;
  return e;
}

export class HeatMap {
  private readonly place = byId("map");
  private svg: SVGGraphicsElement | null = null;
  private readonly here = make("rect", { class: "here", width: cell, height: cell });
  private readonly across = make("rect", { class: "cross", height: cell });
  private readonly down = make("rect", { class: "cross", width: cell });
  private rows: SVGElement[] = []; // names, in the order of the map; those of one block are the same
  private columns: SVGElement[] = [];
  private dots: SVGElement[] = [];
  private active: SVGElement[] = []; // names of the pair
  private readonly scene: boolean;
  private readonly margin: Margin;

  constructor(
    private readonly state: State,
    private readonly notice: Notice,
    view: View | "", // of a scene
  ) {
    this.scene = view !== "";
    this.margin = view === "" ? usual : view === "map" ? alone : beside;
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
    const at = new DOMPoint(e.clientX, e.clientY).matrixTransform(this.svg.getScreenCTM()!.inverse());
    const { labels, above } = this.margin;
    const [row, column] = [Math.floor((at.y - above) / cell), Math.floor((at.x - labels) / cell)];
    const [i, j] = [overlaps.order[row], overlaps.order[column]];
    if (i === undefined || j === undefined) return false;
    this.state.setPair(i, j);
    return true;
  }

  private get width(): number {
    const { labels, tree } = this.margin;
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
    const { labels, above } = this.margin;
    const { order, values } = overlaps;
    const n = order.length;
    const svg = make("svg", { viewBox: `0 0 ${this.width} ${above + cell * n + 4}`, "aria-hidden": "true" }) as SVGGraphicsElement;
    svg.style.minWidth = `${Math.round(this.width * 0.92)}px`;
    svg.style.maxWidth = `${Math.round(this.width * 1.9)}px`;
    svg.append(make("rect", { class: "back", x: labels, y: above, width: cell * n, height: cell * n }));
    const cells = make("g", {});
    this.rows = [];
    this.columns = [];
    this.dots = [];
    this.active = [];
    if (!this.scene) this.nameEach(svg, order);
    order.forEach((i, row) => {
      const y = above + cell * row;
      const dot = make("circle", { class: "member", cx: labels - 7, cy: y + cell / 2, r: this.scene ? 4.5 : 3 });
      this.dots.push(dot);
      svg.append(dot);
      order.forEach((j, column) => {
        const v = values[i]![j] ?? null;
        const at = { x: labels + cell * column, y, width: cell - 0.6, height: cell - 0.6 };
        if (v === null) cells.append(make("rect", { class: "void", x: at.x + 2, y: at.y + 2, width: cell - 4.6, height: cell - 4.6 }));
        else if (v > 0.004) cells.append(make("rect", { class: "cell", ...at, "fill-opacity": Math.min(v, 1).toFixed(3) }));
      });
    });
    svg.append(cells);
    if (this.margin.tree > 0) svg.append(this.branches(order));
    if (this.scene) this.nameBlocks(svg);
    svg.append(this.across, this.down, this.here);
    this.place.replaceChildren(svg);
    this.svg = svg;
    this.mark();
    this.dot();
  }

  /** Names each corruption, at the left and above. */
  private nameEach(svg: SVGElement, order: readonly number[]): void {
    const { labels, above } = this.margin;
    order.forEach((i, row) => {
      const group = this.state.group(i);
      const name = this.state.name(i);
      const x = labels + cell * row + cell - 3;
      const label = make("text", { x: labels - 14, y: above + cell * row + cell - 3, "text-anchor": "end" }, group > 0 ? `${name} · ${group}` : name);
      const top = make("text", { transform: `translate(${x} ${above - 5}) rotate(-58)` }, name);
      this.rows.push(label);
      this.columns.push(top);
      svg.append(label, top);
    });
  }

  /** Outlines the blocks on the diagonal, and names each by its first corruption. */
  private nameBlocks(svg: SVGElement): void {
    const { labels, above } = this.margin;
    const { order } = this.state.overlaps;
    const { threshold } = this.state.file!;
    const all = blocks(this.state.overlaps, threshold);
    byId("map-outline").textContent = `${threshold} or more on average`;
    const middle = (b: Block) => above + cell * (b.first + b.size / 2);
    const most = Math.floor((cell * order.length) / line);
    const least = all.map((b) => b.size).sort((a, b) => b - a)[most] ?? 0; // where there is no room for all, only those that are larger
    const named = all.filter((b) => b.size > least);
    const ys = spread(named.map(middle), line, above + line / 2, above + cell * order.length - line / 2);
    for (const b of all) {
      const side = cell * b.size;
      if (b.size > 1) svg.append(make("rect", { class: "block", x: labels + cell * b.first, y: above + cell * b.first, width: side, height: side }));
      const y = ys[named.indexOf(b)];
      if (y === undefined) continue;
      const name = this.title(order[b.first]!);
      const label = make("text", { class: "large", x: labels - 40, y: y + 7, "text-anchor": "end" }, b.size > 1 ? `${name} + ${b.size - 1}` : name);
      svg.append(label, make("path", { class: "tree", d: `M${labels - 36} ${y}L${labels - 16} ${middle(b)}M${labels - 16} ${middle(b) - side / 2 + 2}v${side - 4}` }));
      for (let k = b.first; k < b.first + b.size; k++) this.rows[k] = this.columns[k] = label;
    }
  }

  /** The tree to the right of the map: the further right two clusters meet, the less they overlap. */
  private branches(order: readonly number[]): SVGElement {
    const { overlaps } = this.state;
    const { labels, above, tree } = this.margin;
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
    const { labels, above } = this.margin;
    const [row, column] = pair.map((i) => overlaps.order.indexOf(i));
    const [x, y] = [labels + cell * column!, above + cell * row!];
    const n = overlaps.order.length;
    const set = (e: SVGElement, attributes: Attributes) => Object.entries(attributes).forEach(([k, v]) => e.setAttribute(k, String(v)));
    set(this.here, { x, y });
    set(this.across, { x: labels, y, width: cell * n });
    set(this.down, { x, y: above, height: cell * n });
    for (const e of this.active) e.classList.remove("active");
    this.active = [this.rows[row!], this.columns[column!]].filter((e) => e !== undefined);
    for (const e of this.active) e.classList.add("active");
    if (this.scene) byId("map-pair").textContent = `${[...new Set(pair)].map((i) => this.title(i)).join(" and ")}: ${overlapText(overlaps, ...pair)}`;
  }

  /** What a corruption is called in a scene, which has no room for notes. */
  private title(i: number): string {
    return this.state.title(this.state.file!.corruptions[i]!.name);
  }

  private dot(): void {
    const { file, overlaps, members } = this.state;
    if (!file) return;
    this.dots.forEach((e, k) => e.setAttribute("visibility", members.has(overlaps.order[k]!) ? "visible" : "hidden"));
  }
}
