// Files of the page's own server.

export async function download(url: string): Promise<ArrayBuffer> {
  let r: Response;
  try {
    r = await fetch(url);
  } catch {
    throw new Error(`${url} could not be loaded: the server does not answer.`);
  }
  if (!r.ok) throw new Error(`${url} could not be loaded: the server says ${r.status} ${r.statusText}.`);
  return r.arrayBuffer();
}
