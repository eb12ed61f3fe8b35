// The button that opens the stage. All else of it is loaded only then.

import { UserError } from "../lab/error";
import type { Session } from "../session/session";
import { byId } from "../ui/dom";
import type { Notice } from "../ui/notice";
import { load } from "../ui/ondemand";
import { errorText } from "../ui/text";
import type { PageAttack } from "./attack";

type Part = typeof import("./main");

/** Has the button open the stage with the attack that is chosen. */
export function offerStage(session: Session, notice: Notice, chosen: () => PageAttack | null): void {
  const button = byId<HTMLButtonElement>("live-stage");
  const open = async () => {
    button.disabled = true;
    try {
      const attack = chosen();
      if (!attack) throw new UserError("The stage needs the list of attacks: wait for it.");
      const part = await load<Part>("stage", "The stage");
      await part.open(session, attack);
    } catch (e) {
      notice.show(errorText(e));
    } finally {
      button.disabled = false;
      button.focus();
    }
  };
  button.addEventListener("click", () => void open());
}
