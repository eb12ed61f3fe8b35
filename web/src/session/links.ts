// The address of the page holds what is chosen, so that a link to it shows the same.

import { beginAt, listenAddress } from "../ui/address";
import { byId } from "../ui/dom";
import { keepSkipLink } from "../ui/skip";
import { formatLink, type LinkState, says } from "./permalink";
import { parseMode } from "./mode";
import { type Session, usualCorruption } from "./session";

type Chosen = Pick<LinkState, "attack" | "norm" | "values" | "target" | "from" | "victim" | "run"> & Partial<Pick<LinkState, "network">>;

/** Keeps the address up to date, and copies it on request. attack returns what is chosen of the attack, and what of it is as usual. */
export function keepLink(session: Session, attack: () => { chosen: Chosen; usual: Partial<LinkState> }): void {
  const { embed } = parseMode(location.hash);
  const state = () => {
    const network = session.network?.source.key ?? "";
    const sight = session.sight.wanted ? ("net" as const) : ("view" as const);
    return { photo: session.origin.photo, network, versus: session.second?.source.key ?? "", ...session.corruption, sight, ...attack().chosen };
  };
  const usual = () => ({ versus: "", ...usualCorruption, sight: "view" as const, ...attack().usual });
  const write = () => {
    const hash = session.presented || formatLink(state(), usual()) + (embed ? "&embed=1" : "");
    if (session.description && session.network && (hash === "" || hash !== location.hash)) history.replaceState(null, "", hash);
  };
  session.changed.listen(write);
  byId("share").addEventListener("click", () => void share(session));
  listenAddress((hash) => {
    const { present, deck, packed } = parseMode(hash);
    const scenes = present || deck !== "" || packed !== "" || session.presented !== "";
    if (scenes ? hash === session.presented : says(hash, formatLink(state()), usual())) write(); // nothing new
    else beginAt(hash); // a link opened in the same tab
  });
  keepSkipLink();
}

async function share(session: Session): Promise<void> {
  const button = byId("share");
  const copied = await navigator.clipboard.writeText(location.href).then(
    () => true,
    () => false,
  );
  button.textContent = copied ? "Copied" : "Copy it from the address bar";
  byId("share-note").textContent = staysHere(session);
  setTimeout(() => (button.textContent = "Copy a link to this"), 2000);
}

/** What a link cannot take along. */
function staysHere({ origin, network, second }: Session): string {
  const own = [];
  if (origin.photo === "own" || origin.photo === "webcam") own.push("picture");
  if (network?.source.key === "own") own.push("network");
  if (second?.source.key === "own") own.push("second network");
  if (own.length === 0) return "";
  return `The link holds the settings; your ${own.join(" and your ")} ${own.length > 1 ? "stay" : "stays"} here.`;
}
