// The network: chosen from those that come with the page, or the visitor's own.

import { download } from "../session/download";
import type { LoadedNetwork, NetworkSource, Session } from "../session/session";
import type { Wish } from "../session/wish";
import { byId, option } from "../ui/dom";
import type { Notice } from "../ui/notice";
import { errorText } from "../ui/text";
import { showCard } from "./card";
import { type CatalogEntry, classesOf, key, title } from "./catalog";
import { UploadDialog } from "./upload";

export class NetworkPanel {
  /** The network has been loaded and has answered. */
  onloaded: (n: LoadedNetwork) => Promise<void> = async () => {};

  readonly upload = new UploadDialog();
  private readonly list = byId<HTMLSelectElement>("network");
  private catalog: CatalogEntry[] = [];
  private own: NetworkSource | null = null;
  private round = 0; // what an older choice loads is dropped

  constructor(
    private readonly session: Session,
    notice: Notice,
  ) {
    this.list.addEventListener("change", () => {
      this.choose(this.list.value).then(
        () => session.changed.send(),
        (e: unknown) => {
          notice.show(`This network cannot be used: ${errorText(e)}`);
          this.showLoaded();
        },
      );
    });
    this.upload.onload = async (source) => {
      this.round++;
      try {
        await this.set(source);
      } catch (e) {
        this.showLoaded();
        throw e;
      }
      this.own = source;
      let o = this.list.querySelector<HTMLOptionElement>("option[value=own]");
      if (!o) this.list.append((o = option("own", "")));
      o.textContent = source.title;
      this.list.value = "own";
      session.changed.send();
    };
    byId("open-network").addEventListener("click", () => this.upload.show());
    session.networkLoaded.listen((n) => this.describe(n));
  }

  /** Loads the catalog, and the network in it that the link names, or else the first. */
  async begin(wish: Wish): Promise<void> {
    this.catalog = JSON.parse(new TextDecoder().decode(await download("models/models.json"))) as CatalogEntry[];
    const [first] = this.catalog;
    if (!first) {
      this.list.replaceChildren(option("", "none"));
      throw new Error("No network comes with this build of the page. Open one of your own (ONNX).");
    }
    this.list.replaceChildren(...this.catalog.map((e) => option(key(e.file), title(e.file))));
    this.list.disabled = false;
    const wanted = wish.state.network;
    const name = this.catalog.some((e) => key(e.file) === wanted) ? wanted! : key(first.file);
    this.list.value = name;
    wish.check("network", wanted, name, this.list.selectedOptions[0]!.text);
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
    const round = ++this.round;
    const entry = this.catalog.find((e) => key(e.file) === name);
    try {
      const source = entry ? await load(entry) : this.own;
      if (source && round === this.round) await this.set(source);
    } catch (e) {
      if (round === this.round) throw e;
    }
  }

  private async set(source: NetworkSource): Promise<void> {
    await this.session.setNetwork(source);
    await this.onloaded(this.session.network!);
  }

  private showLoaded(): void {
    if (this.session.network) this.list.value = this.session.network.source.key;
  }

  private describe(n: LoadedNetwork): void {
    const [, height, width] = n.input;
    document.querySelectorAll(".net-size").forEach((e) => (e.textContent = `the network gets ${width} × ${height}`));
    byId("original-foot").textContent =
      n.classes.length <= 12 ? `This network knows only these: ${n.classes.join(", ")}.` : `This network knows ${n.classes.length} classes.`;
    showCard(n);
    byId<HTMLButtonElement>("about-network").disabled = false;
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
