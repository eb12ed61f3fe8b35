// Popovers beside the buttons that open them.

import { byId } from "./dom";

const gap = 6; // px

/** Has a popover open below its button, or above it where there is more room. */
export function placeBeside(id: string, buttonId: string): void {
  const box = byId(id);
  const button = byId(buttonId);
  box.addEventListener("beforetoggle", (e) => {
    if ((e as ToggleEvent).newState !== "open") return;
    const b = button.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const below = clientHeight - b.bottom;
    const { style } = box;
    style.top = below >= b.top ? `${b.bottom + gap}px` : "auto";
    style.bottom = below >= b.top ? "auto" : `${clientHeight - b.top + gap}px`;
    style.maxHeight = `${Math.max(below, b.top) - 2 * gap}px`;
    // By its right edge where there is not enough room to the right.
    const width = 24.5 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const right = b.left + width > clientWidth && b.right > width;
    style.left = right ? "auto" : `${Math.max(b.left, gap)}px`;
    style.right = right ? `${Math.max(clientWidth - b.right, gap)}px` : "auto";
  });
}
