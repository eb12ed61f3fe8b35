// Whether the visitor's data are to be saved.

/** With ?small in the page's address, or by the browser's own setting, only what is asked for is loaded. */
export const frugal =
  new URLSearchParams(location.search).has("small") || (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
