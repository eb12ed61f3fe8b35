// What is chosen of an attack: which one, the norm, the target, the image to begin with, and its parameters.

import type { Attack, Start } from "../../lab/protocol";
import type { LinkState, Victim } from "../../session/permalink";
import type { Session } from "../../session/session";
import type { Wish } from "../../session/wish";
import { byId, create, option } from "../../ui/dom";
import { readable, sentence } from "../../ui/text";
import { Settings } from "./settings";

/** The attacks that are named first: those that most people have heard of. */
const popular = ["pgd", "fgsm", "cw", "square"];

const normNames: Record<string, string> = { linf: "L∞", l2: "L2", l1: "L1" };

const usualAttack = "pgd";

const none: readonly string[] = [];

export type ChosenAttack = Pick<LinkState, "attack" | "norm" | "values" | "target" | "from" | "victim">;

export class AttackChoice {
  /** What a link asks for of what is only offered once the networks are there. */
  wish: { target?: string | undefined; victim?: Victim | undefined } = {};

  private attacks: readonly Attack[] = [];
  private classes: readonly string[] = []; // that are offered as targets
  private readonly attack = byId<HTMLSelectElement>("attack");
  private readonly norm = byId<HTMLSelectElement>("norm");
  private readonly target = byId<HTMLSelectElement>("target");
  private readonly from = byId<HTMLSelectElement>("from");
  private readonly victim = byId<HTMLSelectElement>("victim");
  private readonly settings = new Settings();

  constructor(private readonly session: Session) {
    const changed = () => session.changed.send();
    this.attack.addEventListener("change", () => this.chosen());
    this.norm.addEventListener("change", () => this.defaults());
    for (const e of [this.target, this.from]) e.addEventListener("change", changed);
    this.victim.addEventListener("change", () => {
      this.offerTargets();
      changed();
    });
    session.networkLoaded.listen(() => this.offerVictims());
    session.secondChanged.listen(() => this.offerVictims());
    this.settings.onchange = changed;
  }

  /** Fills the list of attacks. */
  offer(attacks: readonly Attack[], wish: Wish): void {
    this.attacks = attacks;
    const group = (name: string, members: readonly Attack[]) => {
      const g = create("optgroup");
      g.label = name;
      g.append(...members.map((a) => option(a.name, shortName(a))));
      return g;
    };
    const first = popular.flatMap((name) => attacks.filter((a) => a.name === name));
    const others = attacks.filter((a) => !first.includes(a));
    const access = [...new Set(others.map((a) => a.access))];
    this.attack.replaceChildren(group("Popular", first), ...access.map((by) => group(readable(by), others.filter((a) => a.access === by))));
    const { attack, from } = wish.state;
    this.attack.value = attacks.some((a) => a.name === attack) ? attack! : usualAttack;
    if (this.attack.selectedIndex < 0) this.attack.selectedIndex = 0;
    this.attack.disabled = false;
    if (from) this.from.value = from;
    this.chosen(wish.state);
    const a = this.current();
    wish.check("attack", attack, this.attack.value, a ? shortName(a) : "");
  }

  /** Fills the list of networks to attack, if there are two. */
  private offerVictims(): void {
    const { network, second } = this.session;
    const { value } = this.victim;
    byId("victim-field").hidden = !second;
    this.victim.replaceChildren(option("first", network?.source.title ?? ""), option("second", second?.source.title ?? ""), option("each", "each of them"));
    this.victim.value = second ? (this.wish.victim ?? value) : "first";
    if (second) delete this.wish.victim;
    this.offerTargets();
  }

  /** Fills the list of targets with the classes of what is attacked: at first a link's is chosen, then the one chosen before. */
  private offerTargets(): void {
    const classes = this.session[this.victim.value === "second" ? "second" : "network"]?.classes ?? none;
    const target = this.wish.target ?? this.target.value;
    if (!this.wish.victim) delete this.wish.target; // else it may be one of a network that is still to come
    if (classes !== this.classes || classes === none) this.target.replaceChildren(option("", "any other class"), ...classes.map((c) => option(c, c)));
    this.classes = classes; // there may be a thousand
    this.target.value = classes.includes(target) ? target : "";
    this.allowTarget();
  }

  private allowTarget(): void {
    const a = this.current();
    const apart = this.victim.value === "each" && !this.session.sameClasses;
    this.target.disabled = !a?.targetable || apart;
    this.target.title = apart ? "The two networks have different classes." : a && !a.targetable ? "This attack cannot be aimed by hand." : "";
  }

  /** Chooses what a link asks for; what it leaves out is as usual. */
  set(wanted: Partial<LinkState>): void {
    this.attack.value = wanted.attack ?? usualAttack;
    this.from.value = wanted.from ?? "original";
    this.victim.value = (this.session.second && wanted.victim) || "first";
    this.wish = { target: wanted.target ?? "" };
    this.offerTargets();
    this.chosen({ norm: "", ...wanted });
  }

  state(): ChosenAttack {
    return {
      attack: this.attack.value,
      norm: this.norm.value,
      values: this.settings.values(),
      target: this.target.disabled ? "" : this.target.value,
      from: this.from.value as Start,
      victim: (this.victim.value || "first") as Victim,
    };
  }

  /** What a link need not say. */
  usual(): Partial<LinkState> {
    return { attack: usualAttack, norm: this.current()?.norms[0]?.norm ?? "", values: this.settings.usual(), target: "", from: "original", victim: "first" };
  }

  /** The number of the target class, or -1 for none: several classes may have one name. */
  targetClass(): number {
    return this.target.disabled ? -1 : this.target.selectedIndex - 1;
  }

  /** What is chosen, in a few words: "PGD, L∞, at most 8/255, on the original". */
  title(): string {
    const { from, victim } = this.state();
    const { network, second } = this.session;
    const on = !second ? "" : victim === "each" ? "each network attacked" : `${(victim === "second" ? second : network)?.source.title} attacked`;
    return [this.method(), `on the ${from === "corrupted" ? "shaken picture" : "original"}`, on].filter((p) => p !== "").join(", ");
  }

  /** The attack without what it is made on: "PGD, L∞, at most 8/255, target dog". */
  method(): string {
    const { norm, target } = this.state();
    const aimed = target === "" ? "" : `target ${target.split(", ")[0]!}`;
    const a = this.current();
    return [a ? shortName(a) : "", normNames[norm] ?? norm, ...this.settings.texts(), aimed].filter((p) => p !== "").join(", ");
  }

  current(): Attack | undefined {
    return this.attacks.find((a) => a.name === this.attack.value);
  }

  /** Reports whether all parameters are within bounds, and tells the visitor of the first that is not. */
  valid(): boolean {
    return this.settings.valid();
  }

  private chosen(wish: Partial<LinkState> = {}): void {
    const a = this.current();
    if (!a) return;
    const norm = wish.norm ?? this.norm.value;
    this.norm.replaceChildren(...a.norms.map((n) => option(n.norm, normNames[n.norm] ?? n.norm)));
    this.norm.value = a.norms.some((n) => n.norm === norm) ? norm : (a.norms[0]?.norm ?? "");
    this.norm.hidden = a.norms.length < 2 && this.norm.value === "";
    this.norm.disabled = a.norms.length < 2;
    this.allowTarget();
    const about = byId("about-attack");
    about.textContent = sentence(a.summary);
    byId("attack-source").textContent = `${a.title}. ${sentence(a.source)}`;
    this.defaults(wish);
  }

  private defaults(wish: Partial<LinkState> = {}): void {
    const n = this.current()?.norms.find((x) => x.norm === this.norm.value);
    if (!n) return;
    this.settings.offer(n.controls, wish.values ?? {});
    this.session.changed.send();
  }
}

/** Names that are neither an abbreviation in capitals nor the paper's. */
const otherNames: Readonly<Record<string, string>> = { cw: "C&W", spatial: "Spatial" };

/** The name that people use: mostly an abbreviation, sometimes the paper's. */
function shortName(a: Attack): string {
  return otherNames[a.name] ?? (a.title.toLowerCase().startsWith(a.name) ? a.title : a.name.toUpperCase());
}
