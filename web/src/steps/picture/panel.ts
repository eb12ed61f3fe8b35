// The first step: the picture, one of those that come with the page or the visitor's own.

import { UserError } from "../../lab/error";
import { visible } from "../../lab/visible";
import { download } from "../../session/download";
import type { Session } from "../../session/session";
import { context } from "../../ui/canvas";
import { byId, create } from "../../ui/dom";
import { ErrorLine } from "../../ui/notice";
import { bytes } from "../../ui/text";
import { type Read, readOwn, readPicture } from "./decode";
import { findPhoto, hasClassFor, kindFor, type Photo, photos } from "./photos";
import type { Webcam } from "./webcam";

const maxFileBytes = 64e6;

/** Shows the middle of a picture that has been decoded, until the lab has an answer. */
function preview({ data, size }: Read): void {
  if (!size) return;
  const { width, height } = size;
  const canvas = byId<HTMLCanvasElement>("original-view");
  canvas.width = canvas.height = Math.min(width, height);
  context(canvas).putImageData(new ImageData(new Uint8ClampedArray(data), width, height), -Math.floor((width - canvas.width) / 2), -Math.floor((height - canvas.height) / 2));
}

export class PicturePanel {
  private readonly list = byId("photos");
  private readonly wrong = new ErrorLine("picture-wrong");
  private kind: Photo["kind"] = "photograph";

  constructor(
    private readonly session: Session,
    private readonly webcam: Webcam,
  ) {
    session.pictureChanged.listen(() => this.offer(this.kind));
    session.requests.asked.listen(() => this.wrong.clear());
    session.networkLoaded.listen(() => this.press());
    webcam.onfail = (e) => this.wrong.show(e);
    webcam.onquiet = (says) => (says ? this.wrong.show(new UserError(says)) : this.wrong.clear());
  }

  /** Offers the photographs of a kind, and the one that is shown. */
  offer(kind: Photo["kind"]): void {
    this.kind = kind;
    const offered = photos.filter((p) => p.kind === kind || p.name === this.session.origin.photo);
    const there = [...this.list.querySelectorAll("button")].map((b) => b.dataset["name"]);
    if (String(there) !== String(offered.map((p) => p.name))) this.list.replaceChildren(...offered.map((p) => this.button(p)));
    this.press();
  }

  private button(p: Photo): HTMLButtonElement {
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
  }

  /** Offers what the network knows; if exchange, a photograph that it does not know is exchanged, unless another picture is being loaded. */
  async suit(classes: readonly string[], exchange: boolean): Promise<void> {
    const { session } = this;
    const kind = kindFor(classes);
    const now = findPhoto(session.origin.photo);
    if (exchange && !session.live && !session.requests.open("picture") && now && now.kind !== kind) {
      await this.choose(photos.find((p) => p.kind === kind)!, true);
    }
    this.offer(kind);
  }

  /** Shows an image file of the visitor. */
  open(file: File): Promise<void> {
    return this.request("own", `Opening ${visible(file.name)}`, async () => {
      if (file.size > maxFileBytes) throw new UserError(`This file is ${bytes(file.size)}; the page takes pictures up to ${bytes(maxFileBytes)}.`);
      return readPicture(file);
    });
  }

  /** Shows a photograph that comes with the page; unasked if the visitor did not choose it. */
  choose(p: Photo, unasked = false): Promise<void> {
    const load = async () => {
      const read = await readOwn(await download(p.file));
      if (!this.session.original) preview(read);
      return read;
    };
    return this.request(p.name, `Loading ${p.title}`, load, unasked);
  }

  private async request(photo: string, says: string, load: () => Promise<Read>, unasked = false): Promise<void> {
    const use = async ({ data, size }: Read) => {
      this.webcam.stop(); // first: a frame in between would take the picture's place
      await this.session.setImage(data, { photo, mirrored: false }, size);
    };
    try {
      await this.session.requests.choose({ kind: "picture", says, unasked, load, use });
    } catch (e) {
      this.wrong.show(e);
    }
  }

  private press(): void {
    const { photo, mirrored } = this.session.origin;
    for (const b of this.list.querySelectorAll("button")) b.setAttribute("aria-pressed", String(b.dataset["name"] === photo));
    const p = findPhoto(photo);
    byId("credit").textContent = p ? `${p.title}. ${p.credit}` : "";
    const { classes, network } = this.session;
    byId("no-class").hidden = !p || !network || network.source.key === "own" || hasClassFor(p, classes); // names of others may be anything
    document.body.classList.toggle("mirrored", mirrored);
  }
}
