// The webcam as the picture: each frame goes through the lab, until one of them is kept.

import { UserError } from "../../lab/error";
import type { Session } from "../../session/session";
import { context } from "../../ui/canvas";
import { byId, create } from "../../ui/dom";
import { Camera, facesUser, release } from "./camera";

export class Webcam {
  onfail: (e: unknown) => void = () => {};
  onquiet: (says: string) => void = () => {};

  private readonly camera = new Camera(byId<HTMLVideoElement>("video"));
  private readonly button = byId<HTMLButtonElement>("webcam");
  private readonly hold = byId("freeze");
  private readonly rate = byId("fps");
  private readonly square = create("canvas"); // the frame's middle
  private frames = 0;

  constructor(private readonly session: Session) {
    this.camera.onframe = (video) => this.frame(video);
    this.camera.onrate = (fps) => (this.rate.textContent = `Live, ${fps.toFixed(0)} frames per second`);
    this.camera.onend = () => {
      void this.freeze();
      this.onfail(new UserError("The camera stopped sending pictures. Press Webcam to start it again."));
    };
    this.camera.onquiet = (says) => this.onquiet(says && `${says} Press Webcam to end it.`);
    this.hold.addEventListener("click", () => void this.freeze());
    this.button.addEventListener("click", () => void (session.live ? this.freeze() : this.start()));
    session.freeze = () => this.freeze();
  }

  stop(): void {
    this.camera.stop();
    this.session.live = false;
    this.button.setAttribute("aria-pressed", "false");
    this.hold.hidden = this.rate.hidden = true;
  }

  private async start(): Promise<void> {
    try {
      await this.session.requests.choose({
        kind: "picture",
        says: "Starting the camera",
        load: () => this.camera.open(),
        use: async (stream) => {
          await this.camera.play(stream);
          if (this.camera.on) this.begin(facesUser(stream)); // unless it was stopped meanwhile
        },
        drop: release,
      });
    } catch (e) {
      this.onfail(e);
    }
  }

  private begin(mirrored: boolean): void {
    this.session.setLive({ photo: "webcam", mirrored });
    this.button.setAttribute("aria-pressed", "true");
    this.hold.hidden = this.rate.hidden = false;
    this.rate.textContent = "Live";
  }

  /** Stops the webcam and keeps its last frame as the picture. */
  private async freeze(): Promise<void> {
    if (!this.session.live) return;
    const focused = document.activeElement === this.hold;
    this.stop();
    if (focused) this.button.focus(); // the focus must not fall off the page with the button
    try {
      await this.session.look();
    } catch (e) {
      this.onfail(e);
    }
  }

  private async frame(video: HTMLVideoElement): Promise<void> {
    const { session } = this;
    await session.requests.hold();
    if (!session.live || !session.description || video.videoWidth === 0) return;
    const side = session.description.viewSize;
    const pixels = this.cut(video, side);
    const size = { width: side, height: side };
    session.pool.keep(pixels.data.slice(0).buffer, size); // at once: a gallery that opens now shows this one
    try {
      await session.show(async (corruption) => {
        const answer = await session.lab.ask("frame", { ...corruption, ...size, index: this.frames++ }, pixels.data.slice(0).buffer);
        session.images++;
        this.draw(pixels); // beside what the network says of it
        return answer;
      });
    } catch (e) {
      this.stop();
      this.onfail(e);
    }
  }

  /** Returns the middle of a frame. */
  private cut(video: HTMLVideoElement, side: number): ImageData {
    if (this.square.width !== side) this.square.width = this.square.height = side;
    const c = context(this.square);
    const crop = Math.min(video.videoWidth, video.videoHeight);
    c.drawImage(video, (video.videoWidth - crop) / 2, (video.videoHeight - crop) / 2, crop, crop, 0, 0, side, side);
    return c.getImageData(0, 0, side, side);
  }

  private draw(pixels: ImageData): void {
    const canvas = byId<HTMLCanvasElement>("original-view");
    if (canvas.width !== pixels.width) canvas.width = canvas.height = pixels.width;
    context(canvas).putImageData(pixels, 0, 0);
  }
}
