// Runs a Go test program, compiled to WebAssembly, in a worker that has the lab's way to a GPU; the
// arguments come in the address. It tells the page each line and, at last, the exit code.

import { openGPU } from "../../src/lab/gpu";

declare const Go: new () => {
  argv: string[];
  importObject: WebAssembly.Imports;
  exit: (code: number) => void;
  run(i: WebAssembly.Instance): Promise<void>;
};
const scope = self as unknown as { importScripts(url: string): void; postMessage(m: unknown): void; steadyGPU: typeof openGPU };

scope.steadyGPU = openGPU;
console.log = (...line: unknown[]) => scope.postMessage(line.join(" ")); // where wasm_exec.js writes to

async function start(): Promise<void> {
  scope.importScripts("wasm_exec.js");
  const go = new Go();
  go.argv = ["test", ...new URLSearchParams(location.search).getAll("arg")];
  go.exit = (code) => scope.postMessage(code);
  const { instance } = await WebAssembly.instantiateStreaming(fetch("test.wasm"), go.importObject);
  await go.run(instance);
}

start().catch((e: unknown) => {
  scope.postMessage(String(e));
  scope.postMessage(1);
});
