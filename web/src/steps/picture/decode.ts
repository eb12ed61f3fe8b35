// Images of kinds that the lab does not read and a browser may.

import { context } from "../../ui/canvas";
import { create } from "../../ui/dom";

const kinds = /^image\/(avif|heic|heif|jxl)$/;

export function onlyInBrowser(file: File): boolean {
  return kinds.test(file.type);
}

export async function decodeInBrowser(file: File): Promise<ImageData> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("This browser cannot read this kind of picture. Save it as JPEG or PNG and open that.");
  }
  const scale = Math.min(1, 1024 / Math.min(bitmap.width, bitmap.height), 4096 / Math.max(bitmap.width, bitmap.height));
  const canvas = create("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const c = context(canvas);
  c.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return c.getImageData(0, 0, canvas.width, canvas.height);
}
