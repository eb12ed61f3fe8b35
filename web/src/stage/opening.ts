// The button that opens the stage. All else of it is loaded only then.

import type { Session } from "../session/session";
import { byId } from "../ui/dom";
import type { Notice } from "../ui/notice";
import { load } from "../ui/ondemand";
import { errorText } from "../ui/text";

type Stage = typeof import("./main");

/** Has the button open the stage; eps returns the bound of the attack that is chosen, in 255ths, if it has one. */
export function offerStage(session: Session, notice: Notice, eps: () => number | undefined): void {
  const button = byId<HTMLButtonElement>("live-stage");
  let loaded: Promise<Stage> | null = null;
  const open = async () => {
    button.disabled = true;
    try {
      await (await (loaded ??= load<Stage>("stage", "The stage"))).open(session, eps());
    } catch (e) {
      loaded = null; // the next press tries again
      notice.show(errorText(e));
    } finally {
      button.disabled = false;
      button.focus();
    }
  };
  button.addEventListener("click", () => void open());
}
