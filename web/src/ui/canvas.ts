// Drawing images on canvases.

import type { Placed } from "../lab/protocol";
import { byId } from "./dom";

/** Draws one image of an answer. */
export function draw(id: string, images: readonly Placed[], name: string, pixels: Uint8ClampedArray<ArrayBuffer>): void {
  const p = images.find((i) => i.name === name);
  if (!p) return;
  const canvas = byId<HTMLCanvasElement>(id);
  if (canvas.width !== p.width || canvas.height !== p.height) {
    canvas.width = p.width;
    canvas.height = p.height;
  }
  const part = pixels.subarray(p.offset, p.offset + 4 * p.width * p.height);
  context(canvas).putImageData(new ImageData(part, p.width, p.height), 0, 0);
}

export function clear(id: string): void {
  const canvas = byId<HTMLCanvasElement>(id);
  context(canvas).clearRect(0, 0, canvas.width, canvas.height);
}

const contexts = new WeakMap<HTMLCanvasElement, CanvasRenderingContext2D>();

/** The canvas' context, in CPU memory: every image here is computed or read there. */
export function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  let c = contexts.get(canvas);
  if (!c) {
    const made = canvas.getContext("2d", { willReadFrequently: true });
    if (!made) throw new Error("this browser has no canvas to draw on");
    contexts.set(canvas, (c = made));
  }
  return c;
}
