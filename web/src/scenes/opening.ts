// What opens scenes: buttons and links. All else of them is loaded only then.

import type { Mode } from "../session/mode";
import { byId } from "../ui/dom";
import type { Notice } from "../ui/notice";
import { load } from "../ui/ondemand";
import { errorText } from "../ui/text";
import type { Stage } from "./stage";

type Scenes = typeof import("./main");

export class Opening {
  constructor(
    private readonly stage: Stage,
    private readonly notice: Notice,
  ) {
    byId("scenes").addEventListener("click", () => void this.do((s) => s.edit(stage)));
    byId("qr").addEventListener("click", () => void this.do((s) => s.showCode(stage)));
  }

  /** Presents what a link asks for. */
  begin(mode: Mode): Promise<void> {
    return this.do((s) => s.begin(this.stage, mode));
  }

  private async do(what: (s: Scenes) => Promise<void>): Promise<void> {
    try {
      await what(await load<Scenes>("scenes", "The scenes"));
    } catch (e) {
      this.notice.show(errorText(e));
    }
  }
}
