// "How little is enough?": the chosen attack with less and less change, until it fails.

import type { Control, Start } from "../../lab/protocol";
import type { LoadedNetwork, Session } from "../../session/session";
import { byId, create } from "../../ui/dom";
import { ErrorLine, type Notice } from "../../ui/notice";
import { argmax } from "../../ui/text";
import type { AttackChoice } from "./choice";
import { firstTries, type Found, found, mostTries, search, verdict } from "./sweep";
import { chart, table } from "./sweepchart";

const label = "How little is enough?";

export class SweepBox {
  running = false;
  from: Start | null = null; // the image that the result is of, if there is one
  readonly button = byId<HTMLButtonElement>("sweep");
  private readonly box = byId("sweep-result");
  private readonly progress = byId<HTMLProgressElement>("sweep-progress");
  private readonly wrong = new ErrorLine("sweep-wrong");
  private stopping = false;
  private round = 0; // what an older one finds is dropped

  constructor(
    private readonly session: Session,
    private readonly choice: AttackChoice,
    private readonly notice: Notice,
  ) {
    session.requests.asked.listen(() => this.wrong.clear());
  }

  /** Forgets the last result. */
  clear(): void {
    this.round++;
    this.from = null;
    this.box.hidden = true;
    this.wrong.clear();
    if (this.running) this.stop();
  }

  stop(): void {
    this.stopping = true;
    void this.session.lab.ask("cancel", {}).catch(() => {});
  }

  /** Offers the search where the chosen attack has a largest change to search for. */
  offer(): void {
    const bounded = this.control() !== null;
    this.button.hidden = !bounded && !this.running;
    byId("sweep-none").hidden = this.button.hidden === false || !this.choice.current();
  }

  /** The control of the largest change, unless 0 means none: such attacks look for a small change by themselves. */
  private control(): Control | null {
    const { attack, norm } = this.choice.state();
    const controls = this.choice.current()?.norms.find((n) => n.norm === norm)?.controls ?? [];
    return attack === "" ? null : (controls.find((c) => c.name === "eps" && c.min > 0) ?? null);
  }

  async run(): Promise<void> {
    const eps = this.control();
    const chosen = this.choice.state();
    const { session } = this;
    const second = chosen.victim === "second";
    const network: LoadedNetwork | null = second ? session.second : session.network;
    const probs = second ? session.secondSays?.[chosen.from] : session[chosen.from];
    if (!eps || !network || !probs) return;
    const round = ++this.round;
    const before = argmax(probs);
    const first = firstTries(eps);
    const title = this.choice.title().replace(/, at most [^,]+/, "").replace("each network attacked", `${network.source.title} attacked`);
    const args = { attack: chosen.attack, norm: chosen.norm, seed: session.corruption.seed, target: this.choice.targetClass(), from: chosen.from, corruption: session.corruption, second, quiet: true };
    this.running = true;
    this.stopping = false;
    this.from = chosen.from;
    this.wrong.clear();
    this.button.textContent = "Stop the search";
    this.box.hidden = this.progress.hidden = false;
    this.progress.max = mostTries;
    this.progress.value = 0;
    this.box.replaceChildren();
    this.notice.announce("Searching for the smallest change…");
    let last = found([]);
    const show = (ended: boolean) => {
      const whose = session.second ? `${network.source.title}: ` : "";
      const says = `${whose}${verdict(last, before, network.classes, eps.unit)}${ended && this.stopping ? " (Stopped early.)" : ""}`;
      this.box.replaceChildren(...this.content(last, says, title, chart(last, first, says), table(last, before, network.classes, eps.unit), network.classes[before] ?? ""));
      if (ended) this.notice.announce(says);
    };
    const attempt = async (value: number) => {
      if (this.stopping || round !== this.round) return null;
      const { value: end } = await session.lab.ask("attack", { ...args, values: { ...chosen.values, eps: value } });
      if (end.stopped || !end.final || round !== this.round) return null;
      return { eps: value, success: end.success, after: end.after, kept: end.final.probs[before] ?? 0 };
    };
    try {
      await search(first, eps.min, attempt, (f) => {
        last = f;
        this.progress.value = f.tried.length;
        show(false);
      });
      if (round === this.round) show(true);
    } catch (e) {
      if (round !== this.round) return;
      this.box.hidden = true;
      this.wrong.show(e);
    } finally {
      this.running = false;
      this.progress.hidden = true;
      this.button.textContent = label;
      this.offer();
    }
  }

  private content(f: Found, says: string, title: string, picture: SVGElement, list: HTMLElement, before: string): (HTMLElement | SVGElement)[] {
    const more = create("details");
    more.append(create("summary", "", "As a table"), list);
    const axis = `Probability of “${before.split(", ")[0]}” after the attack, by the largest change (ε) allowed; filled: the attack succeeds.`;
    const fine = `${title}. Seven values of ε, each twice the one before; then the gap under the smallest that succeeds is halved three times. Another seed, more steps or a stronger attack may need less.`;
    if (f.tried.length === 0) return [create("p", "", "Nothing was tried.")];
    return [create("p", "says", says), picture, create("p", "hint", axis), more, create("p", "hint", fine)];
  }
}
