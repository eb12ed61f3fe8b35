// The stage's keys, as core/stage names them.

const named: Readonly<Record<string, string>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  PageUp: "left", // of a presenter
  PageDown: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Escape: "escape",
  Tab: "tab",
  " ": "space",
};

/** Returns the stage's name of a key, or nothing for what belongs to the browser. */
export function keyName(e: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">): string {
  if (e.ctrlKey || e.altKey || e.metaKey) return "";
  if (e.key === "Tab" && e.shiftKey) return ""; // to the page's buttons
  return named[e.key] ?? (e.key.length === 1 ? e.key.toLowerCase() : "");
}

/** How keys are written on buttons. */
const written: Readonly<Record<string, string>> = { left: "←", right: "→", up: "↑", down: "↓", tab: "Tab", space: "Space", escape: "Esc" };

/** Returns what is written on a key. */
export function label(key: string): string {
  return written[key] ?? key.toUpperCase();
}
