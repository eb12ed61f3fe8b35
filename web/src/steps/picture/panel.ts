// The first step: the picture, one of those that come with the page or the visitor's own.

import { download } from "../../session/download";
import type { Session, Size } from "../../session/session";
import { byId, create } from "../../ui/dom";
import type { Notice } from "../../ui/notice";
import { bytes, errorText } from "../../ui/text";
import { decodeInBrowser, onlyInBrowser } from "./decode";
import { findPhoto, kindFor, type Photo, photos } from "./photos";
import type { Webcam } from "./webcam";

const maxFileBytes = 64e6;

/** An image that has been read: a file, or RGBA pixels when there is a size. */
interface Read {
  data: ArrayBuffer;
  size: Size | undefined;
}

const encoded = (data: ArrayBuffer): Read => ({ data, size: undefined });
const pixels = ({ data, width, height }: ImageData): Read => ({ data: data.buffer as ArrayBuffer, size: { width, height } });

export class PicturePanel {
  private readonly list = byId("photos");
  private round = 0; // what an older choice brings is dropped

  constructor(
    private readonly session: Session,
    private readonly notice: Notice,
    private readonly webcam: Webcam,
  ) {
    session.photoChosen.listen(() => this.press());
  }

  /** Offers the photographs of a kind. */
  offer(kind: Photo["kind"]): void {
    const buttons = photos
      .filter((p) => p.kind === kind)
      .map((p) => {
        const b = create("button");
        b.type = "button";
        b.title = p.title;
        b.dataset["name"] = p.name;
        const i = create("img", p.kind === "garment" ? "pixels" : "");
        i.src = p.thumb;
        i.alt = p.title;
        i.width = i.height = 128;
        b.append(i);
        b.addEventListener("click", () => void this.choose(p));
        return b;
      });
    this.list.replaceChildren(...buttons);
    this.press();
  }

  /** Offers what the network knows; if exchange, a photograph that it does not know is exchanged. */
  async suit(classes: readonly string[], exchange: boolean): Promise<void> {
    const kind = kindFor(classes);
    const first = photos.find((p) => p.kind === kind)!;
    if (this.list.querySelector("button")?.dataset["name"] !== first.name) this.offer(kind);
    const now = findPhoto(this.session.photo);
    if (exchange && !this.session.live && now && now.kind !== kind) await this.choose(first);
  }

  /** Shows an image file of the visitor. */
  async open(file: File): Promise<void> {
    this.notice.hide();
    try {
      if (file.size > maxFileBytes) throw new Error(`This file has ${bytes(file.size)}; the page takes pictures up to ${bytes(maxFileBytes)}.`);
      await this.replace("", onlyInBrowser(file) ? decodeInBrowser(file).then(pixels) : file.arrayBuffer().then(encoded));
    } catch (e) {
      this.notice.show(errorText(e));
    }
  }

  /** Loads a photograph and shows it. */
  load(p: Photo): Promise<void> {
    return this.replace(p.name, download(p.file).then(encoded));
  }

  private async choose(p: Photo): Promise<void> {
    try {
      await this.load(p);
    } catch (e) {
      this.notice.show(errorText(e));
    }
  }

  /** Shows an image once it is read, unless another was chosen meanwhile. */
  private async replace(photo: string, read: Promise<Read>): Promise<void> {
    const round = ++this.round;
    try {
      const { data, size } = await read;
      if (round !== this.round) return;
      this.webcam.stop();
      await this.session.setImage(data, photo, size);
      this.session.changed.send();
    } catch (e) {
      if (round === this.round) throw e;
    }
  }

  private press(): void {
    const { photo } = this.session;
    for (const b of this.list.querySelectorAll("button")) b.setAttribute("aria-pressed", String(b.dataset["name"] === photo));
    const p = findPhoto(photo);
    byId("credit").textContent = p ? `${p.title}. ${p.credit}` : "";
  }
}
