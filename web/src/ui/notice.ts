// What the page says to its visitor: a notice above the steps, and announcements to screen readers.

import { byId } from "./dom";

export class Notice {
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
    this.announcing = window.setTimeout(() => (byId("announce").textContent = text), 400);
  }
}
