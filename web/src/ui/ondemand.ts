// Parts of the page that are loaded when they are first used: a module NAME.js with a style NAME.css.

import { UserError } from "../lab/error";

const parts = new Map<string, Promise<unknown>>();

/** Loads a part, once; what says which, in an error, after which the next call tries again. */
export function load<T>(name: string, what: string): Promise<T> {
  let part = parts.get(name) as Promise<T> | undefined;
  if (!part) {
    part = fetchPart<T>(name, what);
    part.catch(() => parts.delete(name));
    parts.set(name, part);
  }
  return part;
}

async function fetchPart<T>(name: string, what: string): Promise<T> {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = `${name}.css`;
  const styled = new Promise((done) => (style.onload = style.onerror = done));
  document.head.append(style);
  const file = `./${name}.js`; // a variable: it is not to be bundled
  try {
    const [part] = await Promise.all([import(file) as Promise<T>, styled]);
    return part;
  } catch {
    style.remove();
    throw new UserError(`${what} could not be loaded: the server does not answer.`);
  }
}
