// Large network files are kept in the browser by their hash: what was downloaded once is not asked for again.

import { download, type Progress } from "../session/download";
import { type CatalogEntry, pixelsOf } from "./catalog";

const store = "steady-networks";

/** Returns the bytes of a network of the catalog. */
export async function bytesOf(e: CatalogEntry, progress?: Progress): Promise<ArrayBuffer> {
  const url = `models/${e.file}`;
  const hash = e.card["sha256"];
  const large = pixelsOf(e.card) > 128 * 128;
  const kept = large && typeof hash === "string" ? await open() : null;
  if (!kept) return download(url, progress);
  const name = `${url}?sha256=${String(hash)}`;
  const found = await kept.match(name).then((r) => r?.arrayBuffer()).catch(() => undefined);
  if (found && (await sum(found)) === hash) return found;
  const bytes = await download(url, progress);
  if ((await sum(bytes)) === hash) void keep(kept, url, name, bytes.slice(0)); // while a site is replaced, files may not be of one version
  return bytes;
}

/** Returns the SHA-256 of bytes in hexadecimal. */
async function sum(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** The cache, if the browser has one here and lets the page use it. */
function open(): Promise<Cache | null> {
  return typeof caches === "undefined" ? Promise.resolve(null) : caches.open(store).catch(() => null);
}

/** Keeps a file in place of an older one of its name. What does not fit is not kept. */
async function keep(kept: Cache, url: string, name: string, bytes: ArrayBuffer): Promise<void> {
  try {
    for (const old of await kept.keys()) {
      const { pathname } = new URL(old.url);
      if (pathname.endsWith(`/${url}`)) await kept.delete(old);
    }
    await kept.put(name, new Response(bytes));
  } catch {
    // The next visit loads it again.
  }
}
