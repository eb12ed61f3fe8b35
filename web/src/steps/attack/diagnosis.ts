// Signs that attacks on this network cannot be trusted.

import type { Diagnosis, Start } from "../../lab/protocol";
import type { Session } from "../../session/session";
import { byId, create } from "../../ui/dom";
import type { Notice } from "../../ui/notice";
import { errorText, sentence } from "../../ui/text";

export class DiagnosisBox {
  running = false;
  from: Start | null = null; // the image that the diagnosis is of, if there is one
  readonly button = byId<HTMLButtonElement>("diagnose");
  private readonly box = byId("diagnosis");
  private round = 0; // what an older one finds is dropped

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
  ) {}

  /** Forgets the last diagnosis. */
  clear(): void {
    this.round++;
    this.from = null;
    this.box.hidden = true;
  }

  async run(from: Start): Promise<void> {
    const { round } = this;
    this.running = true;
    this.from = from;
    this.button.textContent = "Cancel check";
    this.box.hidden = false;
    this.box.textContent = "Looking for warning signs: this takes some seconds…";
    try {
      const { corruption } = this.session;
      const { value } = await this.session.lab.ask("diagnose", { seed: corruption.seed, from, shake: corruption });
      if (round === this.round) this.show(value);
    } catch (e) {
      this.box.hidden = true;
      if (round === this.round) this.notice.show(errorText(e));
    } finally {
      this.running = false;
      this.button.textContent = "Can this be trusted?";
    }
  }

  private show(d: Diagnosis): void {
    const findings = d.findings ?? [];
    const signs = findings.filter((f) => !f.ok).length;
    const list = create("ul");
    const all = create("details");
    all.open = signs > 0;
    all.append(create("summary", "", `What was checked: ${findings.length} questions`), list);
    list.append(...findings.map((f) => create("li", f.ok ? "" : "sign", `${sentence(f.name)} ${sentence(f.detail)}`)));
    const found = signs === 0 ? "No warning sign" : signs === 1 ? "One warning sign" : `${signs} warning signs`;
    const verdict = `${found} on this picture${d.stopped ? " so far (stopped by you)" : ""}.`;
    this.box.replaceChildren(
      create("b", "", verdict),
      " A warning sign means that attack results may be unreliable (gradient masking); none of them on one picture does not prove that the network is as steady as it looks.",
      all,
    );
    this.notice.announce(verdict);
  }
}
