// The page: its panels, and the run that they lead to. What is chosen is taken one after the other, in the order of the clicks.

import { UserError } from "../lab/error";
import type { Description as Lab } from "../lab/protocol";
import { visible } from "../lab/visible";
import type { CatalogEntry } from "../network/catalog";
import { download } from "../session/download";
import { byId, create } from "../ui/dom";
import { listenForDrops } from "../ui/drop";
import { ErrorLine } from "../ui/notice";
import { count, errorText } from "../ui/text";
import { Again } from "./again";
import { DataPanel } from "./data";
import { Evaluator } from "./evaluator";
import { dropped } from "./files";
import { Kept, type KeptRun, toKeep } from "./kept";
import { type Choice, readLink } from "./link";
import { NetworkPanel } from "./networks";
import type { Description, Plan, PlanArgs } from "./protocol";
import { Results } from "./results";
import { type Progress, Run, type State } from "./run";
import { type NamedBlob, type NetworkSource, Setup } from "./setup";
import { SuitePanel } from "./suites";

const mostWorkers = 8;

export class Page {
  private readonly kept = new Kept();
  private readonly data = new DataPanel();
  private readonly networks: NetworkPanel;
  private readonly suites: SuitePanel;
  private readonly setup: Setup;
  private readonly again: Again;
  private readonly wrong = new ErrorLine("run-wrong");
  private readonly button = byId<HTMLButtonElement>("evaluate");
  private readonly workers = byId<HTMLInputElement>("workers");
  private readonly files = new Map<string, Promise<ArrayBuffer>>(); // networks of the page, by file
  private queue: Promise<void> = Promise.resolve();
  private args: PlanArgs | null = null;
  private run: Run | null = null;
  private results: Results | null = null;
  private announced = "";
  private pending = 0; // of the queue

  constructor(
    private readonly book: Evaluator,
    private readonly description: Description,
    lab: Lab,
    catalog: readonly CatalogEntry[],
  ) {
    this.setup = new Setup(book, (file) => this.bytesOf(file));
    this.networks = new NetworkPanel(catalog, lab.presets);
    this.suites = new SuitePanel(description.suites);
    this.again = new Again(this.kept);
    this.workers.value = String(Math.min(Math.max(navigator.hardwareConcurrency || 1, 1), mostWorkers));
    this.data.onfiles = (files) => this.enqueue(() => this.setData(files));
    this.data.onpart = this.suites.onchange = () => this.enqueue(() => this.replan());
    this.networks.onchange = (source, on) => this.enqueue(() => this.change(source, on));
    this.button.addEventListener("click", () => this.press());
    for (const b of byId("exports").querySelectorAll<HTMLButtonElement>("button")) {
      b.addEventListener("click", () => this.enqueue(() => this.save(b.dataset["export"]!)));
    }
    listenForDrops((data) => this.drop(data));
  }

  /** Takes what a link says, or offers to go on with the last run. */
  async begin(query: string): Promise<void> {
    const choice = readLink(query);
    const last = query ? null : await this.kept.last().catch(() => null);
    if (query) {
      this.suites.set({ ...choice, suites: choice.suites.length + choice.cells.length > 0 ? choice.suites : ["quick"] });
      this.data.set({ limit: choice.limit, sample: 0 });
    }
    this.again.ongo = (run) => this.enqueue(() => this.goOn(run));
    this.again.offer(last);
    this.enqueue(() => this.setData([], choice));
    await this.queue;
    if (choice.wrong) this.wrong.show(new UserError(choice.wrong));
    else if (choice.run && this.run) this.press();
  }

  /** Does things one after the other. Until then no run begins: it would be of what was chosen before. */
  private enqueue(work: () => Promise<void>): void {
    this.pending++;
    this.enable();
    this.queue = this.queue
      .then(work)
      .catch((e: unknown) => this.wrong.show(e))
      .finally(() => {
        this.pending--;
        this.enable();
      });
  }

  private enable(): void {
    const state = this.run?.state ?? "done";
    this.button.disabled = state === "done" || (this.pending > 0 && !this.busy());
  }

  private busy(): boolean {
    return this.run?.state === "running" || this.run?.state === "pausing";
  }

  /** Takes images, and ticks networks: those of a link, or the first one. On an error all stays as it was. */
  private async setData(files: NamedBlob[], choice: Choice | null = null): Promise<void> {
    if (this.busy()) throw new UserError("A run is under way: pause it before you choose other images.");
    this.data.wrong.clear();
    const before = this.setup.data;
    this.data.busy("Reading…");
    try {
      const info = await this.setup.setData(files, (s) => this.data.reading(s));
      this.data.show(info, files.length > 0);
    } catch (e) {
      if (before) this.data.show(before, this.setup.files.length > 0);
      else this.data.busy("");
      return this.data.wrong.show(e);
    }
    this.networks.offer(this.setup.data!);
    this.suites.offer(this.setup.data!);
    if (this.again.waiting) return this.goOn(this.again.waiting);
    const names = choice && choice.networks.length > 0 ? choice.networks : this.networks.names().slice(0, 1);
    for (const name of names) {
      const source = this.networks.source(name);
      if (!source) this.networks.wrong.show(new UserError(`There is no network called ${visible(name)}.`));
      else await this.add(source);
    }
    await this.replan();
  }

  private async change(source: NetworkSource, on: boolean): Promise<void> {
    if (this.busy()) {
      this.networks.tick(source.name, !on);
      throw new UserError("A run is under way: pause it before you choose other networks.");
    }
    if (on && this.again.waiting && source.own) return this.goOn(this.again.waiting, source);
    if (on) await this.add(source);
    else await this.setup.remove(source.name);
    await this.replan();
  }

  private async add(source: NetworkSource): Promise<void> {
    try {
      this.networks.taken(await this.setup.add(source));
    } catch (e) {
      this.networks.refused(source, e);
    }
  }

  /** Plans what is chosen. */
  private async replan(began = new Date().toISOString()): Promise<void> {
    if (this.busy()) return;
    this.wrong.clear();
    this.run = null;
    this.enable();
    byId("running").hidden = true;
    byId("run-plan").textContent = "";
    byId("run-notes").replaceChildren();
    if (this.setup.networks.length === 0) return;
    const args: PlanArgs = { ...this.suites.read(), ...this.data.read(), began };
    try {
      const { value } = await this.book.ask("plan", args);
      this.args = args;
      await this.usePlan(value);
    } catch (e) {
      this.wrong.show(e);
    }
  }

  private async usePlan(plan: Plan): Promise<void> {
    const names = this.setup.networks.map((n) => n.source.name);
    const run = new Run(this.book, this.setup, plan, this.kept, () => this.make());
    byId("results").hidden = true;
    this.results = null;
    run.oncells = (cells) => {
      this.results ??= new Results(this.book, names, plan, this.description.shades);
      this.results.show(cells);
    };
    run.onstate = (state) => this.showState(state);
    run.onprogress = (p) => this.showProgress(p);
    this.run = run;
    const [perturbations, networks] = [plan.perturbations.length, names.length];
    byId("run-plan").textContent = `${count(perturbations)} perturbation${perturbations > 1 ? "s" : ""} × ${networks} network${networks > 1 ? "s" : ""} × ${count(plan.images)} images`;
    byId("run-notes").replaceChildren(...plan.notes.map((n) => create("li", "", n)));
    await run.resume();
  }

  private press(): void {
    const { run } = this;
    if (!run || !this.args) return;
    if (this.busy()) return run.pause();
    this.wrong.clear();
    this.again.hide();
    const { setup, args } = this;
    const keep: KeptRun = {
      id: run.plan.id,
      began: args.began,
      data: { name: setup.data!.name, hash: setup.data!.hash, files: toKeep(setup.files) },
      networks: setup.kept(),
      plan: args,
    };
    this.kept.begin(keep).catch(() => {}); // a browser that keeps nothing
    const workers = Math.min(Math.max(Math.floor(this.workers.valueAsNumber) || 1, 1), 16);
    this.results ??= new Results(this.book, setup.networks.map((n) => n.source.name), run.plan, this.description.shades);
    run.start(workers, args).catch((e: unknown) => this.wrong.show(e));
  }

  /** Goes on with the run of before: with what the browser has kept, and what is given again. */
  private async goOn(run: KeptRun, given: NetworkSource | null = null): Promise<void> {
    const { data, networks } = run;
    if (this.setup.data?.hash !== data.hash) {
      const blobs = data.files.flatMap((f) => (f.blob ? [{ name: f.name, blob: f.blob }] : []));
      if (blobs.length < data.files.length) {
        return this.again.want(run, `Open the images of this run again: ${visible(data.name)}.`, this.setup.files.length > 0 ? "These are other images than those of the run." : "");
      }
      const info = await this.setup.setData(blobs, (s) => this.data.reading(s));
      this.data.show(info, blobs.length > 0);
      this.networks.offer(info);
      this.suites.offer(info);
    }
    for (const n of [...this.setup.networks]) {
      if (networks.some((k) => k.name === n.source.name && k.hash === n.info.hash)) continue;
      await this.setup.remove(n.source.name);
      this.networks.tick(n.source.name, false);
    }
    for (const n of networks) {
      if (this.setup.networks.some((s) => s.source.name === n.name)) continue;
      let own = n.own?.flatMap((f) => (f.blob ? [{ name: f.name, blob: f.blob }] : [])) ?? null;
      if (n.own && own!.length < n.own.length) {
        own = given?.name === n.name ? given.own : null;
        if (!own) return this.again.want(run, `Open the network ${visible(n.file)} of this run again.`, "");
      }
      const source: NetworkSource = { name: n.name, file: n.file, own, preprocessing: n.preprocessing };
      if (own) this.networks.addOwn(source);
      const info = await this.setup.add(source);
      if (info.hash !== n.hash) {
        await this.setup.remove(n.name);
        this.networks.tick(n.name, false);
        return this.again.want(run, `Open the network ${visible(n.file)} of this run again.`, "The file has changed since the run.");
      }
      this.networks.taken(info);
    }
    this.suites.set(run.plan);
    this.data.set(run.plan);
    this.again.hide();
    await this.replan(run.began);
    if (this.run?.state === "ready") this.press();
  }

  private async make(): Promise<Evaluator> {
    return new Evaluator(await this.book.compiled);
  }

  private bytesOf(file: string): Promise<ArrayBuffer> {
    const bytes = this.files.get(file) ?? download(`models/${file}`);
    this.files.set(file, bytes);
    bytes.catch(() => this.files.delete(file));
    return bytes.then((b) => b.slice(0)); // it is handed over to a worker
  }

  private showState(state: State): void {
    document.documentElement.dataset["evaluation"] = state;
    this.enable();
    this.button.textContent = { ready: "Evaluate", running: "Pause", pausing: "End now", paused: "Go on", done: "Done" }[state];
    byId("running").hidden = state === "ready";
    for (const b of byId("exports").querySelectorAll("button")) b.disabled = state === "running" || state === "pausing";
    document.documentElement.dataset["times"] = JSON.stringify(this.run?.times ?? {});
    if (state === "done" || state === "paused") this.enqueue(async () => this.results?.settle());
    const said = { ready: "", running: "The run has begun.", pausing: "Ends after the images under way.", paused: "Paused.", done: "Everything is measured." }[state];
    if (said !== this.announced) byId("announce").textContent = this.announced = said;
  }

  private showProgress(p: Progress): void {
    byId<HTMLProgressElement>("run-bar").value = p.images > 0 ? p.done / p.images : 0;
    const parts = [`${count(p.done)} of ${count(p.images)} images`];
    if (this.busy()) {
      if (p.perSecond > 0) parts.push(`${count(Math.round(p.perSecond))} images/s`);
      if (Number.isFinite(p.secondsLeft)) parts.push(`${duration(p.secondsLeft)} left`);
      if (p.current) parts.push(p.current);
      if (this.run!.state === "pausing") parts.push("pausing after these images; press again to end at once");
    }
    byId("run-text").textContent = parts.join(" · ");
  }

  private async save(kind: string): Promise<void> {
    const { bytes } = await this.book.ask("export", { kind });
    const [name, type] = {
      html: ["steady-report.html", "text/html"],
      csv: ["steady-cells.csv", "text/csv"],
      json: ["steady-report.json", "application/json"],
      lines: ["steady-results.jsonl", "application/x-ndjson"],
    }[kind] as [string, string];
    const link = create("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  private drop(data: DataTransfer | null): void {
    if (!data) return;
    void dropped(data)
      .then((files) => {
        if (files.some((f) => /\.onnx$/i.test(f.name))) this.networks.take(files);
        else if (files.length > 0) this.data.onfiles(files);
      })
      .catch((error: unknown) => (byId("data-wrong").textContent = errorText(error)));
  }
}

/** "40 s", "3 min", "2 h 10 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(Math.round(seconds), 1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
