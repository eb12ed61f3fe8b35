// Image files: most are for the lab to read. Large ones the browser reads, which is many times as fast, and those of kinds
// that the lab does not know.

import { UserError } from "../../lab/error";
import type { Size } from "../../session/session";
import { context } from "../../ui/canvas";
import { create } from "../../ui/dom";

/** An image that has been read: a file, or RGBA pixels when there is a size. */
export interface Read {
  data: ArrayBuffer;
  size: Size | undefined;
}

const large = 1.5e6; // bytes; the lab takes about a second for the pixels in so many
const onlyBrowsers = /^image\/(avif|heic|heif|jxl)$/;
const both = /^image\/(jpeg|png|webp)$/;

const encoded = (data: ArrayBuffer): Read => ({ data, size: undefined });

export async function readPicture(file: File): Promise<Read> {
  if (onlyBrowsers.test(file.type)) {
    const read = await decode(file);
    if (!read) throw new UserError("This browser cannot read this kind of picture. Save it as JPEG or PNG and open that.");
    return read;
  }
  const read = file.size > large && both.test(file.type) ? await decode(file) : null;
  if (read) return read;
  try {
    return encoded(await file.arrayBuffer());
  } catch {
    throw new UserError(`${file.name} cannot be read any more: it may have been moved or changed since it was chosen.`);
  }
}

/** Decodes a photograph of the page's own, which the browser can do before the lab runs, or leaves that to the lab. */
export async function readOwn(data: ArrayBuffer): Promise<Read> {
  return (await decode(new Blob([data]))) ?? encoded(data);
}

/** Decodes an image upright, no larger than it needs to be; returns null if the browser cannot. */
async function decode(file: Blob): Promise<Read | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none" }).catch(() => null);
  if (!bitmap) return null;
  const scale = Math.min(1, 1024 / Math.min(bitmap.width, bitmap.height), 4096 / Math.max(bitmap.width, bitmap.height));
  const canvas = create("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const c = context(canvas);
  c.imageSmoothingQuality = "high";
  c.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const { data, width, height } = c.getImageData(0, 0, canvas.width, canvas.height);
  return { data: data.buffer as ArrayBuffer, size: { width, height } };
}
