// What the link that opened the page asks for, and what of it is not here.

import type { Notice } from "../ui/notice";
import { type LinkState, parseLink } from "./permalink";

export class Wish {
  readonly state: Partial<LinkState> = parseLink(location.hash);
  private readonly missing: string[] = [];

  constructor(private readonly notice: Notice) {}

  /** Says that the link names something that is not here, if it does, and what is there instead. */
  check(what: string, wanted: string | undefined, got: string, title: string): void {
    if (!wanted || wanted === got) return;
    const own = wanted === "own" || wanted === "webcam";
    this.missing.push(own ? `${title} instead of the sender's own ${what}, which stayed with them` : `${title} instead of the ${what} “${wanted}”`);
    this.notice.show(`Some items in this link are not available. Showing ${this.missing.join("; ")}.`);
  }
}
