// The webcam as the picture: each frame goes through the lab, until one of them is kept.

import type { Session } from "../../session/session";
import { context } from "../../ui/canvas";
import { byId } from "../../ui/dom";
import type { Notice } from "../../ui/notice";
import { errorText } from "../../ui/text";
import { Camera } from "./camera";

export class Webcam {
  private readonly camera = new Camera(byId<HTMLVideoElement>("video"));
  private readonly button = byId<HTMLButtonElement>("webcam");
  private readonly hold = byId("freeze");
  private readonly rate = byId("fps");
  private frames = 0;

  /** ready waits until a frame may be shown. */
  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
    private readonly ready: () => Promise<void>,
  ) {
    this.camera.onframe = (video) => this.frame(video);
    this.camera.onrate = (fps) => (this.rate.textContent = `Live, ${fps.toFixed(0)} frames a second`);
    this.camera.onend = () => {
      this.stop();
      notice.show("The camera stopped sending pictures. Press Webcam to start it again.");
    };
    this.hold.addEventListener("click", () => void this.freeze());
    this.button.addEventListener("click", () => void (session.live ? this.freeze() : this.start()));
    session.freeze = () => this.freeze();
  }

  stop(): void {
    this.camera.stop();
    this.session.live = false;
    this.button.setAttribute("aria-pressed", "false");
    this.hold.hidden = this.rate.hidden = true;
    byId("picture-hint").hidden = false;
  }

  private async start(): Promise<void> {
    this.notice.hide();
    this.button.disabled = true;
    try {
      await this.camera.start();
      if (!this.camera.on) return; // stopped meanwhile
      this.session.live = true;
      this.session.replaced.send();
      this.session.choosePhoto("");
      this.button.setAttribute("aria-pressed", "true");
      this.hold.hidden = this.rate.hidden = false;
      byId("picture-hint").hidden = true;
      this.rate.textContent = "Live";
    } catch (e) {
      this.notice.show(errorText(e));
    } finally {
      this.button.disabled = false;
    }
  }

  /** Stops the webcam and keeps its last frame as the picture. */
  private async freeze(): Promise<void> {
    if (!this.session.live) return;
    const focused = document.activeElement === this.hold;
    this.stop();
    if (focused) this.button.focus(); // the focus must not fall off the page with the button
    await this.session.look();
  }

  private async frame(video: HTMLVideoElement): Promise<void> {
    await this.ready();
    const { session } = this;
    if (!session.live || !session.description || video.videoWidth === 0) return;
    const side = session.description.viewSize;
    const canvas = byId<HTMLCanvasElement>("original-view");
    if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
    const c = context(canvas);
    const crop = Math.min(video.videoWidth, video.videoHeight);
    c.drawImage(video, (video.videoWidth - crop) / 2, (video.videoHeight - crop) / 2, crop, crop, 0, 0, side, side);
    const frame = c.getImageData(0, 0, side, side).data.buffer;
    const size = { width: side, height: side };
    session.pool.keep(frame.slice(0), size); // at once: a gallery that opens now shows this one
    try {
      const answer = await session.lab.ask("frame", { ...session.corruption, ...size, index: this.frames++ }, frame);
      session.images++;
      if (session.live) session.take(answer);
    } catch (e) {
      this.stop();
      this.notice.show(errorText(e));
    }
  }
}
