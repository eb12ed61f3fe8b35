// Whether this browser can run the lab.

/** A module of a few bytes with one SIMD instruction: the lab is compiled for these. */
const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

/** Returns why this browser cannot run the lab, or nothing. */
export function unsupported(): string {
  if (location.protocol === "file:") {
    return "This page was opened as a file, and browsers do not let a file start what computes. Serve its folder: steady serve --open --dir FOLDER, or any web server on this machine.";
  }
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) {
    return "This browser has no WebAssembly, or it is switched off, and Steady needs it. Use a current Firefox, Chrome, Edge or Safari (without lockdown mode).";
  }
  if (!WebAssembly.validate(simd)) {
    return "This browser's WebAssembly lacks SIMD instructions, which Steady needs. A version from 2023 or later has them.";
  }
  return "";
}
