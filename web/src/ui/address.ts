// Addresses that are opened in the tab of a page which writes its own.

/**
 * Calls opened with what stands after # in an address that was opened in this tab. It may no longer be the tab's address: the
 * page may have written its own before the browser said so.
 */
export function listenAddress(opened: (hash: string) => void): void {
  addEventListener("hashchange", (e) => opened(new URL(e.newURL).hash));
}

/** Begins the page anew with what stands after # in an address. */
export function beginAt(hash: string): void {
  history.replaceState(null, "", hash || location.pathname + location.search);
  location.reload();
}
