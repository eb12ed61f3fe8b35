// The page that evaluates networks on a data set.

import { UserError } from "../lab/error";
import type { Description as Lab } from "../lab/protocol";
import { visible } from "../lab/visible";
import type { CatalogEntry } from "../network/catalog";
import { download } from "../session/download";
import { byId } from "../ui/dom";
import { hideLoading, showLoading } from "../ui/loading";
import { Page } from "./page";
import type { Description } from "./protocol";
import { Evaluator } from "./evaluator";

async function json<T>(url: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await download(url))) as T;
}

async function start(): Promise<void> {
  if (typeof WebAssembly === "undefined") throw new UserError("This browser has no WebAssembly, which Steady computes with.");
  const book = new Evaluator();
  book.onloading = showLoading;
  const [evaluator, lab, catalog] = await Promise.all([
    json<Description>("evaluator.json"),
    json<Lab>("description.json"),
    json<CatalogEntry[]>("models/models.json"),
  ]);
  const page = new Page(book, evaluator, lab, catalog);
  void book.compiled.then(() => hideLoading());
  await page.begin(location.search);
}

start().catch((e: unknown) => {
  console.info("evaluate:", e);
  byId("run-wrong").textContent = visible(e instanceof Error ? e.message : String(e));
});
