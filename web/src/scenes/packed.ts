// Decks within links: compressed, in letters that addresses allow.

import { UserError } from "../lab/error";
import { type Deck, maxBytes, readDeck, writeDeck } from "./deck";

/** The longest address that mail and chat programs are known to leave whole. */
export const maxLink = 8000;

/** Returns a deck as text for a link. */
export async function pack(deck: Deck): Promise<string> {
  const text = new Blob([JSON.stringify(JSON.parse(writeDeck(deck)))]);
  const packed = await new Response(text.stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer();
  const binary = Array.from(new Uint8Array(packed), (b) => String.fromCharCode(b)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads what pack has made. */
export async function unpack(packed: string): Promise<Deck> {
  let text: string;
  try {
    const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    text = await inflate(bytes);
  } catch {
    throw new UserError("The deck in this link cannot be read: the link was cut off or changed on its way. Ask for the deck as a file.");
  }
  return readDeck(text);
}

/** Decompresses text, up to the size of a deck: a few bytes may stand for any number of others. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes) throw new UserError("too large");
    text += decoder.decode(value, { stream: true });
  }
}
