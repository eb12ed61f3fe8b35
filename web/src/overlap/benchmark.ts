// A benchmark: which corruptions it has, what it covers, how evenly, and what in it measures the same; and building one.

import type { Lab } from "../lab/lab";
import type { Coverage } from "../lab/protocol";
import { byId, create, option } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import { percent } from "../ui/text";
import type { State } from "./state";

const several = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

export class BenchmarkPanel {
  private readonly list = byId<HTMLSelectElement>("benchmark");
  private readonly threshold = byId<HTMLInputElement>("threshold");
  private readonly save = byId<HTMLButtonElement>("save");
  private readonly wrong = new ErrorLine("build-wrong");
  private spec = "";
  private round = 0; // older answers are dropped

  constructor(
    private readonly state: State,
    private readonly lab: Lab,
  ) {
    this.list.addEventListener("change", () => {
      if (this.list.value === "own") byId<HTMLDetailsElement>("ticks-box").open = true;
      state.choose(this.list.value);
    });
    this.threshold.addEventListener("change", () => {
      const v = Number(this.threshold.value);
      if (v > 0 && v <= 1) state.setThreshold(v);
      else this.threshold.value = String(state.threshold);
    });
    this.save.addEventListener("click", () => this.download());
    byId("build-balanced").addEventListener("click", () => void this.build(true));
    byId("build-apart").addEventListener("click", () => void this.build(false));
    state.fileChanged.listen(() => this.offer());
    state.membersChanged.listen(() => void this.cover());
  }

  private offer(): void {
    const { state } = this;
    const there = (names: readonly string[]) => names.filter((c) => state.place(c) >= 0).length;
    const some = state.published.filter((b) => there(b.corruptions) > 0);
    this.list.replaceChildren(
      ...some.map((b) => {
        const n = there(b.corruptions);
        return option(b.name, n < b.corruptions.length ? `${b.title} (${n} of them measured)` : b.title);
      }),
      option("own", "your own"),
    );
    this.list.value = state.benchmark;
    this.threshold.value = String(state.threshold);
    const most = state.overlaps.groups.length;
    const groups = byId<HTMLInputElement>("groups");
    groups.max = String(most);
    if (Number(groups.value) > most) groups.value = groups.max;
    this.ticks();
  }

  private ticks(): void {
    const { state } = this;
    const { groups, order } = state.overlaps;
    const rest = order.filter((i) => state.group(i) === 0);
    const parts = [...groups.map((g, k) => [`Group ${k + 1}`, order.filter((i) => g.includes(i))] as const), ...(rest.length > 0 ? [["Without overlaps", rest] as const] : [])];
    byId("ticks").replaceChildren(
      ...parts.map(([title, places]) => {
        const box = create("div");
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", title);
        box.append(create("p", "", title), ...places.map((i) => this.tick(i)));
        return box;
      }),
    );
  }

  private tick(i: number): HTMLElement {
    const { state } = this;
    const label = create("label", "tick");
    const box = create("input");
    box.type = "checkbox";
    box.dataset["place"] = String(i);
    box.addEventListener("change", () => {
      const members = new Set(state.members);
      if (box.checked) members.add(i);
      else members.delete(i);
      state.setMembers([...members], "chosen by hand");
    });
    label.append(box, create("span", "", state.name(i)));
    return label;
  }

  /** Asks what the benchmark covers, and shows it. */
  private async cover(): Promise<void> {
    const { state } = this;
    const round = ++this.round;
    this.list.value = state.benchmark;
    for (const box of byId("ticks").querySelectorAll("input")) box.checked = state.members.has(Number(box.dataset["place"]));
    try {
      const { value } = await this.lab.ask("cover", { score: state.score, members: [...state.members], threshold: state.threshold, rule: state.rule });
      if (round !== this.round) return;
      this.spec = value.spec;
      this.save.disabled = value.spec === "";
      this.show(value.coverage);
      this.wrong.clear();
    } catch (e) {
      if (round === this.round) this.wrong.show(e);
    }
  }

  private show(c: Coverage): void {
    const { state } = this;
    const n = c.corruptions.length;
    const names = (list: readonly string[]) => list.map((name) => state.title(name)).join(", ");
    const says: string[] = [];
    if (n === 0) says.push(state.members.size > 0 ? "None of its corruptions has overlaps in this file." : "It has no corruptions yet: choose some below.");
    else if (c.others.length === 0) says.push(`It has all ${several(n, "corruption")} of the file.`);
    else says.push(`Its ${several(n, "corruption")} ${n === 1 ? "covers" : "cover"} ${c.covered} of the ${several(c.others.length, "other")}; the mean coverage is ${c.mean_coverage?.toFixed(2) ?? "not defined"}.`);
    if (c.redundant.length > 0) says.push("These of its own measure the same:");
    else if (n > 1) says.push("No two of its own measure the same.");
    byId("cover-says").textContent = says.join(" ");
    const same = c.redundant.map((g) => `${names(g.corruptions)} (mean overlap ${g.mean_overlap?.toFixed(2) ?? "not defined"})`);
    const lines = n > 0 && c.missing.length > 0 ? [...same, `Not counted, without overlaps: ${names(c.missing)}`] : same;
    byId("same").replaceChildren(...lines.map((line) => create("li", "", line)));
    byId("balance-says").textContent =
      n === 0 ? "" : `Share of each group; numbers in the groups differ by ${c.imbalance.toFixed(2)} (standard deviation). Families: ${c.families.map((f) => `${f.family} ${percent(f.share)}`).join(", ")}.`;
    byId("shares").replaceChildren(
      ...state.overlaps.groups.map((g, k) => {
        const share = c.group_shares[k] ?? 0;
        const item = create("li");
        const [label, track, fill, value] = [create("span", "label", `${k + 1} · ${state.name(g[0]!)}${g.length > 1 ? ` and ${g.length - 1} more` : ""}`), create("span", "track"), create("span", "fill"), create("span", "value", percent(share))];
        label.title = g.map((i) => state.name(i)).join(", ");
        track.setAttribute("aria-hidden", "true");
        fill.style.transform = `scaleX(${share.toFixed(4)})`;
        track.append(fill);
        item.append(label, track, value);
        return item;
      }),
    );
    const open = c.others.filter((o) => o.overlap < state.threshold).sort((a, b) => a.overlap - b.overlap);
    byId("uncovered").textContent = n === 0 ? "" : open.length === 0 ? "Nothing that was measured." : open.map((o) => `${state.title(o.corruption)} ${o.overlap.toFixed(2)}`).join(", ") + ".";
  }

  private async build(balanced: boolean): Promise<void> {
    const { state } = this;
    const whole = (id: string) => Number(byId<HTMLInputElement>(id).value);
    const [groups, each] = balanced ? [whole("groups"), whole("each")] : [0, 0];
    this.wrong.clear();
    byId("build-says").textContent = "";
    try {
      if (balanced && !(Number.isInteger(groups) && groups > 0 && Number.isInteger(each) && each > 0)) {
        byId("build-says").textContent = "Both must be whole numbers above 0.";
        return;
      }
      const { value } = await this.lab.ask("build", { score: state.score, groups, each, seed: 0, threshold: state.threshold });
      state.setMembers(value.members, value.rule);
      byId("build-says").textContent = `Chosen: ${value.rule}: ${value.members.map((i) => state.name(i)).join(", ")}. It is your own benchmark now.`;
    } catch (e) {
      this.wrong.show(e);
    }
  }

  private download(): void {
    const link = create("a");
    link.href = URL.createObjectURL(new Blob([this.spec], { type: "application/yaml" }));
    link.download = `${this.state.benchmark === "own" ? "benchmark" : this.state.benchmark}.yaml`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}
