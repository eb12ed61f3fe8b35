// Loading a program of WebAssembly, and beginning workers with it.

import { UserError } from "./error";

/** Page to worker: begins it. Without a module it compiles its own. */
export interface Begin {
  module: WebAssembly.Module | null;
}

/** Is told how many bytes have been loaded, of how many. */
type Loading = (loaded: number, total: number) => void;

/**
 * Begins a worker with a program, which is loaded and compiled here, while the worker starts. Returns what further workers can begin
 * with; null if the browser does not post modules, and each compiles its own.
 */
export async function beginWith(worker: Worker, name: string, size: number, loading: Loading): Promise<WebAssembly.Module | null> {
  const module = await loadProgram(name, size, loading);
  try {
    worker.postMessage({ module } satisfies Begin);
    return module;
  } catch {
    worker.postMessage({ module: null } satisfies Begin);
    return null;
  }
}

/** Compiles a program while it is loaded. */
export async function loadProgram(name: string, size = 0, loading: Loading = () => {}): Promise<WebAssembly.Module> {
  const r = await fetch(name).catch(() => null);
  if (!r?.ok || !r.body) {
    throw new UserError(`${name} could not be loaded (${r ? `the server says ${r.status} ${r.statusText}` : "the server does not answer"})`);
  }
  const counted = count(r.clone().body!, size, loading).then(
    () => true,
    () => false,
  );
  // The response itself, so that browsers can keep what they compile. One of our own compiles while it loads even where the server
  // does not know the media type of wasm.
  const known = r.headers.get("Content-Type") === "application/wasm";
  try {
    return await WebAssembly.compileStreaming(known ? r : new Response(r.body, { headers: { "Content-Type": "application/wasm" } }));
  } catch (e) {
    if (await counted) throw e;
    throw new UserError(`${name} could not be loaded (the connection broke off)`);
  }
}

/** Why a program does not run, as a clause for the visitor. */
export function failure(e: unknown): string {
  if (e instanceof UserError) return e.message;
  console.info("program:", e); // a browser's words
  return "this browser could not start it";
}

/** Tells how many bytes have been loaded, in fifty steps. */
async function count(body: ReadableStream<Uint8Array<ArrayBuffer>>, total: number, loading: Loading): Promise<void> {
  let loaded = 0;
  let reported = 0;
  const reader = body.getReader();
  for (let r = await reader.read(); !r.done; r = await reader.read()) {
    loaded += r.value.byteLength;
    if (loaded - reported < total / 50 && loaded < total) continue;
    reported = loaded;
    loading(loaded, total);
  }
}
