// Has the browser keep the site, says so, and offers a new version without ever forcing it.

import { frugal } from "../session/frugal";
import { create } from "../ui/dom";
import { isLocal } from "./files";
import type { Order } from "./worker";

const script = "service-worker.js";

export class Keeper {
  private readonly line = create("p", "");
  private chip: HTMLElement | null = null;
  private asked = false; // this page is to be of the new version

  constructor() {
    this.line.id = "offline";
    this.line.setAttribute("role", "status");
    document.querySelector("footer")?.append(this.line);
  }

  /** Has the site kept, when the page has nothing more urgent to load. What a browser does not let it keep, it loads again. */
  async start(): Promise<void> {
    const { serviceWorker } = navigator;
    if (!serviceWorker || frugal || window !== top) return; // none in http from another machine, and in some private windows
    const { controller } = serviceWorker;
    try {
      const kept = await serviceWorker.register(script, { updateViaCache: "none" });
      if (controller) void this.sayIfAlone();
      this.watch(kept, controller !== null);
      const { active } = await serviceWorker.ready;
      if (!controller) this.keepLoaded(active!);
      if (this.line.textContent === "") this.line.textContent = "Kept in this browser: it works offline.";
    } catch {
      // The page works without.
    }
  }

  /** Offers a version that comes, or has come, and takes over if it was asked for. */
  private watch(kept: ServiceWorkerRegistration, had: boolean): void {
    const { serviceWorker } = navigator;
    const offer = (worker: ServiceWorker) => {
      if (!serviceWorker.controller || isLocal(location.hostname)) return; // the first, or one that takes over by itself
      this.show("A new version of this page is ready.", "Use it now", () => {
        this.asked = true;
        worker.postMessage({ use: true } satisfies Order);
      });
    };
    const follow = (worker: ServiceWorker | null) => {
      worker?.addEventListener("statechange", () => {
        if (worker.state === "installed") offer(worker);
      });
    };
    if (kept.waiting) offer(kept.waiting);
    follow(kept.installing);
    kept.addEventListener("updatefound", () => follow(kept.installing));
    serviceWorker.addEventListener("controllerchange", () => {
      if (this.asked) return location.reload();
      const another = had && !isLocal(location.hostname);
      if (another) this.show("Another tab has changed to a new version of this page.", "Reload", () => location.reload());
      had = true;
    });
  }

  /** What the page loads before a worker is in charge is kept like what it loads afterwards. */
  private keepLoaded(worker: ServiceWorker): void {
    new PerformanceObserver((list) => {
      worker.postMessage({ keep: list.getEntries().map((e) => e.name) } satisfies Order);
    }).observe({ type: "resource", buffered: true });
  }

  /** Says that the server is gone, if it is, so that nobody takes what was kept for the newest. */
  private async sayIfAlone(): Promise<void> {
    try {
      await fetch(script, { method: "HEAD", cache: "no-store" });
    } catch {
      const text = "The server does not answer: this is the copy that your browser keeps.";
      this.line.textContent = text;
      if (isLocal(location.hostname)) this.show(text, "Try again", () => location.reload(), "Close");
    }
  }

  private show(text: string, label: string, act: () => void, otherwise = "Later"): void {
    this.chip?.remove();
    const chip = (this.chip = create("div", "chip"));
    const says = create("p", "", text);
    says.setAttribute("role", "status");
    const button = create("button", "", label);
    const close = create("button", "quiet", otherwise);
    for (const b of [button, close]) b.type = "button";
    button.id = "chip-act";
    button.addEventListener("click", act);
    close.addEventListener("click", () => chip.remove());
    chip.append(says, button, close);
    document.body.append(chip);
  }
}
