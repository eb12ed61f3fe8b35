// The second step: the corruption, and what it does to the network's answer.

import type { Corruption, CorruptionSettings } from "../../lab/protocol";
import { limits, parseNumber } from "../../session/permalink";
import type { LoadedNetwork, Session } from "../../session/session";
import type { Wish } from "../../session/wish";
import { byId, create, option } from "../../ui/dom";
import { ErrorLine } from "../../ui/notice";
import { placeBeside } from "../../ui/popover";
import { argmax, readable, sentence } from "../../ui/text";
import { byFamily, title } from "./corruptions";
import { Gallery } from "./gallery";

export class CorruptionPanel {
  readonly gallery = new Gallery();
  private readonly corruption = byId<HTMLSelectElement>("corruption");
  private readonly severity = byId<HTMLInputElement>("severity");
  private readonly seed = byId<HTMLInputElement>("seed");
  private readonly where = byId<HTMLSelectElement>("where");
  private readonly wrong = new ErrorLine("corruption-wrong");
  private networks = 0; // that have been loaded

  /** photoTitle returns what the chosen image is called. */
  constructor(
    private readonly session: Session,
    private readonly photoTitle: () => string,
  ) {
    const change = () => void this.choose();
    this.corruption.addEventListener("change", change);
    this.severity.addEventListener("input", change);
    this.seed.addEventListener("input", () => {
      if (this.seed.checkValidity() && this.seed.value !== "") change();
    });
    this.where.addEventListener("change", change);
    byId("reroll").addEventListener("click", () => {
      this.seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0]! % 10000);
      change();
    });
    this.openGallery();
    session.requests.asked.listen(() => this.wrong.clear());
    placeBeside("corruption-more", "corruption-options");
    session.networkLoaded.listen((n) => {
      this.networks++;
      this.offerSizes(n);
    });
    session.sight.changed.listen(() => this.caption());
    session.answered.listen(() => this.describe());
  }

  /** Has the lab corrupt as the controls say. If it cannot, they go back to what is shown. */
  private async choose(): Promise<void> {
    this.describe();
    const { session } = this;
    const settings = this.settings();
    try {
      await session.requests.choose({
        kind: "corruption",
        says: `Applying ${this.title(settings.corruption)}`,
        load: async () => settings,
        use: (s) => session.setCorruption(s),
      });
    } catch (e) {
      const { corruption, severity, seed, where } = session.corruption;
      this.corruption.value = corruption;
      this.begin({ severity, seed, where });
      this.describe();
      this.wrong.show(e);
    }
  }

  /** Chooses a corruption as the controls would. */
  async set(settings: CorruptionSettings): Promise<void> {
    this.corruption.value = settings.corruption;
    this.begin(settings);
    await this.choose();
  }

  /** Sets the controls to what a link asks for; the list of corruptions is not there yet. */
  begin({ severity, seed, where }: Wish["state"]): void {
    if (severity) this.severity.value = String(severity);
    if (seed !== undefined) this.seed.value = String(seed);
    if (where) this.where.value = where;
  }

  /** Fills the list of corruptions. */
  offer(all: readonly Corruption[], viewSize: number, wish: Wish): void {
    const groups = [...byFamily(all)].flatMap(([family, members]) =>
      [...new Set(members.map((c) => c.suite))].map((suite) => {
        const g = create("optgroup");
        g.label = `${readable(family)}: ${suite}`;
        g.append(...members.filter((c) => c.suite === suite).map((c) => option(c.name, title(c))));
        return g;
      }),
    );
    const wanted = wish.state.corruption;
    this.corruption.replaceChildren(...groups);
    this.corruption.disabled = false;
    this.corruption.value = this.find(wanted ?? "") ? wanted! : "gaussian_noise";
    if (this.corruption.selectedIndex < 0) this.corruption.selectedIndex = 0;
    this.session.beginWith(this.settings());
    wish.check("corruption", wanted, this.corruption.value, this.title(this.corruption.value));
    this.gallery.offer(all, viewSize);
    const open = byId<HTMLButtonElement>("gallery-open");
    open.append(create("span", "number-of", ` ${all.length}`));
    open.disabled = false;
    this.describe();
  }

  title(name: string): string {
    const c = this.find(name);
    return c ? title(c) : "";
  }

  private find(name: string): Corruption | undefined {
    return this.session.description?.corruptions.find((c) => c.name === name);
  }

  private settings(): CorruptionSettings {
    return {
      corruption: this.corruption.value,
      severity: parseNumber(this.severity.value, limits.severity, true) ?? 3,
      seed: parseNumber(this.seed.value, limits.seed, true) ?? 1,
      where: this.where.value === "view" ? "view" : "net",
    };
  }

  private openGallery(): void {
    const { gallery, session } = this;
    gallery.share = (begin) => session.pool.share(begin);
    gallery.ask = (lab, name, severity) => lab.ask("gallery", { names: [name], severity, seed: session.corruption.seed });
    gallery.classify = (corruption, severity) => session.lab.ask("classify", { ...session.corruption, corruption, severity });
    gallery.onchoose = (corruption, severity) => {
      this.corruption.value = corruption;
      this.severity.value = String(severity);
      void this.choose();
    };
    byId("gallery-open").addEventListener("click", async () => {
      await session.delivered; // one picture in all of the gallery
      const { corruption, severity, seed } = session.corruption;
      const side = session.description?.viewSize ?? 0;
      gallery.open({
        image: `${session.images} ${seed}`,
        network: `${this.networks} ${session.corruption.where}`,
        title: `${this.photoTitle()}, ${side} × ${side}, seed ${seed}`,
        original: byId<HTMLCanvasElement>("original-view"),
        corruption,
        severity,
        classes: session.classes,
        before: session.original ? argmax(session.original) : -1,
      });
    });
  }

  private offerSizes({ input: [, height, width] }: LoadedNetwork): void {
    const view = this.session.description?.viewSize ?? 224;
    this.where.options[0]!.text = `${width} × ${height} (as the benchmarks do)`;
    this.where.options[1]!.text = `${view} × ${view}, then shrunk`;
    byId("where-field").hidden = width >= view && height >= view;
  }

  private describe(): void {
    const c = this.find(this.corruption.value);
    byId("severity-value").textContent = this.severity.value;
    if (!c) return;
    byId("about-corruption").textContent = sentence(c.summary);
    this.caption();
    byId("fact-severity").textContent = sentence(c.severity);
    byId("fact-chance").textContent = c.stochastic ? "Depends on the seed." : "None: the seed changes nothing.";
    byId("fact-source").textContent = `${c.suite}. ${sentence(c.source)}`;
    byId("facts").hidden = false;
    byId<HTMLButtonElement>("reroll").disabled = this.seed.disabled = !c.stochastic;
  }

  /** Says what the large picture shows. A severity means other pixels at other sizes. */
  private caption(): void {
    const { sight, network } = this.session;
    let text = "";
    if (sight.asNetwork) text = `What the network gets: ${sight.size} pixels.`;
    else if (network && sight.size !== "" && this.where.value === "net") text = `For the network, shaken at ${sight.size}.`;
    byId("corrupted-caption").textContent = text;
  }
}
