// The network: chosen from those that come with the page, or the visitor's own.

import { UserError } from "../lab/error";
import { visible } from "../lab/visible";
import { download, type Progress } from "../session/download";
import { frugal } from "../session/frugal";
import type { LoadedNetwork, NetworkSource, Session } from "../session/session";
import type { Wish } from "../session/wish";
import { byId, option } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import { count } from "../ui/text";
import { showCard } from "./card";
import { type CatalogEntry, classesOf, key, pixelsOf, title } from "./catalog";
import { SecondNetwork } from "./second";
import { UploadDialog } from "./upload";

const nothing = async () => {};

export class NetworkPanel {
  /** The network has been loaded and has answered; asked is whether the visitor chose it. */
  onloaded: (n: LoadedNetwork, asked: boolean) => Promise<void> = nothing;

  /** Reports whether the network may be exchanged: nobody looks at a result of it. */
  idle: () => boolean = () => true;
  /** The network that is shown is the first of several, and not what anybody chose. */
  first = false;

  readonly upload: UploadDialog;
  readonly second: SecondNetwork;
  private readonly list = byId<HTMLSelectElement>("network");
  private readonly wrong = new ErrorLine("network-wrong");
  private catalog: CatalogEntry[] = [];
  private own: NetworkSource | null = null;
  private readonly useButton = byId("network-use");
  private use: () => Promise<void> = nothing; // exchanges the network for the one behind it

  constructor(private readonly session: Session) {
    const { lab, requests } = session;
    this.upload = new UploadDialog({
      requests,
      several: false, // there is one place for it
      presets: () => session.description?.presets ?? [],
      inspect: async (file, weights) => (await lab.ask("inspect", {}, file, undefined, weights)).value,
      names: async (file, bytes) => (await lab.ask("names", { file }, bytes)).value.names,
    });
    this.second = new SecondNetwork(session, () => this.offered());
    this.list.addEventListener("change", () => {
      this.settle();
      void this.choose(this.list.value);
    });
    this.upload.onload = (title, load, second) => {
      if (second) return this.second.request(title, load);
      this.settle();
      return this.request(title, load);
    };
    this.useButton.addEventListener("click", () => void this.use());
    byId("open-network").addEventListener("click", () => this.upload.show());
    session.networkLoaded.listen((n) => this.describe(n));
    session.requests.asked.listen(() => this.wrong.clear());
  }

  /**
   * Loads the catalog, and of its networks the one that the link names, or else one that is for the picture. If that is a large
   * one, a small one answers first. Returns what brings the large one, when there is time for it.
   */
  async begin(wish: Wish, suits: (classes: readonly string[]) => boolean): Promise<() => Promise<void>> {
    try {
      this.catalog = JSON.parse(new TextDecoder().decode(await download("models/models.json"))) as CatalogEntry[];
      if (this.catalog.length === 0) throw new UserError("No network comes with this build of the page. Open one of your own (ONNX).");
    } catch (e) {
      this.list.replaceChildren(option("", "none"));
      this.wrong.show(e);
      return nothing;
    }
    this.list.replaceChildren(...this.catalog.map((e) => option(key(e.file), title(e.file))));
    this.list.disabled = false;
    this.second.offer();
    const wanted = wish.state.network;
    const fitting = this.catalog.filter((e) => suits(classesOf(e.card)));
    const asked = this.catalog.find((e) => key(e.file) === wanted);
    const small = fitting[0] ?? this.catalog[0]!;
    const large = asked ?? (frugal ? small : fitting.reduce((a, b) => (pixelsOf(b.card) > pixelsOf(a.card) ? b : a), small));
    const behind = fitting.includes(large) && pixelsOf(large.card) > pixelsOf(small.card);
    const entry = behind ? small : large;
    this.first = behind;
    this.list.value = key(entry.file);
    wish.check("network", wanted, key(large.file), title(large.file));
    await this.choose(key(entry.file), true);
    return behind ? () => this.bring(large, large === asked) : nothing;
  }

  /** Loads a network behind the one that answers, and exchanges them unless that disturbs somebody; named is whether the link names it. */
  private async bring(e: CatalogEntry, named: boolean): Promise<void> {
    if (!this.first) return; // another was chosen
    const name = title(e.file);
    const say = (text: string) => {
      if (this.first) this.sayBehind(text);
    };
    say(`Loading ${name}…`);
    try {
      const source = await load(e, (loaded, total) => say(`Loading ${name}: ${Math.floor((100 * loaded) / total)} %`));
      if (!this.first) return;
      const use = (unasked: boolean) => {
        this.settle();
        return this.request(name, async () => source, unasked).catch((e: unknown) => this.wrong.show(e));
      };
      if (this.idle()) return await use(true);
      this.use = () => use(false);
      say(`${name} is here.`);
      this.useButton.hidden = false;
    } catch (e) {
      say(""); // it is in the list, and says what is wrong when it is chosen
      if (named && this.first) this.wrong.show(e);
    }
  }

  /** A network has been chosen: none that is behind is offered any more. */
  private settle(): void {
    this.first = false;
    this.use = nothing;
    this.useButton.hidden = true;
    this.sayBehind("");
  }

  /** Says what is loaded behind the network that answers. */
  private sayBehind(text: string): void {
    byId("network-behind-text").textContent = text;
    byId("network-behind").hidden = text === "";
  }

  /** The networks of the catalog, each loaded on demand, and the visitor's own. */
  offered(): { key: string; title: string; load(): Promise<NetworkSource> }[] {
    const { own } = this;
    const list = this.catalog.map((e) => ({ key: key(e.file), title: title(e.file), load: () => load(e) }));
    return own ? [...list, { key: "own", title: own.title, load: async () => own }] : list;
  }

  /** The other networks of the catalog that map the same images to the same classes, each loaded on demand. */
  others(now: LoadedNetwork): { title: string; load(): Promise<NetworkSource> }[] {
    const same = (e: CatalogEntry) => String(e.card["image"]) === String(now.input) && String(classesOf(e.card)) === String(now.classes);
    return this.catalog.filter((e) => key(e.file) !== now.source.key && same(e)).map((e) => ({ title: title(e.file), load: () => load(e) }));
  }

  /** The names of the networks of the catalog, as in links. */
  names(): string[] {
    return this.catalog.map((e) => key(e.file));
  }

  /** The name of the first network that suits. */
  firstFor(suits: (classes: readonly string[]) => boolean): string {
    const e = this.catalog.find((e) => suits(classesOf(e.card)));
    return e ? key(e.file) : "";
  }

  /** Chooses a network as the list would. */
  async pick(name: string): Promise<void> {
    this.settle();
    this.list.value = name;
    if (this.session.network?.source.key !== name || this.session.requests.open("network")) await this.choose(name);
  }

  private async choose(name: string, unasked = false): Promise<void> {
    const entry = this.catalog.find((e) => key(e.file) === name);
    const { own } = this;
    try {
      if (entry) await this.request(title(entry.file), () => load(entry), unasked);
      else if (own) await this.request(own.title, async () => own, unasked);
    } catch (e) {
      this.wrong.show(e);
    }
  }

  private async request(title: string, load: () => Promise<NetworkSource>, unasked = false): Promise<void> {
    const use = async (source: NetworkSource) => {
      try {
        await this.onloaded(await this.session.setNetwork(source), !unasked);
      } catch (e) {
        if (this.session.network?.source === source) this.wrong.show(e); // it is there, and cannot answer
        throw e;
      }
    };
    try {
      await this.session.requests.choose({ kind: "network", says: `Loading ${title}`, unasked, load, use });
    } finally {
      if (!this.session.requests.open("network")) this.list.value = this.session.network?.source.key ?? "";
    }
  }

  /** Shows an error beside the list. */
  fail(e: unknown): void {
    this.wrong.show(e);
  }

  private describe(n: LoadedNetwork): void {
    this.wrong.clear();
    if (n.source.key === "own") this.keepOwn(n.source);
    byId("original-foot").textContent =
      n.classes.length <= 12 ? `This network can only answer: ${n.classes.join(", ")}.` : `This network knows ${count(n.classes.length)} classes.`;
    byId("network-note").textContent = visible(n.notes?.join(" ") ?? "");
    showCard(n, "card");
    byId<HTMLButtonElement>("about-network").disabled = false;
  }

  /** Adds the visitor's network to the list. */
  private keepOwn(source: NetworkSource): void {
    this.own = source;
    this.second.offer();
    let o = this.list.querySelector<HTMLOptionElement>("option[value=own]");
    if (!o) this.list.append((o = option("own", "")));
    o.textContent = source.title;
    this.list.value = "own";
  }
}

async function load(e: CatalogEntry, progress?: Progress): Promise<NetworkSource> {
  return {
    key: key(e.file),
    title: title(e.file),
    bytes: await download(`models/${e.file}`, progress),
    classes: classesOf(e.card),
    preprocessing: null,
    card: e.card,
  };
}
