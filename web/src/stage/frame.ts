// The stage's own frame: loads the program that draws it (wasm/stage), gives it frames, and passes its requests to the lab's port.

import type { StageAsk, Tell } from "../lab/protocol";
import { loadProgram } from "../lab/program";
import { Camera } from "../steps/picture/camera";
import { context } from "../ui/canvas";
import { create } from "../ui/dom";
import { errorText } from "../ui/text";
import { keyName } from "./keys";
import { type Begin, isFrom, type Key, type Pixels, type ToFrame, type ToPage } from "./messages";

declare const STAGE_BYTES: number; // size of stage.wasm, set by the build
declare const Go: new () => { importObject: WebAssembly.Imports; run(i: WebAssembly.Instance): Promise<void> };

type Source = "camera" | "picture" | "pattern";
const sources: readonly Source[] = ["camera", "picture", "pattern"];

/** What the script and the program call of each other: wasm/stage/doc.go explains it. */
interface Stage {
  options: string;
  picture: Pixels;
  side: number;
  camera(): Uint8ClampedArray | null;
  ask(text: string, pixels: Uint8Array<ArrayBuffer>): void;
  say(text: string): void;
  alert(text: string): void;
  ready(actions: string): void;

  press?(key: string): "quit" | "fullscreen" | "source" | "";
  answer?(text: string, pixels: Uint8ClampedArray): void;
  refuse?(number: number, sentence: string): void;
  use?(source: Source, name: string): void;
  notify?(sentence: string): void;
  counts?(): string;
  memory?(): number; // of the program, in bytes
}

const tell = (m: ToPage) => parent.postMessage(m, location.origin);

class Frame {
  private readonly camera = new Camera(create("video"), "S");
  private readonly square = create("canvas"); // a frame's middle
  private newest: Uint8ClampedArray | null = null;
  private source: Source = "picture";
  private changing = false;
  private fell = false; // the source stands in for the camera: the next is the camera again
  private asked = 0; // the request that is under way
  private readonly stage: Stage;

  constructor(
    private readonly begin: Begin,
    port: MessagePort,
  ) {
    const { picture, side } = begin;
    this.square.width = this.square.height = side;
    this.stage = {
      options: JSON.stringify(begin.begin),
      picture,
      side,
      camera: () => {
        const frame = this.newest;
        this.newest = null;
        return frame;
      },
      ask: (text, pixels) => {
        this.asked++;
        port.postMessage({ id: -this.asked, op: "stage", args: text, data: pixels.buffer } satisfies StageAsk, [pixels.buffer]);
      },
      say: (text) => tell({ stage: "say", text }),
      alert: (text) => tell({ stage: "alert", text }), // beside the stage, for small screens and for people who do not see it
      ready: (actions) => this.ready(JSON.parse(actions) as Key[]),
    };
    (globalThis as { steadyStage?: Stage }).steadyStage = this.stage;
    port.onmessage = (e: MessageEvent<Tell>) => this.receive(e.data);
    this.camera.onframe = async (video) => this.take(video);
    addEventListener("pagehide", () => this.camera.stop());
    addEventListener("keydown", (e) => this.keyDown(e), { capture: true });
    this.camera.onquiet = (says) => this.notify(says && `${says} S shows something else.`);
    this.camera.onend = () => this.fall("The camera stopped sending pictures: plug it in again, and press S.");
  }

  /** Loads the program and runs it; returns when it has ended by itself. */
  async run(): Promise<void> {
    const module = await loadProgram("stage.wasm", STAGE_BYTES, (loaded, total) => tell({ stage: "loading", loaded, total }));
    const go = new Go();
    const instance = await WebAssembly.instantiate(module, go.importObject);
    this.stage.memory = () => (instance.exports["mem"] as WebAssembly.Memory).buffer.byteLength;
    await go.run(instance);
  }

  private keyDown(e: KeyboardEvent): void {
    const key = keyName(e);
    if (key) {
      e.preventDefault();
      this.press(key);
    }
    e.stopImmediatePropagation(); // the program has no keys of its own
  }

  private ready(keys: readonly Key[]): void {
    this.use("picture", this.begin.picture.name);
    if (this.begin.camera) void this.change("camera");
    tell({ stage: "ready", keys });
  }

  press(key: string): void {
    const effect = this.stage.press ? this.stage.press(key) : key === "escape" && "quit"; // the program may not be there yet
    switch (effect) {
      case "quit":
        return tell({ stage: "leave" });
      case "fullscreen":
        return void this.toggleFullscreen();
      case "source":
        return void this.change(this.fell ? "camera" : sources[(sources.indexOf(this.source) + 1) % sources.length]!);
    }
  }

  private async toggleFullscreen(): Promise<void> {
    if (document.fullscreenElement) return document.exitFullscreen();
    try {
      await document.documentElement.requestFullscreen(); // a phone's browser may not know it
    } catch {
      this.notify("This browser does not let the stage have the full screen.");
    }
  }

  private receive(t: Tell): void {
    if (t.kind === "answer") this.stage.answer?.(t.json, t.pixels ?? new Uint8ClampedArray(0));
    else if (t.kind === "error") this.stage.refuse?.(this.asked, t.message);
  }

  private use(source: Source, name: string): void {
    if (source !== "camera") this.camera.stop();
    this.newest = null;
    this.source = source;
    this.fell = false;
    this.stage.use?.(source, name);
  }

  /** Changes to a source; if the camera cannot be had, to another, and says why. */
  private async change(to: Source): Promise<void> {
    if (this.changing) return;
    this.changing = true;
    try {
      if (to !== "camera") {
        this.notify("");
        return this.use(to, to === "picture" ? this.begin.picture.name : "test pattern");
      }
      this.notify("Starting the camera…");
      const stream = await this.camera.open();
      await this.camera.play(stream);
      this.use("camera", "camera");
      this.notify("");
    } catch (e) {
      this.fall(errorText(e));
    } finally {
      this.changing = false;
    }
  }

  /** Goes on without the camera: with the page's picture, or after that has stood in for it with the test pattern. */
  private fall(why: string): void {
    const pattern = this.fell && this.source === "picture";
    this.use(pattern ? "pattern" : "picture", pattern ? "test pattern" : this.begin.picture.name);
    this.fell = true;
    this.notify(`${why} This is the ${pattern ? "test pattern" : "page's picture"}.`);
  }

  /** Says a sentence on the stage and beside it. */
  private notify(text: string): void {
    this.stage.notify?.(text);
  }

  /** Keeps the middle of a frame of the camera. */
  private take(video: HTMLVideoElement): void {
    if (video.videoWidth === 0) return;
    const { width: side } = this.square;
    const c = context(this.square);
    const crop = Math.min(video.videoWidth, video.videoHeight);
    c.drawImage(video, (video.videoWidth - crop) / 2, (video.videoHeight - crop) / 2, crop, crop, 0, 0, side, side);
    this.newest = c.getImageData(0, 0, side, side).data;
  }
}

/** Waits for the page to say what to begin with. */
function wait(): void {
  let frame: Frame | null = null;
  addEventListener("message", (e: MessageEvent<ToFrame>) => {
    if (!isFrom(e, parent)) return;
    if ("press" in e.data) return frame?.press(e.data.press);
    const port = e.ports[0];
    if (frame || !port) return;
    frame = new Frame(e.data, port);
    frame.run().then(
      () => tell({ stage: "failed", text: "The stage has stopped: this browser may lack WebGL, or memory has run out. The page's own view shows the same: close this." }),
      (e: unknown) => tell({ stage: "failed", text: `The stage could not be started: ${errorText(e)}` }),
    );
  });
  tell({ stage: "here" });
}

if (parent === window) location.replace("index.html"); // opened alone
else wait();
