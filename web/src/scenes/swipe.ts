// Swipes to the left and right on a touch screen.

const far = 60; // px

export function listenForSwipes(swiped: (way: "next" | "previous") => void, signal: AbortSignal): void {
  let from: { x: number; y: number } | null = null;
  addEventListener(
    "touchstart",
    (e) => {
      const t = e.touches.length === 1 ? e.touches[0]! : null; // two fingers magnify
      from = t && !(e.target as Element | null)?.closest("input, dialog, .chart") ? { x: t.clientX, y: t.clientY } : null;
    },
    { signal, passive: true },
  );
  addEventListener(
    "touchend",
    (e) => {
      const t = e.changedTouches[0];
      if (!t || !from) return;
      const [dx, dy] = [t.clientX - from.x, t.clientY - from.y];
      from = null;
      if (Math.abs(dx) > far && Math.abs(dx) > 1.5 * Math.abs(dy)) swiped(dx < 0 ? "next" : "previous");
    },
    { signal, passive: true },
  );
}
