// What the page shows now, and the lab that computes it. The panels change it and listen to its signals; so none of
// them needs to know the others.

import type { Answer, Lab } from "../lab/lab";
import type { Pool } from "../lab/pool";
import type { CorruptionSettings, Description, Look, NamedFile, NetworkInfo, Preprocessing } from "../lab/protocol";
import { Signal } from "./signal";

/** A network to hand to the lab. */
export interface NetworkSource {
  key: string; // as in the list and in links
  title: string;
  bytes: ArrayBuffer;
  files?: NamedFile[]; // that hold weights of the ONNX file
  classes: string[];
  preprocessing: Preprocessing | null; // null: it takes pixels in 0 to 1 as they are
  card: Record<string, unknown>;
}

/** The network that the lab has. */
export interface LoadedNetwork extends NetworkInfo {
  source: NetworkSource;
}

export interface Size {
  width: number;
  height: number;
}

/** Copies files, which the lab takes itself. */
export function copies(files: NamedFile[] = []): NamedFile[] {
  return files.map((f) => ({ name: f.name, data: f.data.slice(0) }));
}

const encoded = { width: 0, height: 0 }; // the size of data that is an image file

export class Session {
  description: Description | null = null;
  network: LoadedNetwork | null = null;
  images = 0; // that the lab has been given
  delivered: Promise<void> = Promise.resolve(); // the last image, once the lab has it or has refused it
  corruption: CorruptionSettings = { corruption: "gaussian_noise", severity: 3, seed: 1, where: "net" };
  original: readonly number[] | null = null; // probabilities
  shaken: readonly number[] | null = null;
  started = false; // what the page began with is all there

  live = false; // the webcam is on
  /** Stops the webcam, if it is on, and keeps its last frame. */
  freeze: () => Promise<void> = async () => {};

  /** Something that a link holds has changed. */
  readonly changed = new Signal();
  readonly photoChosen = new Signal();
  /** The image or the network is another: what was said of the last one is void. */
  readonly replaced = new Signal();
  readonly networkLoaded = new Signal<LoadedNetwork>();
  readonly corruptionChanged = new Signal();
  /** The lab has answered with images and probabilities. */
  readonly answered = new Signal<Answer<Look>>();
  /** The answer to what is chosen now has been shown. */
  readonly settled = new Signal<CorruptionSettings>();
  readonly failed = new Signal<unknown>();

  private looking = false;
  private again = false;

  /** photo is the name of the built-in photograph; "" for an image of one's own. */
  constructor(
    readonly lab: Lab,
    readonly pool: Pool,
    public photo: string,
  ) {}

  get classes(): readonly string[] {
    return this.network?.classes ?? [];
  }

  choosePhoto(name: string): void {
    this.photo = name;
    this.photoChosen.send();
  }

  /** Hands the lab an image, a file or RGBA pixels when there is a size, and shows it. photo is as in the constructor. */
  async setImage(data: ArrayBuffer, photo: string, size: Size = encoded): Promise<void> {
    const copy = data.slice(0); // the lab takes the data itself
    const given = this.lab.ask("image", size, data).then(() => {
      this.pool.keep(copy, size);
      this.images++;
    });
    this.delivered = given.catch(() => {});
    await given;
    this.choosePhoto(photo);
    this.replaced.send();
    await this.look();
  }

  /** Takes in the lab's answer to one frame of the webcam, or to look. */
  take(answer: Answer<Look>): void {
    this.original = answer.value.original ?? null;
    this.shaken = answer.value.shaken ?? null;
    this.answered.send(answer);
  }

  async setNetwork(source: NetworkSource): Promise<void> {
    const { classes, preprocessing, bytes, files } = source;
    const args = { classes, preprocessing, output: "" };
    const { value } = await this.lab.ask("network", args, bytes.slice(0), undefined, copies(files));
    this.network = { ...value, source };
    this.original = this.shaken = null;
    this.replaced.send();
    this.networkLoaded.send(this.network);
    if (!this.live) await this.look();
  }

  setCorruption(settings: CorruptionSettings): void {
    this.corruption = settings;
    this.corruptionChanged.send();
    if (!this.live) void this.look();
    this.changed.send();
  }

  /** Asks for what is chosen now. Of the calls that come while an answer is under way, only the last counts. */
  async look(): Promise<void> {
    if (!this.description || this.images === 0) return;
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    do {
      this.again = false;
      const asked = this.corruption;
      try {
        this.take(await this.lab.ask("look", asked));
        this.settled.send(asked);
      } catch (e) {
        this.failed.send(e);
      }
    } while (this.again);
    this.looking = false;
  }
}
