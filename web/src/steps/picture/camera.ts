// The webcam: the newest frame goes to the lab whenever the lab is free, and frames in between are dropped.

import { UserError } from "../../lab/error";

/** What holds back the pictures of a camera that is on. */
const held = "a switch or a key on it, the system, or another program holds them back";

/** How long a camera may take for its first picture, in ms. */
const patience = 10_000;

/** After how many seconds without a picture that is said. */
const silent = 3;

export class Camera {
  /** Handles one frame; the next is offered when it is done. */
  onframe: (video: HTMLVideoElement) => Promise<void> = async () => {};
  onrate: (fps: number) => void = () => {};
  /** The camera has ended (unplugged, revoked). */
  onend: () => void = () => {};
  /** The camera sends no pictures for now, with a sentence that says so, every ten seconds; or again: then there is none. */
  onquiet: (says: string) => void = () => {};

  private stream: MediaStream | null = null;
  private busy = false;
  private fresh = false; // a frame has come that has not been handled
  private readonly times: number[] = [];
  private muted = false;
  private came = true; // a frame, since the last check
  private quiet = 0; // seconds without one
  private checks = 0;

  /** key is what people press to start it. */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly key = "Webcam",
  ) {}

  get on(): boolean {
    return this.stream !== null;
  }

  /** Asks for the camera. */
  async open(): Promise<MediaStream> {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new UserError("The webcam works only over https or on this machine itself (localhost), and in a browser that has one to give.");
    }
    try {
      return await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } }, audio: false });
    } catch (e) {
      throw new UserError(reason(e, this.key));
    }
  }

  /** Plays what the camera sends. */
  async play(stream: MediaStream): Promise<void> {
    this.stop();
    this.stream = stream;
    this.times.length = 0;
    const track = stream.getVideoTracks()[0];
    track?.addEventListener("ended", () => {
      if (this.stream !== stream) return;
      this.stop();
      this.onend();
    });
    this.muted = track?.muted ?? false;
    for (const event of ["mute", "unmute"]) {
      track?.addEventListener(event, () => {
        if (this.stream === stream) this.tell((this.muted = event === "mute"));
      });
    }
    this.video.srcObject = stream;
    try {
      await Promise.race([this.video.play(), silence(patience, this.key)]);
    } catch (e) {
      if (this.stream !== stream) return; // stopped meanwhile
      this.stop();
      throw e instanceof UserError ? e : new UserError(reason(e, this.key));
    }
    if (this.stream !== stream) return;
    this.wait();
    this.came = true;
    this.quiet = 0;
    this.checks = setInterval(() => this.check(), 1000);
  }

  stop(): void {
    clearInterval(this.checks);
    if (this.stream) release(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  /** Looks whether pictures come: a muted camera sends black ones, or none. */
  private check(): void {
    if (document.hidden) return; // a browser shows none there
    const comes = this.came && !this.muted;
    this.came = false;
    if (!comes) {
      if (++this.quiet % 10 === silent) this.tell(true);
    } else {
      if (this.quiet >= silent) this.tell(false);
      this.quiet = 0;
    }
  }

  private tell(quiet: boolean): void {
    this.quiet = quiet ? Math.max(this.quiet, silent) : 0;
    this.onquiet(quiet ? `The camera sends no pictures for now: ${held}. It goes on by itself.` : "");
  }

  private wait(): void {
    if (!this.on) return;
    const arrived = () => {
      this.fresh = this.came = true;
      void this.work();
      this.wait();
    };
    if ("requestVideoFrameCallback" in this.video) this.video.requestVideoFrameCallback(arrived);
    else requestAnimationFrame(arrived);
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.on && this.fresh) {
        this.fresh = false;
        await this.onframe(this.video);
        this.count();
      }
    } finally {
      this.busy = false;
    }
  }

  private count(): void {
    const now = performance.now();
    this.times.push(now);
    while (this.times.length > 2 && now - this.times[0]! > 2000) this.times.shift();
    const span = now - this.times[0]!;
    if (span > 300) this.onrate((1000 * (this.times.length - 1)) / span);
  }
}

/** Fails after some milliseconds: a camera may never send its first picture. */
function silence(ms: number, key: string): Promise<never> {
  return new Promise((_, fail) => setTimeout(() => fail(new UserError(`The camera is on, but no pictures come: ${held}. Press ${key} to try again.`)), ms));
}

/** Switches a camera off. */
export function release(stream: MediaStream): void {
  for (const t of stream.getTracks()) t.stop();
}

/** Reports whether people see themselves in what a camera sends. */
export function facesUser(stream: MediaStream): boolean {
  return stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
}

/** Why there is no camera, in plain words. */
function reason(e: unknown, key: string): string {
  const name = e instanceof DOMException ? e.name : "";
  switch (name) {
    case "NotFoundError":
    case "OverconstrainedError":
      return `No camera was found. Plug one in and press ${key} again.`;
    case "NotAllowedError":
    case "SecurityError":
      return `The browser did not allow the camera. Allow it for this page (beside the address) and press ${key} again.`;
    case "NotReadableError":
    case "AbortError":
      return `The camera is there but sends no picture: perhaps another program is using it. End that one and press ${key} again.`;
  }
  return `The camera could not be started. Press ${key} to try again.`;
}
