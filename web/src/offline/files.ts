// The files that the service worker keeps: those of the build's list, each under its path and hash.

/** The build's list of the site's files. */
export interface Site {
  files: Readonly<Record<string, string>>; // path -> first 16 hexadecimal digits of its SHA-256
  later: readonly string[]; // paths of large files, which are kept once they have been used
}

/** Returns the path in the list that an address is of, or nothing. What follows ? or # is the page's, and not part of it. */
export function pathOf(address: string, scope: string, site: Site): string | undefined {
  const { origin, pathname } = new URL(address);
  const home = new URL(scope);
  if (origin !== home.origin || !pathname.startsWith(home.pathname)) return undefined;
  const rest = pathname.slice(home.pathname.length);
  const path = rest === "" || rest.endsWith("/") ? `${rest}index.html` : rest;
  return Object.hasOwn(site.files, path) ? path : undefined;
}

/** Returns the address under which a version of a file is kept. */
export function keyOf(path: string, scope: string, site: Site): string {
  return new URL(`${path}?sha256=${site.files[path]}`, scope).href;
}

/** Reports whether a site is served from this machine itself, as by `steady serve`. */
export function isLocal(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** Returns the first 16 hexadecimal digits of the SHA-256 of bytes. */
export async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 8)].map((b) => b.toString(16).padStart(2, "0")).join("");
}
