// Taking up a run of before: its images, its networks and what was measured, as far as the browser has kept them.

import { visible } from "../lab/visible";
import type { Again } from "./again";
import type { DataPanel } from "./data";
import type { KeptFile, KeptRun } from "./kept";
import type { NetworkPanel } from "./networks";
import { type NamedBlob, type NetworkSource, nothingSaid, type Setup } from "./setup";
import type { SuitePanel } from "./suites";

interface Panels {
  setup: Setup;
  data: DataPanel;
  networks: NetworkPanel;
  suites: SuitePanel;
  again: Again;
}

/** Returns files whose contents the browser has kept. */
function contents(files: readonly KeptFile[]): NamedBlob[] {
  return files.flatMap((f) => (f.blob ? [{ name: f.name, blob: f.blob }] : []));
}

/**
 * Sets everything as it was. Reports whether all is there; else the visitor is asked for what must be opened again, of which given is
 * a network.
 */
export async function restore(run: KeptRun, given: NetworkSource | null, { setup, data, networks, suites, again }: Panels): Promise<boolean> {
  const want = (text: string, wrong = "") => {
    again.want(run, text, wrong);
    return false;
  };
  if (setup.data?.hash !== run.data.hash) {
    const blobs = contents(run.data.files);
    if (blobs.length < run.data.files.length) {
      return want(`Open the images of this run again: ${visible(run.data.name)}.`, setup.files.length > 0 ? "These are other images than those of the run." : "");
    }
    const info = await setup.setData(blobs, (s) => data.reading(s));
    data.show(info, blobs.length > 0);
    networks.offer(info);
    suites.offer(info);
  }
  for (const n of [...setup.networks]) {
    if (run.networks.some((k) => k.name === n.source.name && k.hash === n.info.hash)) continue;
    await setup.remove(n.source.name);
    networks.tick(n.source.name, false);
  }
  for (const n of run.networks) {
    if (setup.networks.some((s) => s.source.name === n.name)) continue;
    let own = n.own && contents(n.own);
    if (n.own && own!.length < n.own.length) {
      own = given?.name === n.name ? given.own : null;
      if (!own) return want(`Open the network ${visible(n.file)} of this run again.`);
    }
    const source: NetworkSource = { name: n.name, file: n.file, own, said: n.said ?? nothingSaid };
    if (own) networks.addOwn(source);
    const info = await setup.add(source);
    if (info.hash !== n.hash) {
      await setup.remove(n.name);
      networks.tick(n.name, false);
      return want(`Open the network ${visible(n.file)} of this run again.`, "The file has changed since the run.");
    }
    networks.taken(info);
  }
  suites.set(run.plan);
  data.set(run.plan);
  again.hide();
  return true;
}
