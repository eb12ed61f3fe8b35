// Files of the page's own server.

import { UserError } from "../lab/error";

export async function download(url: string): Promise<ArrayBuffer> {
  let r: Response;
  let body: ArrayBuffer;
  try {
    r = await fetch(url);
    body = await r.arrayBuffer();
  } catch {
    throw new UserError(`${url} could not be loaded: the server does not answer.`);
  }
  if (!r.ok) throw new UserError(`${url} could not be loaded: the server says ${r.status} ${r.statusText}.`);
  return body;
}
