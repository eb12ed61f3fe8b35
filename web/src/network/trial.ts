// What computes, in words.

import type { BackendAnswer, BackendName } from "../lab/protocol";

/** What computes, and why, in a sentence that goes on after "Runs on: automatic choice". */
export function words(wanted: BackendName | "auto", { backend, cpu, gpu, reason }: BackendAnswer): string {
  const runs = backend === "cpu" ? "the CPU" : "the GPU";
  const tried = cpu && gpu ? `${rate(gpu)} pictures a second against ${rate(cpu)}` : "";
  if (wanted === "cpu") return "";
  if (wanted === "webgpu") return backend === "webgpu" ? "" : `${runs}: ${reason ?? "the GPU failed"}.`;
  if (backend === "webgpu") return tried ? `the GPU, ${(gpu! / cpu!).toFixed(1)} times as fast here (${tried}).` : "the GPU.";
  return tried ? `the CPU, for the GPU is slower with this network (${tried}).` : `the CPU: ${reason ?? "there is no GPU"}.`;
}

const rate = (perSecond: number) => (perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en"));
