// The button that opens the stage. All else of it is loaded only then.

import type { Session } from "../session/session";
import { byId } from "../ui/dom";
import type { Notice } from "../ui/notice";
import { load } from "../ui/ondemand";
import { errorText } from "../ui/text";

type Part = typeof import("./main");

/** Has the button open the stage; eps returns the bound of the attack that is chosen, in 255ths, if it has one. */
export function offerStage(session: Session, notice: Notice, eps: () => number | undefined): void {
  const button = byId<HTMLButtonElement>("live-stage");
  const open = async () => {
    button.disabled = true;
    try {
      const part = await load<Part>("stage", "The stage");
      await part.open(session, eps());
    } catch (e) {
      notice.show(errorText(e));
    } finally {
      button.disabled = false;
      button.focus();
    }
  };
  button.addEventListener("click", () => void open());
}
