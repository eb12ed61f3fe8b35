// A contact sheet as one image, on white whatever the page's colors are.

import { UserError } from "../../lab/error";
import { context } from "../../ui/canvas";
import { create } from "../../ui/dom";

export interface SheetImage {
  canvas: HTMLCanvasElement;
  name: string;
  suite: string;
}

export interface SheetFamily {
  name: string;
  images: SheetImage[];
}

const columns = [4, 8] as const; // minimum and maximum
const gap = 12;
const caption = 44;
const heading = 44;
const ink = "#1c2326";
const soft = "#5a6265";

/** Draws the original with its description, and below it families of images under their headings. */
export function drawSheet(families: readonly SheetFamily[], original: HTMLCanvasElement, head: string, about: string): HTMLCanvasElement {
  const side = original.width;
  const filled = families.filter((f) => f.images.length > 0);
  const widest = Math.max(...filled.map((f) => f.images.length));
  const wide = Math.min(Math.max(widest, columns[0]), columns[1]);
  const rows = (f: SheetFamily) => Math.ceil(f.images.length / wide);
  const sheet = create("canvas");
  sheet.width = gap + wide * (side + gap);
  sheet.height = gap + side + gap + filled.reduce((sum, f) => sum + heading + rows(f) * (side + caption), 0);
  const c = context(sheet);
  const write = (text: string, font: string, color: string, x: number, y: number, width: number) => {
    c.font = font;
    c.fillStyle = color;
    c.fillText(text, x, y, width);
  };
  c.fillStyle = "#fff";
  c.fillRect(0, 0, sheet.width, sheet.height);

  c.drawImage(original, gap, gap);
  const beside = 3 * gap + side;
  write(head, "600 34px Georgia, serif", ink, beside, gap + 44, sheet.width - beside - gap);
  write(about, "19px sans-serif", soft, beside, gap + 80, sheet.width - beside - gap);
  write("Steady: how steady is your neural network?", "italic 19px Georgia, serif", soft, beside, gap + side - 8, sheet.width - beside - gap);

  let y = gap + side + gap;
  for (const f of filled) {
    write(f.name, "600 22px Georgia, serif", ink, gap, y + heading - 14, sheet.width - 2 * gap);
    y += heading;
    f.images.forEach((p, i) => {
      const [px, py] = [gap + (i % wide) * (side + gap), y + Math.floor(i / wide) * (side + caption)];
      c.drawImage(p.canvas, px, py);
      write(p.name, "16px sans-serif", ink, px, py + side + 17, side);
      write(p.suite, "13px sans-serif", soft, px, py + side + 34, side);
    });
    y += rows(f) * (side + caption);
  }
  return sheet;
}

/** Downloads a canvas as a file. */
export async function savePNG(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new UserError("This browser could not make a PNG of the sheet.");
  const link = create("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
