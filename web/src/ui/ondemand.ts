// Parts of the page that are loaded when they are first used: a module NAME.js with a style NAME.css.

import { UserError } from "../lab/error";

/** Loads a part; what says which, in an error. */
export async function load<T>(name: string, what: string): Promise<T> {
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
