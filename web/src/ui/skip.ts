// The link that leads past the head of a page, for those who use the keyboard.

import { byId } from "./dom";

/** Has the link move the focus and leave the address alone, which holds what the page shows. */
export function keepSkipLink(): void {
  const link = document.querySelector<HTMLAnchorElement>("a.skip");
  link?.addEventListener("click", (e) => {
    e.preventDefault();
    byId(link.hash.slice(1)).focus();
  });
}
