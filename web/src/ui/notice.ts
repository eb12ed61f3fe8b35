// What the page says to its visitor: errors beside what they are about, a notice above the steps for what concerns all of
// them, and announcements to screen readers.

import { byId } from "./dom";
import { errorText } from "./text";

export class Notice {
  /** While the results are hidden, nothing is announced: it would give them away. */
  silent = false;
  private announcing = 0;

  constructor() {
    byId("notice-close").addEventListener("click", () => this.hide());
  }

  show(text: string): void {
    byId("notice-text").textContent = text;
    byId("notice").hidden = false;
  }

  hide(): void {
    byId("notice").hidden = true;
  }

  /** Announces a text once nothing newer has come for a moment. */
  announce(text: string): void {
    clearTimeout(this.announcing);
    this.announcing = window.setTimeout(() => {
      if (!this.silent) byId("announce").textContent = text;
    }, 400);
  }
}

/** The place of the errors of one part of the page. */
export class ErrorLine {
  private readonly line: HTMLElement;

  constructor(id: string) {
    this.line = byId(id);
  }

  show(e: unknown): void {
    this.line.textContent = errorText(e);
    this.line.scrollIntoView({ block: "nearest" });
  }

  clear(): void {
    this.line.textContent = "";
  }
}
