// What computes: the CPU, or a GPU where the browser offers one.

import type { BackendName, BackendAnswer } from "../lab/protocol";
import type { Session } from "../session/session";
import { byId } from "../ui/dom";
import { errorText } from "../ui/text";

/** With ?software in its address the page takes a GPU that is only emulated: for tests. */
const software = new URLSearchParams(location.search).has("software");

export class BackendChoice {
  private readonly select = byId<HTMLSelectElement>("backend");
  private readonly note = byId("backend-note");
  private wanted: BackendName | "auto" = "auto";
  private running: BackendName = "cpu";
  private offered: Promise<boolean> | null = null;

  constructor(private readonly session: Session) {
    this.select.addEventListener("change", () => {
      this.wanted = this.select.value === "webgpu" ? "webgpu" : "cpu";
      void session.requests.choose({ kind: "backend", says: "Changing over", load: async () => {}, use: () => this.apply() });
    });
    session.answered.listen((answer) => {
      if (answer?.value.backend) this.ran(answer.value.backend);
    });
  }

  /** Has the lab compute the network it has now on what was chosen. */
  async apply(): Promise<void> {
    if (!navigator.gpu || (this.wanted === "auto" && !software && !(await this.hasGPU()))) return;
    try {
      const before = this.running;
      const { value } = await this.session.lab.ask("backend", { backend: this.wanted, software });
      this.show(value);
      if (value.backend !== before) await this.session.look();
    } catch (e) {
      this.ran(this.running);
      this.note.textContent = ` (${errorText(e)})`;
    }
  }

  /** Shows what has computed the last answer. */
  private ran(backend: BackendName): void {
    this.running = backend;
    this.select.value = backend;
  }

  private show(a: BackendAnswer): void {
    const gpu = this.select.options[1]!;
    if (a.adapter) gpu.textContent = `GPU: ${a.adapter}`;
    gpu.hidden = this.select.disabled = gpu.textContent === "";
    this.ran(a.backend);
    this.note.textContent = a.reason ? ` (${a.reason})` : a.times ? ` (${a.times.toFixed(1)} times as fast)` : "";
  }

  /** Whether the browser has any GPU to offer: asking is free, and nothing more is done where it has none. */
  private hasGPU(): Promise<boolean> {
    return (this.offered ??= navigator.gpu.requestAdapter().then(
      (adapter) => adapter !== null && !adapter.info.isFallbackAdapter,
      () => false,
    ));
  }
}
