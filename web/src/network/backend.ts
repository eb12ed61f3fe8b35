// What computes: the CPU, or a GPU where the browser offers one. A trial with the network decides, unless the visitor does.

import type { BackendAnswer, BackendName } from "../lab/protocol";
import type { Session } from "../session/session";
import { byId } from "../ui/dom";
import { errorText } from "../ui/text";
import { words } from "./trial";

/** With ?software in its address the page takes a GPU that is only emulated: for tests. */
const software = new URLSearchParams(location.search).has("software");

export class BackendChoice {
  private readonly select = byId<HTMLSelectElement>("backend");
  private readonly note = byId("backend-note");
  private wanted: BackendName | "auto" = "auto";
  private answer: BackendAnswer = { backend: "cpu" };
  private offered: Promise<boolean> | null = null;

  constructor(private readonly session: Session) {
    this.select.addEventListener("change", () => {
      const wanted = this.select.value;
      this.wanted = wanted === "webgpu" || wanted === "cpu" ? wanted : "auto";
      void session.requests.choose({ kind: "backend", says: "Changing over", load: async () => {}, use: () => this.apply() });
    });
    session.answered.listen((answer) => {
      const backend = answer?.value.backend;
      if (backend && backend !== this.answer.backend) this.show({ ...this.answer, backend, reason: this.answer.reason ?? "the GPU failed" });
    });
  }

  /** Has the lab compute the network it has now on what was chosen. */
  async apply(): Promise<void> {
    if (!navigator.gpu || (this.wanted === "auto" && !software && !(await this.hasGPU()))) {
      this.note.textContent = "the CPU, for this browser offers no GPU.";
      return;
    }
    try {
      const before = this.answer.backend;
      const { value } = await this.session.lab.ask("backend", { backend: this.wanted, software });
      this.show(value);
      if (value.backend !== before) await this.session.look();
    } catch (e) {
      this.note.textContent = errorText(e);
    }
  }

  private show(a: BackendAnswer): void {
    this.answer = a;
    const gpu = this.select.querySelector<HTMLOptionElement>("option[value=webgpu]")!;
    if (a.adapter) gpu.textContent = `the GPU: ${a.adapter}`;
    gpu.hidden = this.select.disabled = gpu.textContent === "";
    this.select.value = this.wanted;
    this.select.dataset["runs"] = a.backend;
    this.note.textContent = words(this.wanted, a);
  }

  /** Whether the browser has any GPU to offer: asking is free, and nothing more is done where it has none. */
  private hasGPU(): Promise<boolean> {
    return (this.offered ??= navigator.gpu.requestAdapter().then(
      (adapter) => adapter !== null && !adapter.info.isFallbackAdapter,
      () => false,
    ));
  }
}
