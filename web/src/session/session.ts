// What the page shows now, and the lab that computes it. The panels change it and listen to its signals; so none of
// them needs to know the others.

import type { Answer, Lab } from "../lab/lab";
import type { Pool } from "../lab/pool";
import type { CorruptionSettings, Description, Look, NamedFile, NetworkArgs, NetworkInfo, Preprocessing, SecondLook } from "../lab/protocol";
import { visible } from "../lab/visible";
import { Requests } from "./requests";
import { Sight } from "./sight";
import { Signal } from "./signal";

/** A network to hand to the lab. */
export interface NetworkSource {
  key: string; // as in the list and in links; "own" for the visitor's
  title: string;
  bytes: ArrayBuffer;
  files?: NamedFile[]; // that hold weights of the ONNX file
  classes: string[];
  preprocessing: Preprocessing | null; // null: it takes pixels in 0 to 1 as they are
  answers?: Pick<NetworkArgs, "output" | "size" | "layout">; // to what the file leaves open
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
function copies(files: NamedFile[] = []): NamedFile[] {
  return files.map((f) => ({ name: f.name, data: f.data.slice(0) }));
}

/** Where a picture comes from. */
export interface Origin {
  photo: string; // the name of a built-in photograph; "own" or "webcam" for the visitor's
  mirrored: boolean; // it is shown as in a mirror
}

/** The corruption that the page begins with. */
export const usualCorruption: Readonly<CorruptionSettings> = { corruption: "gaussian_noise", severity: 3, seed: 1, where: "net" };

const encoded = { width: 0, height: 0 }; // the size of data that is an image file

export class Session {
  description: Description | null = null;
  network: LoadedNetwork | null = null;
  second: LoadedNetwork | null = null; // that the network is compared with
  images = 0; // that the lab has been given
  delivered: Promise<unknown> = Promise.resolve(); // the last image: shown, or refused
  corruption: CorruptionSettings = usualCorruption;
  original: readonly number[] | null = null; // probabilities
  corrupted: readonly number[] | null = null;
  secondSays: Readonly<SecondLook> | null = null; // its probabilities for both
  presented = ""; // the hash of a link to the scene that is presented, if one is

  live = false; // the webcam is on
  /** Stops the webcam, if it is on, and keeps its last frame. */
  freeze: () => Promise<void> = async () => {};

  readonly requests = new Requests();
  readonly sight = new Sight();
  /** Something that a link holds has changed. */
  readonly changed = new Signal();
  readonly pictureChanged = new Signal();
  /** The picture or the network is another: what was said of the last one is void. */
  readonly replaced = new Signal();
  readonly networkLoaded = new Signal<LoadedNetwork>();
  /** There is another second network, or none any more. */
  readonly secondChanged = new Signal<LoadedNetwork | null>();
  readonly corruptionChanged = new Signal();
  /** The lab has answered with images and probabilities; null if there is no answer to what is there now. */
  readonly answered = new Signal<Answer<Look> | null>();
  /** The answer to what is chosen now has been shown. */
  readonly settled = new Signal();

  private wanted = this.corruption;
  private readonly arriving: (() => void)[] = []; // changes that the lab has made, to be shown with its next answer
  private looking: Promise<void> | null = null;
  private again = false;

  constructor(
    readonly lab: Lab,
    readonly pool: Pool,
    public origin: Origin,
  ) {}

  get classes(): readonly string[] {
    return this.network?.classes ?? [];
  }

  /** Whether both networks answer with the same classes, in the same order. */
  get sameClasses(): boolean {
    return this.second !== null && JSON.stringify(this.second.classes) === JSON.stringify(this.classes);
  }

  /** Hands the lab an image, a file or RGBA pixels when there is a size, and shows it. */
  setImage(data: ArrayBuffer, origin: Origin, size: Size = encoded): Promise<void> {
    const copy = data.slice(0); // the lab takes the data itself
    const set = this.lab.ask("image", size, data).then(() => {
      this.images++;
      this.arriving.push(() => {
        this.pool.keep(copy, size);
        this.setOrigin(origin);
      });
      return this.look();
    });
    this.delivered = set.catch(() => {});
    return set;
  }

  /** From the next frame on, the webcam is the picture. */
  setLive(origin: Origin): void {
    this.live = true;
    this.arriving.push(() => this.setOrigin(origin));
  }

  async setNetwork(source: NetworkSource): Promise<LoadedNetwork> {
    const network = await this.load("network", source);
    this.arriving.push(() => {
      this.network = network;
      this.replaced.send();
      this.networkLoaded.send(network);
    });
    await this.look();
    return network;
  }

  /** Sets the network that the first one is compared with; null for none. */
  async setSecond(source: NetworkSource | null): Promise<void> {
    const second = source && (await this.load("second", source));
    if (!second) await this.lab.ask("alone", {});
    this.arriving.push(() => {
      this.second = second;
      this.secondChanged.send(second);
    });
    await this.look();
  }

  private async load(op: "network" | "second", source: NetworkSource): Promise<LoadedNetwork> {
    const { classes, preprocessing, answers, bytes, files } = source;
    const args = { classes, preprocessing, output: "", ...answers };
    const { value } = await this.lab.ask(op, args, bytes.slice(0), undefined, copies(files));
    return { ...value, classes: value.classes.map(visible), source };
  }

  setCorruption(settings: CorruptionSettings): Promise<void> {
    this.wanted = settings;
    return this.look();
  }

  /** Sets the corruption that the page begins with. */
  beginWith(settings: CorruptionSettings): void {
    this.corruption = this.wanted = settings;
  }

  /** Asks for what is chosen now, and waits until it is shown. Of the calls that come meanwhile, only the last counts. */
  look(): Promise<void> {
    if (this.live) return Promise.resolve(); // the next frame shows it
    if (!this.description || this.images === 0) {
      this.arrive(this.arriving.splice(0), null);
      return Promise.resolve();
    }
    this.again = true;
    return (this.looking ??= this.lookOn());
  }

  private async lookOn(): Promise<void> {
    let failure: unknown = null;
    while (this.again) {
      this.again = false;
      failure = null;
      try {
        await this.show((corruption) => this.lab.ask("look", corruption));
        this.settled.send();
      } catch (e) {
        failure = e;
      }
    }
    this.looking = null;
    if (failure) throw failure;
  }

  /** Shows the lab's answer to look or frame, and with it all that the lab was given before: it answers in order. */
  async show(ask: (corruption: CorruptionSettings) => Promise<Answer<Look>>): Promise<void> {
    const asked = this.wanted;
    try {
      const answer = await ask(asked);
      const changes = this.arriving.splice(0);
      if (asked !== this.corruption) {
        changes.push(() => {
          this.corruption = asked;
          this.corruptionChanged.send();
        });
      }
      this.arrive(changes, answer);
    } catch (e) {
      if (this.wanted === asked) this.wanted = this.corruption;
      this.arrive(this.arriving.splice(0), null);
      throw e;
    }
  }

  private arrive(changes: readonly (() => void)[], answer: Answer<Look> | null): void {
    if (!answer && changes.length === 0) return; // what is shown still holds
    this.original = answer?.value.original ?? null;
    this.corrupted = answer?.value.corrupted ?? null;
    this.secondSays = answer?.value.second ?? null;
    for (const change of changes) change();
    this.answered.send(answer);
    if (changes.length > 0) this.changed.send();
  }

  private setOrigin(origin: Origin): void {
    this.origin = origin;
    this.replaced.send();
    this.pictureChanged.send();
  }
}
