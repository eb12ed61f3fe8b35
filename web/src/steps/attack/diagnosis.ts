// Signs that attacks on this network cannot be trusted.

import type { Diagnosis, Start } from "../../lab/protocol";
import type { Session } from "../../session/session";
import { byId, create } from "../../ui/dom";
import { ErrorLine, type Notice } from "../../ui/notice";
import { sentence } from "../../ui/text";

export class DiagnosisBox {
  running = false;
  from: Start | null = null; // the image that the diagnosis is of, if there is one
  readonly button = byId<HTMLButtonElement>("diagnose");
  private readonly box = byId("diagnosis");
  private readonly wrong = new ErrorLine("diagnosis-wrong");
  private round = 0; // what an older one finds is dropped

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
  ) {
    session.requests.asked.listen(() => this.wrong.clear());
  }

  /** Forgets the last diagnosis. */
  clear(): void {
    this.round++;
    this.from = null;
    this.box.hidden = true;
    this.wrong.clear();
  }

  /** second: of the second network, called so; empty where there is one network only. */
  async run(from: Start, second: boolean, network: string): Promise<void> {
    const { round } = this;
    this.running = true;
    this.from = from;
    this.wrong.clear();
    this.button.textContent = "Cancel check";
    this.box.hidden = false;
    this.box.textContent = "Looking for warning signs: this takes some seconds…";
    try {
      const { corruption } = this.session;
      const { value } = await this.session.lab.ask("diagnose", { seed: corruption.seed, from, corruption, second });
      if (round === this.round) this.show(value, network);
    } catch (e) {
      if (round !== this.round) return;
      this.box.hidden = true;
      this.wrong.show(e);
    } finally {
      this.running = false;
      this.button.textContent = "Can I trust this result?";
    }
  }

  private show(d: Diagnosis, network: string): void {
    const findings = d.findings ?? [];
    const signs = findings.filter((f) => !f.ok).length;
    const list = create("ul");
    const all = create("details");
    all.open = signs > 0;
    all.append(create("summary", "", `${findings.length} checks`), list);
    list.append(...findings.map((f) => create("li", f.ok ? "" : "sign", `${sentence(f.name)} ${sentence(f.detail)}`)));
    const found = signs === 0 ? "No warning sign" : signs === 1 ? "One warning sign" : `${signs} warning signs`;
    const verdict = `${network && `${network}: `}${found} on this picture${d.stopped ? " so far (stopped)" : ""}.`;
    this.box.replaceChildren(
      create("b", "", verdict),
      " A warning sign means that attacks may fail here for the wrong reason (gradient masking). No warning sign on one picture does not prove the network robust.",
      all,
    );
    this.notice.announce(verdict);
  }
}
