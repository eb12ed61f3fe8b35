// The network that the first one is compared with: one of those that come with the page, or the visitor's own.

import { visible } from "../lab/visible";
import type { LoadedNetwork, NetworkSource, Session } from "../session/session";
import type { Wish } from "../session/wish";
import { byId, option } from "../ui/dom";
import { ErrorLine } from "../ui/notice";
import { showCard } from "./card";

interface Offered {
  key: string;
  title: string;
  load(): Promise<NetworkSource>;
}

export class SecondNetwork {
  private readonly list = byId<HTMLSelectElement>("second");
  private readonly wrong = new ErrorLine("second-wrong");
  private own: NetworkSource | null = null; // opened for this place

  constructor(
    private readonly session: Session,
    private readonly offered: () => Offered[],
  ) {
    this.list.addEventListener("change", () => void this.choose(this.list.value));
    session.secondChanged.listen((n) => this.describe(n));
    session.networkLoaded.listen(() => (this.list.disabled = false));
    session.requests.asked.listen(() => this.wrong.clear());
  }

  /** Offers what there is. */
  offer(): void {
    const { value } = this.list;
    this.list.replaceChildren(option("", "Compare with…"), ...this.all().map((o) => option(o.key, o.title)));
    this.list.value = value;
    this.nameNone();
  }

  /** Loads the network that a link names, if it does. */
  async begin(wish: Wish): Promise<void> {
    const wanted = wish.state.versus;
    if (!wanted) return;
    const found = this.all().find((o) => o.key === wanted);
    wish.check("second network", wanted, found?.key ?? "", "No second network");
    if (!found) return;
    this.list.value = wanted;
    await this.choose(wanted, true);
  }

  /** Loads a network to compare with. It throws what is wrong with it. */
  async request(title: string, load: () => Promise<NetworkSource>, unasked = false): Promise<void> {
    const { session } = this;
    try {
      await session.requests.choose({ kind: "second", says: `Loading ${title}`, unasked, load, use: (source) => session.setSecond(source) });
    } finally {
      if (!session.requests.open("second")) this.list.value = session.second?.source.key ?? "";
    }
  }

  /** Chooses a network as the list would; nothing for none. */
  async pick(key: string): Promise<void> {
    if ((this.session.second?.source.key ?? "") === key && !this.session.requests.open("second")) return;
    this.list.value = key;
    await this.choose(key);
  }

  private all(): Offered[] {
    const { own } = this;
    const list = this.offered().filter((o) => !own || o.key !== "own");
    return own ? [...list, { key: "own", title: own.title, load: async () => own }] : list;
  }

  private async choose(key: string, unasked = false): Promise<void> {
    const found = this.all().find((o) => o.key === key);
    try {
      if (found) await this.request(found.title, found.load, unasked);
      else await this.session.requests.choose({ kind: "second", says: "Comparing no more", load: async () => null, use: () => this.session.setSecond(null) });
    } catch (e) {
      this.wrong.show(e);
    }
  }

  private describe(n: LoadedNetwork | null): void {
    if (n?.source.key === "own") {
      this.own = n.source;
      this.offer();
    }
    this.list.value = n?.source.key ?? "";
    this.nameNone();
    byId("second-note").textContent = visible(n?.notes?.join(" ") ?? "");
    byId("second-card").hidden = !n;
    if (n) showCard(n, "second-card");
  }

  /** The first of the list asks to compare, or ends that. */
  private nameNone(): void {
    const none = this.list.options[0];
    if (none) none.textContent = this.session.second ? "no second network" : "Compare with…";
  }
}
