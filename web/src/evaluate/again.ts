// The offer to go on with the last run after a reload.

import { visible } from "../lab/visible";
import { byId } from "../ui/dom";
import type { Kept, KeptRun } from "./kept";

export class Again {
  ongo: (run: KeptRun) => void = () => {};
  /** The run that waits for files to be opened again. */
  waiting: KeptRun | null = null;

  private run: KeptRun | null = null;
  private readonly panel = byId("again");
  private readonly wrong = byId("again-wrong");

  constructor(private readonly kept: Kept) {
    byId("again-go").addEventListener("click", () => this.run && this.ongo(this.run));
    byId("again-forget").addEventListener("click", () => {
      this.hide();
      void this.kept.forget().catch(() => {});
    });
  }

  offer(run: KeptRun | null): void {
    this.run = run;
    this.panel.hidden = !run;
    if (!run) return;
    const networks = run.networks.map((n) => n.name).join(", ");
    const what = [...run.plan.suites, ...run.plan.cells].join(", ");
    byId("again-text").textContent = visible(`${networks} on ${run.data.name}: ${what}; begun ${run.began.slice(0, 16).replace("T", " ")} UTC. What was measured is kept in this browser.`);
  }

  /** Says what is to be opened again, and what was wrong with what was. */
  want(run: KeptRun, text: string, wrong: string): void {
    this.waiting = this.run = run;
    this.panel.hidden = false;
    byId("again-text").textContent = text;
    this.wrong.textContent = wrong;
  }

  hide(): void {
    this.waiting = null;
    this.panel.hidden = true;
    this.wrong.textContent = "";
  }
}
