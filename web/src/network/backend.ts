// What computes: the processor, or a graphics card where the browser offers one.

import type { Lab } from "../lab/lab";
import type { EngineAnswer, EngineName } from "../lab/protocol";
import { at } from "../ui/dom";

/** With ?software in its address the page takes a graphics card that is the processor in disguise: for tests. */
const software = new URLSearchParams(location.search).has("software");

export class EngineChoice {
  private readonly select = at<HTMLSelectElement>("engine");
  private readonly note = at("engine-note");
  private wanted: EngineName | "auto" = "auto";
  private running: EngineName = "cpu";

  constructor(private readonly lab: Lab, private readonly changed: () => void) {
    this.select.addEventListener("change", () => {
      this.wanted = this.select.value === "webgpu" ? "webgpu" : "cpu";
      void this.apply();
    });
  }

  /** Has the lab compute the network it has now on what was chosen. */
  async apply(): Promise<void> {
    if (!navigator.gpu || (this.wanted === "auto" && !software && !(await hasCard()))) return;
    const { value } = await this.lab.ask("engine", { engine: this.wanted, software });
    const before = this.running;
    this.show(value);
    if (value.engine !== before) this.changed();
  }

  private show(a: EngineAnswer): void {
    const card = this.select.options[1]!;
    if (a.adapter) card.textContent = `graphics card: ${a.adapter}`;
    card.hidden = this.select.disabled = card.textContent === "";
    this.ran(a.engine);
    this.note.textContent = a.reason ? ` (${a.reason})` : a.times ? ` (${a.times.toFixed(1)} times as fast)` : "";
  }

  /** Shows what has computed the last answer. */
  ran(engine: EngineName): void {
    this.running = engine;
    this.select.value = engine;
  }
}

let card: Promise<boolean> | null = null;

/** Whether the browser has any graphics card to offer: asking is free, and nothing more is done where it has none. */
function hasCard(): Promise<boolean> {
  return (card ??= navigator.gpu.requestAdapter().then(
    (adapter) => adapter !== null && !adapter.info.isFallbackAdapter,
    () => false,
  ));
}
