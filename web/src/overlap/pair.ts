// A pair of corruptions: how much they overlap, and both on a photograph.

import type { Lab } from "../lab/lab";
import { download } from "../session/download";
import { findPhoto, photos } from "../steps/picture/photos";
import { clear, draw } from "../ui/canvas";
import { byId, create, option } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import { percent } from "../ui/text";
import { overlapText, type State } from "./state";

const calm = 120; // ms: while the pointer runs over the map nothing is computed

export class PairPanel {
  private readonly photo = byId<HTMLSelectElement>("photo");
  private readonly severity = byId<HTMLInputElement>("severity");
  private readonly wrong = new ErrorLine("pair-wrong");
  private given = ""; // the photograph that the lab has
  private timer = 0;
  private working = false;
  private again = false;

  constructor(
    private readonly state: State,
    private readonly lab: Lab,
    private readonly known: ReadonlySet<string>, // corruptions that the lab has
  ) {
    this.photo.replaceChildren(...photos.filter((p) => p.kind === "photograph").map((p) => option(p.name, p.title)));
    this.photo.addEventListener("change", () => this.soon());
    this.severity.addEventListener("input", () => {
      byId("severity-value").textContent = this.severity.value;
      this.soon();
    });
    for (const id of ["pair-a", "pair-b"]) clear(id);
    state.pairChanged.listen(() => {
      this.say();
      this.soon();
    });
  }

  private say(): void {
    const { state } = this;
    const [i, j] = state.pair;
    const { overlaps, file } = state;
    const [a, b] = [state.name(i), state.name(j)];
    byId("pair-title").textContent = i === j ? a : `${a} and ${b}`;
    const gain = (k: number) => {
      const c = file!.corruptions[k]!;
      return `${state.title(c.name)}: training on it takes the accuracy under it from ${percent(c.standard)} to ${percent(c.trained)}.`;
    };
    const lacking = overlaps.undefined.find((u) => u.corruption === file!.corruptions[i]!.name || u.corruption === file!.corruptions[j]!.name);
    const overlap = lacking ? `No overlap is defined for ${state.title(lacking.corruption)}: ${lacking.reason}.` : `Overlap ${overlapText(overlaps, i, j)}.`;
    let text = !lacking && i !== j && state.overlaps.intervals[i]![j] ? " In parentheses: the 95 % interval." : "";
    if (file!.corruptions[i]!.approximation || file!.corruptions[j]!.approximation) text += " * published for images of 224 pixels, and an approximation at the size of those measured.";
    byId("pair-says").replaceChildren(create("span", lacking ? "" : "figure", overlap), [text, gain(i), ...(i === j ? [] : [gain(j)])].join(" "));
    byId("pair-a-says").textContent = a;
    byId("pair-b-says").textContent = b;
    byId("pair-a").setAttribute("aria-label", `${findPhoto(this.photo.value)?.title ?? ""} under ${a}`);
    byId("pair-b").setAttribute("aria-label", `${findPhoto(this.photo.value)?.title ?? ""} under ${b}`);
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.show(), calm);
  }

  /** Has the lab make both images. Of the calls that come meanwhile, only the last counts. */
  private async show(): Promise<void> {
    this.again = true;
    if (this.working) return;
    this.working = true;
    while (this.again) {
      this.again = false;
      try {
        await this.make();
        this.wrong.clear();
      } catch (e) {
        this.wrong.show(e);
      }
    }
    this.working = false;
  }

  private async make(): Promise<void> {
    const photo = findPhoto(this.photo.value);
    if (!photo) return;
    if (this.given !== photo.name) {
      await this.lab.ask("image", { width: 0, height: 0 }, await download(photo.file));
      this.given = photo.name;
    }
    const [a, b] = this.state.pair.map((i) => this.state.file!.corruptions[i]!.name);
    const names = [...new Set([a!, b!])].filter((name) => this.known.has(name));
    const { value, pixels } = await this.lab.ask("gallery", { names, severity: Number(this.severity.value), seed: 1 });
    for (const [id, name] of [["pair-a", a!], ["pair-b", b!]] as const) {
      if (this.known.has(name)) draw(id, value.images, name, pixels);
      else clear(id); // one of the file's own
    }
  }
}
