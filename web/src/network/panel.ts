// The network: chosen from those that come with the page, or the visitor's own.

import { UserError } from "../lab/error";
import { visible } from "../lab/visible";
import { download } from "../session/download";
import type { LoadedNetwork, NetworkSource, Session } from "../session/session";
import type { Wish } from "../session/wish";
import { byId, option } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import { count } from "../ui/text";
import { showCard } from "./card";
import { type CatalogEntry, classesOf, key, title } from "./catalog";
import { UploadDialog } from "./upload";

export class NetworkPanel {
  /** The network has been loaded and has answered. */
  onloaded: (n: LoadedNetwork) => Promise<void> = async () => {};

  readonly upload: UploadDialog;
  private readonly list = byId<HTMLSelectElement>("network");
  private readonly wrong = new ErrorLine("network-wrong");
  private catalog: CatalogEntry[] = [];
  private own: NetworkSource | null = null;

  constructor(private readonly session: Session) {
    this.upload = new UploadDialog(session);
    this.list.addEventListener("change", () => void this.choose(this.list.value));
    this.upload.onload = (title, load) => this.request(title, load);
    byId("open-network").addEventListener("click", () => this.upload.show());
    session.networkLoaded.listen((n) => this.describe(n));
    session.requests.began.listen(() => this.wrong.clear());
  }

  /** Loads the catalog, and of its networks the one that the link names, or else the first that is for the picture. */
  async begin(wish: Wish, suits: (classes: readonly string[]) => boolean): Promise<void> {
    try {
      this.catalog = JSON.parse(new TextDecoder().decode(await download("models/models.json"))) as CatalogEntry[];
      if (this.catalog.length === 0) throw new UserError("No network comes with this build of the page. Open one of your own (ONNX).");
    } catch (e) {
      this.list.replaceChildren(option("", "none"));
      return this.wrong.show(e);
    }
    this.list.replaceChildren(...this.catalog.map((e) => option(key(e.file), title(e.file))));
    this.list.disabled = false;
    const wanted = wish.state.network;
    const entry = this.catalog.find((e) => key(e.file) === wanted) ?? this.catalog.find((e) => suits(classesOf(e.card))) ?? this.catalog[0]!;
    const name = key(entry.file);
    this.list.value = name;
    wish.check("network", wanted, name, title(entry.file));
    await this.choose(name);
  }

  /** The networks of the catalog that map the same images to the same classes, each loaded on demand. */
  others(): { title: string; load(): Promise<NetworkSource> }[] {
    const now = this.session.network;
    if (!now) return [];
    const same = (e: CatalogEntry) => String(e.card["image"]) === String(now.input) && String(classesOf(e.card)) === String(now.classes);
    return this.catalog.filter((e) => key(e.file) !== now.source.key && same(e)).map((e) => ({ title: title(e.file), load: () => load(e) }));
  }

  private async choose(name: string): Promise<void> {
    const entry = this.catalog.find((e) => key(e.file) === name);
    const { own } = this;
    try {
      if (entry) await this.request(title(entry.file), () => load(entry));
      else if (own) await this.request(own.title, async () => own);
    } catch (e) {
      this.wrong.show(e);
    }
  }

  private async request(title: string, load: () => Promise<NetworkSource>): Promise<void> {
    const use = async (source: NetworkSource) => {
      try {
        await this.onloaded(await this.session.setNetwork(source));
      } catch (e) {
        if (this.session.network?.source === source) this.wrong.show(e); // it is there, and cannot answer
        throw e;
      }
    };
    try {
      await this.session.requests.choose({ kind: "network", says: `Loading ${title}`, load, use });
    } finally {
      if (!this.session.requests.open("network")) this.list.value = this.session.network?.source.key ?? "";
    }
  }

  private describe(n: LoadedNetwork): void {
    if (n.source.key === "own") this.keepOwn(n.source);
    byId("original-foot").textContent =
      n.classes.length <= 12 ? `This network can only answer: ${n.classes.join(", ")}.` : `This network knows ${count(n.classes.length)} classes.`;
    byId("network-note").textContent = visible(n.notes?.join(" ") ?? "");
    showCard(n);
    byId<HTMLButtonElement>("about-network").disabled = false;
  }

  /** Adds the visitor's network to the list. */
  private keepOwn(source: NetworkSource): void {
    this.own = source;
    let o = this.list.querySelector<HTMLOptionElement>("option[value=own]");
    if (!o) this.list.append((o = option("own", "")));
    o.textContent = source.title;
    this.list.value = "own";
  }
}

async function load(e: CatalogEntry): Promise<NetworkSource> {
  return {
    key: key(e.file),
    title: title(e.file),
    bytes: await download(`models/${e.file}`),
    classes: classesOf(e.card),
    preprocessing: null,
    card: e.card,
  };
}
