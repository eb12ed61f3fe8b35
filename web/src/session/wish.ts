// What the link that opened the page asks for, and what of it is not here.

import type { Notice } from "../ui/notice";
import { type LinkState, parseLink } from "./permalink";

export class Wish {
  readonly state: Partial<LinkState> = parseLink(location.hash);
  private readonly unknown: string[] = [];

  constructor(private readonly notice: Notice) {}

  /** Says that the link names something that is not here, if it does, and what is there instead. */
  check(what: string, wanted: string | undefined, got: string, title: string): void {
    if (!wanted || wanted === got) return;
    this.unknown.push(`instead of the ${what} “${wanted}” you see ${title}`);
    this.notice.show(`Some items in this link are not available: ${this.unknown.join(", ")}.`);
  }
}
