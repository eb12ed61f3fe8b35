// The page: its panels, and the run that they lead to. What is chosen is taken one after the other, in the order of the clicks.

import { UserError } from "../lab/error";
import type { Description as Lab } from "../lab/protocol";
import { visible } from "../lab/visible";
import type { CatalogEntry } from "../network/catalog";
import { holdsNetwork } from "../network/files";
import { download } from "../session/download";
import { parseMode } from "../session/mode";
import { byId, create } from "../ui/dom";
import { listenForDrops } from "../ui/drop";
import { ErrorLine } from "../ui/notice";
import { count, errorText } from "../ui/text";
import { Again } from "./again";
import { DataPanel } from "./data";
import { Evaluator } from "./evaluator";
import { dropped } from "./files";
import { Kept, type KeptRun, toKeep } from "./kept";
import { type Choice, formatLink, readLink } from "./link";
import { NetworkPanel } from "./networks";
import type { Description, Plan, PlanArgs } from "./protocol";
import { Results } from "./results";
import { restore } from "./resume";
import { type Progress, Run, type State } from "./run";
import { type NamedBlob, type NetworkSource, Setup } from "./setup";
import { SuitePanel } from "./suites";

const mostWorkers = 8;

export class Page {
  /** The hash of the address, as it was opened or as the page has written it. */
  address = location.hash;

  private readonly kept = new Kept();
  readonly data = new DataPanel();
  readonly networks: NetworkPanel;
  readonly suites: SuitePanel;
  readonly setup: Setup;
  readonly again: Again;
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
    this.networks = new NetworkPanel(catalog, lab.presets, book);
    this.suites = new SuitePanel(description.suites);
    this.again = new Again(this.kept);
    this.workers.value = String(Math.min(Math.max(navigator.hardwareConcurrency || 1, 1), mostWorkers));
    this.data.onfiles = (files) => this.enqueue(() => this.setData(files));
    this.data.onpart = this.suites.onchange = () => this.enqueue(() => this.replan());
    this.networks.onchange = (source, on) => this.enqueue(() => this.change(source, on));
    this.networks.onopen = (source) => this.enqueue(() => this.open(source), true);
    this.button.addEventListener("click", () => this.press());
    for (const b of byId("exports").querySelectorAll<HTMLButtonElement>("button")) {
      b.addEventListener("click", () => this.enqueue(() => this.save(b.dataset["export"]!)));
    }
    listenForDrops((data) => this.drop(data));
  }

  /** Takes what a link says, and offers to go on with the last run, unless somebody else has made the link. */
  async begin(link: string): Promise<void> {
    const choice = readLink(link);
    const last = link && !history.state ? null : await this.kept.last().catch(() => null);
    if (link) {
      this.suites.set({ ...choice, suites: choice.suites.length + choice.cells.length > 0 ? choice.suites : ["quick"] });
      this.data.set({ limit: choice.limit, sample: 0 });
    }
    this.again.ongo = (run) => this.enqueue(() => this.goOn(run));
    this.again.offer(last);
    this.enqueue(() => this.setData([], choice));
    await this.queue;
    const unknown = this.suites.unknown(choice.suites);
    const wrong = [...(unknown.length > 0 ? [`Of the link: no suite is called ${visible(unknown.join(", "))}.`] : []), choice.wrong].filter((w) => w);
    if (wrong.length > 0) this.wrong.show(new UserError(wrong.join(" ")));
    else if (choice.run && this.run) this.press();
  }

  /**
   * Does things one after the other. Until then no run begins: it would be of what was chosen before. What goes wrong is shown, or told
   * whoever waits for it.
   */
  private enqueue(work: () => Promise<void>, told = false): Promise<void> {
    this.pending++;
    this.enable();
    const done = this.queue.then(work).finally(() => {
      this.pending--;
      this.enable();
    });
    this.queue = done.catch((e: unknown) => {
      if (!told) this.wrong.show(e);
    });
    return told ? done : this.queue;
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
    if (on) await this.add(source);
    else await this.setup.remove(source.name);
    await this.replan();
  }

  /** Takes a network of the user, in the place of one of its name. */
  private async open(source: NetworkSource): Promise<void> {
    if (this.busy()) throw new UserError("A run is under way: pause it before you choose other networks.");
    if (this.again.waiting) return this.goOn(this.again.waiting, source);
    await this.setup.remove(source.name);
    try {
      const info = await this.setup.add(source);
      this.networks.addOwn(source);
      this.networks.taken(info);
    } catch (e) {
      this.networks.tick(source.name, false); // the one before
      throw e;
    } finally {
      await this.replan();
    }
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
      this.writeAddress(args);
      await this.usePlan(value);
    } catch (e) {
      this.wrong.show(e);
    }
  }

  /** Makes the address a link to what is chosen, or a bare one if that has images or networks of the user, which stay here. */
  private writeAddress({ suites, cells, limit, sample, seed }: PlanArgs): void {
    const { networks, files } = this.setup;
    const linkable = files.length === 0 && sample === 0 && networks.every((n) => !n.source.own);
    const said = linkable ? [formatLink({ networks: networks.map((n) => n.source.name), suites, cells, limit, seed })] : [];
    if (parseMode(location.hash).embed) said.push("embed=1");
    history.replaceState("written", "", location.pathname + (said.length > 0 ? `#${said.join("&")}` : ""));
    this.address = location.hash;
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
    const unread = await run.resume();
    if (unread > 0) byId("run-notes").append(create("li", "", `${count(unread)} result${unread > 1 ? "s" : ""} that this browser has kept cannot be read; what ${unread > 1 ? "they were" : "it was"} of is computed again.`));
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
    if (!(await restore(run, given, this))) return;
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
        const all = files.map((f) => new File([f.blob], f.name.split("/").pop()!));
        if (this.networks.opening || holdsNetwork(all)) this.networks.take(all);
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
