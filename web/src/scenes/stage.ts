// The page as a stage: it shows a state that a scene names, and says what of it is not here.

import type { NetworkPanel } from "../network/panel";
import { download } from "../session/download";
import { formatLink, type LinkState, parseLink } from "../session/permalink";
import { type Session, usualCorruption } from "../session/session";
import type { Answers } from "../steps/answers";
import type { AttackPanel } from "../steps/attack/panel";
import type { CorruptionPanel } from "../steps/corruption/panel";
import type { PicturePanel } from "../steps/picture/panel";
import { findPhoto, kindFor, photos } from "../steps/picture/photos";
import { byId } from "../ui/dom";
import type { Notice } from "../ui/notice";

interface Panels {
  picture: PicturePanel;
  network: NetworkPanel;
  corruption: CorruptionPanel;
  attack: AttackPanel;
  answers: Answers;
}

const errors = ["picture-wrong", "network-wrong", "second-wrong", "corruption-wrong", "attack-wrong"];

export class Stage {
  /** The site has measured overlaps; see look. */
  measured = false;
  private turn = 0; // of two states wanted one after the other, only the later is shown

  constructor(
    readonly session: Session,
    readonly notice: Notice,
    private readonly panels: Panels,
  ) {}

  /** The link to what is shown now, without how it is shown. */
  link(): string {
    const { attack } = this.panels;
    const { session } = this;
    const network = session.network?.source.key ?? "";
    const sight = session.sight.wanted ? "net" : "view";
    const versus = session.second?.source.key ?? "";
    const now: LinkState = { photo: session.origin.photo, network, versus, ...session.corruption, sight, ...attack.choice.state(), run: attack.shown };
    return formatLink(now, { versus: "", ...usualCorruption, sight: "view", ...attack.choice.usual() });
  }

  /** Says what a link names that the page does not have, such as "the network “cifar10-none”"; nothing if all is here. */
  missing(hash: string): string {
    const { photo, network, versus, corruption, attack } = parseLink(hash);
    const { description } = this.session;
    const lists: [string, string | undefined, readonly string[]][] = [
      ["picture", photo, photos.map((p) => p.name)],
      ["network", network, this.panels.network.names()],
      ["network", versus, this.panels.network.names()],
      ["corruption", corruption, description?.corruptions.map((c) => c.name) ?? []],
      ["attack", attack, description?.attacks.map((a) => a.name) ?? []],
    ];
    const not = lists.filter(([, name, there]) => name !== undefined && !there.includes(name));
    return not.map(([what, name]) => `the ${what} “${name}”`).join(" and ");
  }

  /** Finds out what of the site no panel knows. */
  async look(): Promise<void> {
    try {
      const { file } = JSON.parse(new TextDecoder().decode(await download("overlaps.json"))) as { file: string };
      this.measured = file !== "";
    } catch {
      this.measured = false;
    }
  }

  /** Reports whether the site has a page, by the page's own links to it. */
  has(page: string): boolean {
    return page === "" || document.querySelector(`header a[href="${page}"]`) !== null;
  }

  /** Shows what a link asks for, and runs its attack. Reports whether it is shown: another may have been wanted meanwhile. */
  async show(hash: string): Promise<boolean> {
    const { picture, network, corruption, attack } = this.panels;
    const { session } = this;
    const state = parseLink(hash);
    const turn = ++this.turn;
    const current = () => turn === this.turn;
    attack.clear();
    const photo = findPhoto(state.photo ?? "");
    const wanted = state.network ?? network.firstFor((classes) => !photo || kindFor(classes) === photo.kind);
    const loaded = network.pick(wanted);
    const chosen = photo ?? photos.find((p) => p.kind === kindFor(session.classes)) ?? photos[0]!;
    if (session.origin.photo !== chosen.name || session.requests.open("picture")) await picture.choose(chosen);
    await loaded;
    if (!current()) return false;
    await network.second.pick(state.versus ?? "");
    if (!current()) return false;
    await corruption.set({ ...usualCorruption, ...state });
    if (!current()) return false;
    session.sight.set(state.sight === "net");
    attack.choice.set(state);
    if (state.run) await attack.run();
    return current();
  }

  /** Ends what goes on for a scene. */
  stop(): void {
    this.turn++;
    this.panels.attack.clear();
  }

  /** What went wrong with what is shown, in sentences; nothing if all is well. */
  problem(): string {
    return errors.map((id) => byId(id).textContent).filter((text) => text).join(" ");
  }

  /** The picture, the corruption, the attack and the network, in a few words each. */
  labels(): { picture: string; corruption: string; attack: string; network: string } {
    const { corruption, attack } = this.panels;
    const { origin, corruption: now, network, second } = this.session;
    return {
      picture: findPhoto(origin.photo)?.title ?? "Your picture",
      corruption: `${corruption.title(now.corruption)}, severity ${now.severity}`,
      attack: attack.choice.method(),
      network: [network, second].flatMap((n) => (n ? [n.source.title] : [])).join(" and "),
    };
  }

  /** What the network says, for a screen reader. */
  outcome(attacked: boolean, corrupted: boolean): string {
    const { corruption, attack, answers } = this.panels;
    const { corruption: name, severity } = this.session.corruption;
    const all = answers.summary(corruption.title(name), severity);
    return [corrupted ? all : all.split(". ")[0] + ".", attacked ? attack.summary() : ""].join(" ").trim();
  }

  attack(): void {
    byId("run").click();
  }

  replay(): void {
    this.panels.attack.replay();
  }

  /** Holds the attack's course, or plays it on. */
  hold(): void {
    byId("play").click();
  }

  setSeverity(severity: number): void {
    void this.panels.corruption.set({ ...this.session.corruption, severity });
  }

  reroll(): void {
    byId("reroll").click();
  }

  toggleSight(): void {
    const { sight } = this.session;
    sight.set(!sight.asNetwork);
  }
}
