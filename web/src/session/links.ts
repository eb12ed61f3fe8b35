// The address of the page holds what is chosen, so that a link to it shows the same.

import { byId } from "../ui/dom";
import { formatLink, type LinkState } from "./permalink";
import type { Session } from "./session";

/** Keeps the address up to date, and copies it on request. attack returns what is chosen of the attack. */
export function keepLink(session: Session, attack: () => Pick<LinkState, "attack" | "norm" | "values" | "target" | "from">): void {
  session.changed.listen(() => {
    if (!session.description || !session.network) return;
    const { key } = session.network.source;
    const network = key === "own" ? "" : key; // nobody else has it
    history.replaceState(null, "", formatLink({ photo: session.photo, network, ...session.corruption, ...attack() }));
  });
  const share = byId("share");
  share.addEventListener("click", () => {
    navigator.clipboard
      .writeText(location.href)
      .then(() => (share.textContent = "Copied"))
      .catch(() => (share.textContent = "Copy it from the address bar"))
      .finally(() => setTimeout(() => (share.textContent = "Copy a link to this"), 2000));
  });
  addEventListener("hashchange", () => location.reload()); // a link opened in the same tab
}
