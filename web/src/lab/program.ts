// Loading a program of WebAssembly in a worker.

import { UserError } from "./error";

/** What a worker tells the page while it loads a program. */
export type Loading = { kind: "loading"; loaded: number; total: number } | { kind: "compiled"; module: WebAssembly.Module };

/** Compiles a program while it is loaded, and posts how far that is, and what came of it for further workers. */
export async function loadProgram(name: string, size: number, response: Promise<Response | null>, post: (m: Loading) => void): Promise<WebAssembly.Module> {
  const r = await response;
  if (!r?.ok || !r.body) {
    throw new UserError(`${name} could not be loaded (${r ? `the server says ${r.status} ${r.statusText}` : "the server does not answer"})`);
  }
  count(r.clone().body!, size, post).catch(() => {}); // compileStreaming says what is wrong
  // The response itself, so that browsers can keep what they compile. One of our own compiles while it loads even where the server
  // does not know the media type of wasm.
  const known = r.headers.get("Content-Type") === "application/wasm";
  const module = await WebAssembly.compileStreaming(known ? r : new Response(r.body, { headers: { "Content-Type": "application/wasm" } }));
  try {
    post({ kind: "compiled", module });
  } catch {
    // A browser that does not post modules: each worker compiles its own, or there are no more.
  }
  return module;
}

/** Posts how many bytes have been loaded, in fifty steps. */
async function count(body: ReadableStream<Uint8Array<ArrayBuffer>>, total: number, post: (m: Loading) => void): Promise<void> {
  let loaded = 0;
  let reported = 0;
  const reader = body.getReader();
  for (let r = await reader.read(); !r.done; r = await reader.read()) {
    loaded += r.value.byteLength;
    if (loaded - reported < total / 50 && loaded < total) continue;
    reported = loaded;
    post({ kind: "loading", loaded, total });
  }
}
