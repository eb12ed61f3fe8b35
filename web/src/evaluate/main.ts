// The page that evaluates networks on a data set.

import type { Description as Lab } from "../lab/protocol";
import type { CatalogEntry } from "../network/catalog";
import { Keeper } from "../offline/keeper";
import { download } from "../session/download";
import { parseMode } from "../session/mode";
import { unsupported } from "../session/support";
import { beginAt, listenAddress } from "../ui/address";
import { byId } from "../ui/dom";
import { hideLoading, showLoading } from "../ui/loading";
import { keepSkipLink } from "../ui/skip";
import { errorText } from "../ui/text";
import { choiceOf } from "./link";
import { Page } from "./page";
import type { Description } from "./protocol";
import { Evaluator } from "./evaluator";

async function json<T>(url: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await download(url))) as T;
}

async function start(): Promise<void> {
  const book = new Evaluator();
  book.onloading = showLoading;
  const [evaluator, lab, catalog] = await Promise.all([
    json<Description>("evaluator.json"),
    json<Lab>("description.json"),
    json<CatalogEntry[]>("models/models.json"),
  ]);
  keepSkipLink();
  const page = new Page(book, evaluator, lab, catalog);
  void book.compiled.then(() => hideLoading());
  listenAddress((hash) => {
    if (hash !== page.address) beginAt(hash); // a link opened in the same tab
  });
  await page.begin(choiceOf(location));
}

if (parseMode(location.hash).embed) document.documentElement.classList.add("embedded"); // a presentation says so, too
const reason = unsupported();
if (reason) {
  hideLoading();
  byId("run-wrong").textContent = reason;
} else {
  const keeper = new Keeper();
  start().then(
    () => keeper.start(),
    (e: unknown) => {
      hideLoading();
      byId("run-wrong").textContent = errorText(e);
    },
  );
}
