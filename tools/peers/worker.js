// A worker of tools/peers: the engine with one model, which does a pass for each message.
'use strict';

importScripts('/wasm_exec.js');

let net, x, out;

onmessage = async ({ data }) => {
  try {
    if (data.module) {
      const go = new Go();
      go.run(await WebAssembly.instantiate(data.module, go.importObject));
      net = steadySpeed(data.onnx, data.batch, new Array(data.batch).fill(0));
      if (typeof net === 'string') throw new Error(net);
      x = new Float32Array(data.batch * data.image.reduce((a, b) => a * b, 1)).fill(0.5);
      out = { forward: new Float32Array(data.batch * data.classes), gradient: new Float32Array(x.length) };
    } else {
      const wrong = net[data.job](new Uint8Array(x.buffer), new Uint8Array(out[data.job].buffer));
      if (wrong) throw new Error(wrong);
    }
    postMessage({});
  } catch (e) {
    postMessage({ wrong: String(e) });
  }
};
