// An attack's course as curves: the probabilities of the class before and the class after, that of what another network answered before,
// and the loss.

import uPlot from "uplot";

import { create } from "../../ui/dom";

export interface Course {
  steps: number[]; // non-decreasing
  before: number[]; // probabilities, 0 to 1
  after: number[];
  loss: number[];
  other: number[]; // of another network's class before; empty for none
}

/** How large letters are. Lengths of the chart are those of a page whose letters are 16 px high: it grows with them. */
const letters = (place: HTMLElement) => parseFloat(getComputedStyle(place).fontSize);

const wholeSteps = [1, 10, 100, 1000, 10_000, 100_000].flatMap((ten) => [ten, 2 * ten, 5 * ten]);

export class Chart {
  /** A point of the course was clicked. */
  onpick: (index: number) => void = () => {};

  private plot: uPlot;
  private made = 0; // for letters of this size
  private course: Course | null = null; // to be drawn with the next frame
  private readonly now = create("span", "now");
  private at = 0;

  constructor(private readonly place: HTMLElement) {
    this.plot = this.make([[], [], [], [], []]);
    new ResizeObserver(() => this.fit()).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.plot.redraw());
  }

  private make(data: uPlot.AlignedData): uPlot {
    const { place } = this;
    this.made = letters(place);
    const scaled = (px: number) => (px * this.made) / 16;
    const color = (name: string) => () => getComputedStyle(place).getPropertyValue(`--${name}`);
    const axis = { stroke: color("soft"), font: `${scaled(11)}px sans-serif`, grid: { show: false }, ticks: { stroke: color("line"), size: scaled(4) } };
    const line = (name: string, scale: string) => ({ scale, stroke: color(name), width: scaled(2), points: { show: false } });
    const plot = new uPlot(
      {
        width: 300,
        height: scaled(144),
        legend: { show: false },
        cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { show: false } },
        padding: [scaled(8), scaled(4), 0, 0],
        scales: {
          x: { time: false },
          p: { range: [0, 1] },
          loss: { range: (_u, least, most) => [Math.min(0, least), most > least ? most * 1.05 : least + 1] },
        },
        axes: [
          { ...axis, size: scaled(22), gap: 2, space: scaled(50), incrs: wholeSteps },
          { ...axis, scale: "p", size: scaled(40), gap: 2, splits: [0, 0.5, 1], values: (_u, at) => at.map((p) => `${Math.round(100 * p)} %`) },
          { ...axis, scale: "loss", side: 1, size: scaled(34), gap: 2, space: scaled(30), stroke: color("corrupted") },
        ],
        series: [{}, line("original", "p"), line("attacked", "p"), { ...line("corrupted", "loss"), width: scaled(1.5), dash: [5, 3] }, { ...line("original", "p"), dash: [9, 5] }],
      },
      data,
      place,
    );
    plot.over.append(this.now);
    plot.over.addEventListener("click", () => {
      const i = plot.cursor.idx;
      if (typeof i === "number") this.onpick(i);
    });
    return plot;
  }

  /** Shows a course with the next frame: of those that come before it only the last is drawn. */
  show(c: Course): void {
    if (!this.course) requestAnimationFrame(() => this.draw());
    this.course = c;
  }

  private draw(): void {
    const c = this.course!;
    this.course = null;
    this.fit();
    this.plot.setData([c.steps, c.before, c.after, c.loss, c.other.length > 0 ? c.other : c.steps.map(() => null)]);
    this.mark(this.at);
  }

  /** Marks the step that is shown beside the chart. */
  mark(index: number): void {
    this.at = index;
    const step = this.plot.data[0][index];
    this.now.hidden = step === undefined;
    if (step !== undefined) this.now.style.transform = `translateX(${this.plot.valToPos(step, "x")}px)`;
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.place;
    if (width === 0) return;
    if (this.made !== letters(this.place)) {
      this.plot.destroy();
      this.plot = this.make(this.plot.data);
    } else if (width === this.plot.width && height === this.plot.height) return;
    this.plot.setSize({ width, height });
    this.mark(this.at);
  }
}
