// The button that shows the three pictures as the network gets them, and back.

import type { LoadedNetwork, Session } from "../session/session";
import { byId } from "../ui/dom";

export function offerSight(session: Session): void {
  const { sight } = session;
  const button = byId<HTMLButtonElement>("as-network");
  button.addEventListener("click", () => sight.set(!sight.asNetwork));
  session.networkLoaded.listen((n) => sight.set(sight.wanted, smaller(n, session.description?.viewSize ?? 224)));
  sight.changed.listen(() => {
    session.changed.send();
    button.hidden = sight.size === "";
    button.textContent = `As the network sees it: ${sight.size}`;
    button.setAttribute("aria-pressed", String(sight.asNetwork));
    byId("columns").classList.toggle("as-network", sight.asNetwork);
  });
}

/** The size of a network's pictures in words, if it is smaller than what people see. */
function smaller({ input: [, height, width] }: LoadedNetwork, side: number): string {
  return width >= side && height >= side ? "" : `${width} × ${height}`;
}
