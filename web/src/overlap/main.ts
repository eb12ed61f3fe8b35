// The page of overlaps: which corruptions say the same, and benchmarks of those that do not. All computing happens in the lab.

import { UserError } from "../lab/error";
import { Lab } from "../lab/lab";
import type { Description } from "../lab/protocol";
import { visible } from "../lab/visible";
import { Keeper } from "../offline/keeper";
import { download } from "../session/download";
import { parseMode } from "../session/mode";
import { unsupported } from "../session/support";
import { beginAt, listenAddress } from "../ui/address";
import { byId, create } from "../ui/dom";
import { listenForDrops } from "../ui/drop";
import { hideLoading, showLoading } from "../ui/loading";
import { Notice } from "../ui/notice";
import { keepSkipLink } from "../ui/skip";
import { errorText, readable } from "../ui/text";
import { BenchmarkPanel } from "./benchmark";
import { follow, formatLink, readLink } from "./link";
import { HeatMap } from "./map";
import { PairPanel } from "./pair";
import { type Published, type Score, State } from "./state";
import { offerTable } from "./table";

interface There {
  file: string; // measured overlaps that come with the page; empty for none
  benchmarks: Published[];
}

const maxFileBytes = 64e6;
const notice = new Notice();

async function json<T>(url: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await download(url))) as T;
}

async function begin(): Promise<void> {
  const lab = new Lab();
  lab.onloading = showLoading;
  lab.onready = hideLoading;
  lab.ondead = (why) => {
    hideLoading();
    notice.show(why);
  };
  lab.start();
  const [there, description] = await Promise.all([json<There>("overlaps.json"), json<Description>("description.json")]);
  const labels = new Map(description.corruptions.map((c) => [c.name, readable(c.label)]));
  const state = new State(there.benchmarks, labels);
  new PairPanel(state, lab, new Set(labels.keys()));
  new BenchmarkPanel(state, lab);
  offerTable(state);
  const score = byId<HTMLSelectElement>("score");
  score.addEventListener("change", () => state.setScore(score.value as Score));
  const { embed } = parseMode(location.hash);
  const { view } = readLink(location.hash);
  new HeatMap(state, notice, view);
  if (embed) document.documentElement.classList.add("embedded"); // a presentation says so, too
  if (view) document.documentElement.dataset["view"] = view;
  const link = () => formatLink(state) + (view ? `&view=${view}` : "") + (embed ? "&embed=1" : "");
  const write = () => history.replaceState(null, "", link());
  listenAddress((hash) => {
    if (state.file && hash !== link()) beginAt(hash); // a link opened in the same tab
  });
  keepSkipLink();
  state.fileChanged.listen(() => (score.value = state.score));

  /** Shows a file; from is where it comes from. */
  const open = async (bytes: ArrayBuffer, from: string) => {
    const { value } = await lab.ask("overlaps", {}, bytes);
    const asked = readLink(location.hash);
    byId("boards").hidden = false;
    byId("none").hidden = true;
    state.open(value);
    follow(asked, state);
    for (const signal of [state.fileChanged, state.pairChanged, state.membersChanged]) if (!opened) signal.listen(write);
    opened = true;
    const seeds = value.seeds === 1 ? "one seed" : `${value.seeds} seeds`;
    const images = `${value.images.toLocaleString("en")} images of ${value.data}`;
    byId("source").textContent = visible(`${from}: ${value.corruptions.length} corruptions, ${value.networks} networks (${seeds}), ${images}. `);
    byId("source").append(create("span", "notes", visible(value.notes.join(" "))));
    document.documentElement.dataset["shown"] = "yes"; // read by the browser tests
  };
  let opened = false;
  let taken = false; // a file of the visitor's
  const take = async (file: File) => {
    taken = true;
    notice.hide();
    try {
      if (file.size > maxFileBytes) throw new UserError(`${file.name} is ${Math.round(file.size / 1e6)} MB, too large for a file of overlaps.`);
      await open(await file.arrayBuffer(), file.name);
    } catch (e) {
      notice.show(`${visible(file.name)}: ${errorText(e)}`);
    }
  };
  listen((file) => void take(file));
  if (!there.file) return void (byId("none").hidden = false);
  const measured = await download(there.file);
  if (!taken) await open(measured, "Measured overlaps of this page");
}

/** Passes on a file that is chosen, dropped or pasted. */
function listen(take: (file: File) => void): void {
  const field = byId<HTMLInputElement>("file");
  byId("open-file").addEventListener("click", () => field.click());
  const chosen = () => {
    const file = field.files?.[0];
    if (file) take(file);
    field.value = "";
  };
  field.addEventListener("change", chosen);
  chosen(); // before the page was ready
  listenForDrops((data) => {
    const file = data?.files[0];
    if (file) take(file);
    else notice.show("What was dropped is not a file.");
  });
}

const reason = unsupported();
if (reason) {
  hideLoading();
  notice.show(reason);
} else {
  const keeper = new Keeper();
  begin().then(
    () => keeper.start(),
    (e: unknown) => notice.show(errorText(e)),
  );
}
