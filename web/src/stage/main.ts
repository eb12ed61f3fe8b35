// The stage, over the page: a frame in which a program of its own draws (frame.ts), a bar with its keys, and what it says to people
// who do not see it. Its requests go to the page's lab by a channel of their own.

import { UserError } from "../lab/error";
import { visible } from "../lab/visible";
import type { Session } from "../session/session";
import { context } from "../ui/canvas";
import { byId, create } from "../ui/dom";
import { errorText } from "../ui/text";
import { attackText, type PageAttack } from "./attack";
import { keyName, label } from "./keys";
import { type Begin, isFrom, type Key, type Pixels, type ToFrame, type ToPage } from "./messages";

const least = 224; // pixels of a frame's side

const usualEps = 8; // 255ths

/** Keys that need no button beside the one that closes the stage. */
const leaving: readonly string[] = ["q", "escape"];

/** Shows the stage, with an attack; is over when it has been left. */
export async function open(session: Session, attack: PageAttack): Promise<void> {
  const { network, description, corruption, live } = session;
  if (!network || !description) throw new UserError("The stage needs a network: wait for it, or choose one.");
  await session.freeze();
  const begin: Begin = {
    begin: {
      network: network.source.title,
      corruptions: description.corruptions.map(({ name, label }) => ({ name, label: label.replaceAll("_", " ") })),
      corruption: corruption.corruption,
      severity: corruption.severity,
      eps: Math.min(Math.max(Math.round((attack.norm === "linf" && attack.values["eps"]) || usualEps), 1), 255),
      attack: 3,
      chosen: attackText(attack),
      calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
    },
    picture: { ...pixelsOf("original-view"), name: "picture" },
    camera: live,
    side: Math.max(least, network.input[1], network.input[2]),
  };
  await new Overlay(session, begin).over;
}

/** Returns what a canvas shows. */
function pixelsOf(id: string): Pixels {
  const canvas = byId<HTMLCanvasElement>(id);
  const { width, height } = canvas;
  return { pixels: context(canvas).getImageData(0, 0, width, height).data, width, height };
}

class Overlay {
  readonly over: Promise<void>;

  private readonly dialog = create("dialog", "stage-over");
  private readonly frame = create("iframe");
  private readonly keys = create("div", "stage-keys");
  private readonly loading = create("progress");
  private readonly close = create("button", "quiet", "Close");
  private readonly says = create("p", "sr"); // politely
  private readonly alerts = create("p", "stage-alert"); // on a small screen for all

  constructor(
    private readonly session: Session,
    private readonly begin: Begin,
  ) {
    const { dialog, frame, keys, loading, close, says, alerts } = this;
    dialog.setAttribute("aria-label", "The live stage");
    frame.title = "The live stage: a moving picture, the same corrupted and attacked, and what the network answers. Esc leaves it.";
    frame.allow = "camera; fullscreen";
    frame.src = "stage.html";
    keys.setAttribute("role", "group");
    keys.setAttribute("aria-label", "Keys of the stage");
    loading.setAttribute("aria-label", "Loading the stage");
    says.setAttribute("role", "status");
    alerts.setAttribute("role", "alert");
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    const bar = create("div", "stage-bar");
    bar.append(keys, loading, close);
    dialog.append(bar, alerts, frame, says);
    dialog.addEventListener("keydown", (e) => this.forward(e));
    dialog.addEventListener("cancel", (e) => {
      if (keys.childElementCount === 0) return; // nobody there to ask
      e.preventDefault();
      this.post({ press: "escape" });
    });
    const receive = (e: MessageEvent<ToPage>) => {
      if (isFrom(e, frame.contentWindow)) this.receive(e.data);
    };
    addEventListener("message", receive);
    this.over = new Promise((over) =>
      dialog.addEventListener("close", () => {
        removeEventListener("message", receive);
        session.lab.connect(null);
        dialog.remove(); // and all of its memory with the frame
        over();
      }),
    );
    document.body.append(dialog);
    dialog.showModal();
  }

  private post(message: ToFrame, transfer: Transferable[] = []): void {
    this.frame.contentWindow?.postMessage(message, location.origin, transfer);
  }

  /** Passes keys on that come while a button of the bar has the focus. */
  private forward(e: KeyboardEvent): void {
    const key = keyName(e);
    if (!key || ["tab", "escape"].includes(key)) return; // the browser's, here
    if (e.target instanceof HTMLButtonElement && [" ", "Enter"].includes(e.key)) return;
    e.preventDefault();
    this.post({ press: key });
  }

  private receive(m: ToPage): void {
    switch (m.stage) {
      case "here": {
        // Each time that its script begins: a browser that loses its GPU loads the frame again.
        const { port1, port2 } = new MessageChannel();
        this.session.lab.connect(port1, (why) => this.fail(why));
        return this.post(this.begin, [port2]);
      }
      case "loading":
        this.loading.max = m.total;
        this.loading.value = m.loaded;
        return;
      case "ready":
        this.loading.remove();
        this.keys.replaceChildren(...m.keys.filter(({ key }) => !leaving.includes(key)).map((k) => this.button(k)));
        this.frame.focus();
        this.frame.contentWindow?.focus();
        return;
      case "say":
        this.says.textContent = visible(m.text);
        return;
      case "alert":
        this.alerts.textContent = m.text;
        return;
      case "failed":
        return this.fail(m.text);
      case "leave":
        return this.dialog.close();
    }
  }

  /** A button in the place of a key. */
  private button({ key, help }: Key): HTMLButtonElement {
    const b = create("button", "", label(key));
    b.type = "button";
    b.title = help;
    b.setAttribute("aria-label", `${label(key)}: ${help}`);
    b.dataset["key"] = key;
    b.addEventListener("click", () => this.post({ press: key }));
    return b;
  }

  private fail(text: string): void {
    const line = create("p", "wrong stage-failed", errorText(new UserError(text)));
    line.setAttribute("role", "alert");
    this.loading.remove();
    this.keys.replaceChildren();
    this.frame.replaceWith(line);
    this.close.focus();
  }
}
