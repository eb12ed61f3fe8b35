// Files of the page's own server.

import { UserError } from "../lab/error";

/** Is told how many bytes of how many have come. */
export type Progress = (loaded: number, total: number) => void;

export async function download(url: string, progress?: Progress): Promise<ArrayBuffer> {
  let r: Response;
  let body: ArrayBuffer;
  try {
    r = await fetch(url);
    body = await (progress && r.ok ? counted(r, progress) : r).arrayBuffer();
  } catch {
    throw new UserError(`${url} could not be loaded: the server does not answer.`);
  }
  if (!r.ok) throw new UserError(`${url} could not be loaded: the server says ${r.status} ${r.statusText}.`);
  return body;
}

/** Returns the response with its bytes counted, if it says how many they are. */
function counted(r: Response, progress: Progress): Response {
  const total = Number(r.headers.get("Content-Length"));
  if (!r.body || !(total > 0) || r.headers.has("Content-Encoding")) return r;
  let loaded = 0;
  const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, out) {
      progress((loaded += chunk.byteLength), total);
      out.enqueue(chunk);
    },
  });
  return new Response(r.body.pipeThrough(count));
}
