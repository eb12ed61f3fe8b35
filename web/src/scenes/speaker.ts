// The presentation's side of the speaker's window.

import type { Action } from "./keys";
import type { FromNotes, Now, ToNotes } from "./notes/message";

export class Speaker {
  readonly name = `steady-notes-${Math.random().toString(36).slice(2)}`; // each presentation has a window of its own
  private readonly channel = new BroadcastChannel(this.name);
  private window: Window | null = null;
  private now: Now | null = null;

  constructor(act: (action: Action, key: string) => void) {
    this.channel.onmessage = ({ data }: MessageEvent<FromNotes>) => {
      if (data.kind === "do") act(data.action, data.key);
      else if (this.now) this.tell(this.now);
    };
  }

  /** Opens the window, or brings it to the front. Reports whether the browser did. */
  open(): boolean {
    this.window = window.open(`notes.html#${this.name}`, this.name, "popup,width=1000,height=700");
    return this.window !== null;
  }

  tell(now: Now): void {
    this.now = now;
    this.send({ kind: "now", now });
  }

  close(): void {
    this.send({ kind: "over" });
    this.channel.close();
  }

  private send(message: ToNotes): void {
    this.channel.postMessage(message);
  }
}
