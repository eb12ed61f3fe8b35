// The service worker: keeps the site in the browser, so that the page works without its server.
//
// Elsewhere than on this machine, a page comes whole from one version: that of the worker in charge. A newer version is kept beside
// it, and used when the visitor says so or has closed the page. On this machine the server comes first, which costs nothing there:
// whoever rebuilds the site, or serves another one at the same port, sees that; what is kept only stands in for a server that is gone.

import { hashOf, isLocal, keyOf, pathOf, type Site } from "./files";

declare const SITE: Site; // set by the build

/** From the page: use the new version now, or keep what the page loaded before a worker was in charge. */
export type Order = { use: true } | { keep: readonly string[] };

// What is used here of a service worker's scope (TypeScript's own types for it clash with the page's).
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  registration: ServiceWorkerRegistration;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (e: Lasting) => void): void;
  addEventListener(type: "message", listener: (e: Lasting & { data: Order }) => void): void;
  addEventListener(type: "fetch", listener: (e: Fetching) => void): void;
}
const scope = self as unknown as Scope;
const home = scope.registration.scope;
const local = isLocal(new URL(home).hostname);
const key = (path: string) => keyOf(path, home, SITE);
const open = () => caches.open(`steady ${home}`);

/** Keeps a file, unless it is of another version: a site may be replaced at this moment. */
async function keep(cache: Cache, path: string, response: Response): Promise<void> {
  const copy = response.clone();
  if (!response.ok) throw new Error(`${path}: the server says ${response.status}`);
  const bytes = await response.arrayBuffer();
  if ((await hashOf(bytes)) !== SITE.files[path]) throw new Error(`${path} is of another version`);
  // Some servers send x.html on to x; a browser takes no page that was sent on.
  await cache.put(key(path), response.redirected ? new Response(bytes, { headers: response.headers }) : copy);
}

/** Keeps what is not there yet of some files. */
async function fetchAll(paths: readonly string[]): Promise<void> {
  const cache = await open();
  for (const path of paths) {
    if (!(await cache.match(key(path)))) await keep(cache, path, await fetch(new Request(path, { cache: "no-cache" })));
  }
}

async function install(): Promise<void> {
  const before = new Set((await (await open()).keys()).map(({ url }) => pathOf(url, home, SITE)));
  await fetchAll(Object.keys(SITE.files).filter((path) => !SITE.later.includes(path) || before.has(path)));
  if (local) await scope.skipWaiting();
}

async function activate(): Promise<void> {
  const cache = await open();
  const wanted = new Set(Object.keys(SITE.files).map(key));
  for (const kept of await cache.keys()) if (!wanted.has(kept.url)) await cache.delete(kept);
  await scope.clients.claim(); // what the first visit still loads is kept, too
}

/** Asks the server for a file, and keeps it if it is not there yet. */
async function load(e: Fetching, cache: Cache, path: string): Promise<Response> {
  const response = await fetch(e.request); // no navigation preload: where that fails, Firefox shows its own error page, whatever is answered
  if (response.ok && !(await cache.match(key(path)))) {
    e.waitUntil(keep(cache, path, response.clone()).catch(() => {})); // of another version, or too large: the next visit loads it again
  }
  return response;
}

async function answer(e: Fetching, path: string): Promise<Response> {
  const cache = await open();
  const kept = () => cache.match(key(path));
  if (!local) return (await kept()) ?? load(e, cache, path);
  try {
    return await load(e, cache, path);
  } catch (failure) {
    const found = await kept();
    if (found) return found;
    throw failure;
  }
}

scope.addEventListener("install", (e) => e.waitUntil(install()));
scope.addEventListener("activate", (e) => e.waitUntil(activate()));
scope.addEventListener("message", (e) => {
  const { data } = e;
  if ("use" in data) return e.waitUntil(scope.skipWaiting());
  const paths = data.keep.map((address) => pathOf(address, home, SITE)).filter((path) => path !== undefined);
  e.waitUntil(fetchAll(paths).catch(() => {}));
});
scope.addEventListener("fetch", (e) => {
  const path = e.request.method === "GET" ? pathOf(e.request.url, home, SITE) : undefined;
  if (path !== undefined) e.respondWith(answer(e, path));
});
