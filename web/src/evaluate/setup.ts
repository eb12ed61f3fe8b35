// What is to be evaluated: images and networks, as the first worker has taken them, and as others are given them.

import { UserError } from "../lab/error";
import type { NamedFile } from "../lab/protocol";
import { visible } from "../lab/visible";
import type { Evaluator } from "./evaluator";
import { type KeptNetwork, toKeep } from "./kept";
import type { DataInfo, NetworkArgs, NetworkInfo, ReadingStep } from "./protocol";

/** A file, with the folders below the one that was chosen or dropped. */
export interface NamedBlob {
  name: string;
  blob: Blob;
}

/** What is to be said of a network of the user: the names of its classes, how it takes pixels, and what its file leaves open. */
export type Said = Pick<NetworkArgs, "classes" | "preprocessing" | "output" | "size" | "layout">;

/** What is said of a network whose file says all. */
export const nothingSaid: Said = { classes: [], preprocessing: null, output: "", size: [0, 0], layout: "" };

/** A network that can be evaluated: of the page, or of the user. */
export interface NetworkSource {
  name: string;
  file: string;
  own: NamedBlob[] | null; // the ONNX file, then those of its weights; null: of the page
  said: Said;
}

interface Taken {
  source: NetworkSource;
  info: NetworkInfo;
}

export class Setup {
  data: DataInfo | null = null;
  files: NamedBlob[] = [];
  networks: Taken[] = [];

  /** load returns the bytes of a network of the page. */
  constructor(
    private readonly book: Evaluator,
    private readonly load: (file: string) => Promise<ArrayBuffer>,
  ) {}

  /** Takes images: files, or if there are none the built-in ones. On an error those before stay, and the networks with them. */
  async setData(files: NamedBlob[], step: (s: ReadingStep) => void): Promise<DataInfo> {
    const { value } = await this.book.ask("data", { files: described(files), hash: "" }, { blobs: files.map((f) => f.blob), step });
    this.data = value;
    this.files = files;
    this.networks = [];
    return value;
  }

  async add(source: NetworkSource): Promise<NetworkInfo> {
    const info = await this.give(this.book, source);
    this.networks.push({ source, info });
    return info;
  }

  async remove(name: string): Promise<void> {
    const at = this.networks.findIndex((n) => n.source.name === name);
    if (at < 0) return;
    await this.book.ask("remove", { network: at });
    this.networks.splice(at, 1);
  }

  /** Gives a worker all that the first one has. */
  async copyTo(worker: Evaluator): Promise<void> {
    const { data, files } = this;
    await worker.ask("data", { files: described(files), hash: data!.hash }, { blobs: files.map((f) => f.blob) });
    for (const n of this.networks) await this.give(worker, n.source);
  }

  /** The networks as the browser keeps them. */
  kept(): KeptNetwork[] {
    return this.networks.map(({ source: { name, file, own, said }, info }) => ({ name, file, said, hash: info.hash, own: own && toKeep(own) }));
  }

  private async give(worker: Evaluator, { name, file, own, said }: NetworkSource): Promise<NetworkInfo> {
    const args: NetworkArgs = { name, file, ...said };
    const [data, ...weights] = own ? await Promise.all(own.map((f) => bytesOf(f))) : [await this.load(file)];
    const files: NamedFile[] = weights.map((w, i) => ({ name: own![i + 1]!.name, data: w }));
    return (await worker.ask("network", args, { data: data!, files })).value;
  }
}

function described(files: readonly NamedBlob[]): { name: string; size: number }[] {
  return files.map((f) => ({ name: f.name, size: f.blob.size }));
}

async function bytesOf(f: NamedBlob): Promise<ArrayBuffer> {
  try {
    return await f.blob.arrayBuffer();
  } catch {
    throw new UserError(`${visible(f.name)} cannot be read any more: it may have been moved or changed since it was chosen.`);
  }
}
