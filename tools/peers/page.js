// The page of tools/peers: engines with one interface, timed in turns.
//
// An engine has open(model) -> jobs, an object of functions that each give a Float32Array: forward (logits), gradient
// (of the summed cross-entropy with respect to the images, N×C×H×W) and pgd.
'use strict';

const eps = 8 / 255, alpha = 2 / 255, steps = 10;
const bytes = (a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
const load = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());

const engines = {
  async steady() {
    const go = new Go();
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/speed.wasm'), go.importObject);
    go.run(instance);
    return {
      open(m) {
        const net = steadySpeed(m.onnx, m.batch, m.labels);
        if (typeof net === 'string') throw new Error(net);
        const out = { forward: m.batch * m.graph.classes, gradient: m.x.length, pgd: m.x.length };
        const job = (name) => async () => {
          const y = new Float32Array(out[name]);
          const wrong = net[name](bytes(m.x), bytes(y));
          if (wrong) throw new Error(wrong);
          return y;
        };
        return { forward: job('forward'), gradient: job('gradient'), pgd: job('pgd') };
      },
    };
  },

  async ort() {
    const ort = await import('/packages/onnxruntime-web/dist/ort.wasm.min.mjs');
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = '/packages/onnxruntime-web/dist/';
    ort.env.logLevel = 'error';
    const session = (onnx) => ort.InferenceSession.create(onnx, { graphOptimizationLevel: 'all' });
    return {
      async open(m) {
        const shape = [m.batch, ...m.graph.image];
        const s = await session(m.onnx);
        const jobs = {
          forward: async () => {
            const out = await s.run({ [s.inputNames[0]]: new ort.Tensor('float32', m.x, shape) });
            return out[s.outputNames[0]].data;
          },
        };
        if (!m.backward) return jobs;
        const back = await session(m.backward);
        const hot = new Float32Array(m.batch * m.graph.classes);
        m.labels.forEach((l, i) => { hot[i * m.graph.classes + l] = 1; });
        const onehot = new ort.Tensor('float32', hot, [m.batch, m.graph.classes]);
        const step = async (x) => (await back.run({ x: new ort.Tensor('float32', x, shape), onehot })).dx.data;
        jobs.gradient = async () => step(m.x);
        jobs.pgd = async () => {
          const a = m.x.slice();
          for (let k = 0; k < steps; k++) {
            const d = await step(a);
            for (let i = 0; i < a.length; i++) {
              const v = a[i] + alpha * Math.sign(d[i]);
              a[i] = Math.min(1, m.x[i] + eps, Math.max(0, m.x[i] - eps, v));
            }
          }
          return a;
        };
        return jobs;
      },
    };
  },

  async tfjs() {
    tf.wasm.setWasmPaths('/packages/@tensorflow/tfjs-backend-wasm/dist/');
    tf.wasm.setThreadsCount(1);
    await tf.setBackend('wasm');
    await tf.ready();
    return {
      open(m) {
        const net = network(m);
        const labels = tf.oneHot(tf.tensor1d(m.labels, 'int32'), m.graph.classes).toFloat();
        const images = () => tf.tensor4d(m.x, [m.batch, ...m.graph.image]).transpose([0, 2, 3, 1]);
        const gradient = tf.grad((x) => tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(net(x, false))))));
        const result = (f) => async () => {
          const y = tf.tidy(f);
          const data = await y.data();
          y.dispose();
          return data;
        };
        const forward = result(() => net(images(), true));
        if (m.graph.layers.some((l) => l.op === 'depthwise')) return { forward }; // its wasm backend lacks their gradient
        return {
          forward,
          gradient: result(() => gradient(images()).transpose([0, 3, 1, 2])),
          pgd: result(() => {
            const x = images(), low = x.sub(eps), high = x.add(eps);
            let a = x;
            for (let k = 0; k < steps; k++) {
              a = tf.tidy(() => tf.minimum(tf.maximum(a.add(gradient(a).sign().mul(alpha)), low), high).clipByValue(0, 1));
            }
            return a.transpose([0, 3, 1, 2]);
          }),
        };
      },
    };
  },
};

// network builds a TensorFlow.js function of a description (graph.go). fused takes its fused convolutions, which are
// faster but whose gradient its wasm backend lacks.
function network(m) {
  const all = new Float32Array(m.weights.buffer);
  const tensor = (t, axes) => {
    const v = tf.tensor(all.slice(t.offset, t.offset + t.shape.reduce((a, b) => a * b, 1)), t.shape);
    return tf.keep(axes ? v.transpose(axes) : v);
  };
  const layers = m.graph.layers;
  const readers = new Array(layers.length + 1).fill(0);
  for (const l of layers) for (const v of l.in) readers[v]++;
  for (const l of layers) {
    if (l.weight) l.w = tensor(l.weight, { conv: [2, 3, 1, 0], depthwise: [2, 3, 0, 1], linear: [1, 0] }[l.op]);
    if (l.bias) l.b = tensor(l.bias);
    if (l.scale) l.s = tensor(l.scale);
  }
  const sides = ([top, left, bottom, right]) => [[0, 0], [top, bottom], [left, right], [0, 0]];
  const conv = (name) => (l, [x], fused, activation) => {
    const [top, left, bottom, right] = l.pads;
    const pad = top === left && top === bottom && top === right ? top : sides(l.pads);
    if (fused) {
      return tf.fused[name]({ x, filter: l.w, strides: l.stride, pad, bias: l.b, activation: activation ?? 'linear',
        dimRoundingMode: 'floor' });
    }
    const y = tf[name](x, l.w, l.stride, pad, 'NHWC', 1, 'floor');
    return l.b ? y.add(l.b) : y;
  };
  const activation = (l) => (l?.op === 'relu' ? 'relu' : l?.op === 'clip' && l.min === 0 && l.max === 6 ? 'relu6' : undefined);
  const run = {
    conv: conv('conv2d'),
    depthwise: conv('depthwiseConv2d'),
    linear: (l, [x]) => { const y = tf.matMul(x.reshape([m.batch, -1]), l.w); return l.b ? y.add(l.b) : y; },
    affine: (l, [x]) => { const y = l.s ? x.mul(l.s) : x; return l.b ? y.add(l.b) : y; },
    maxpool: (l, [x]) => {
      const p = l.pads.some((v) => v > 0) ? tf.pad(x, sides(l.pads), -Infinity) : x;
      return tf.maxPool(p, l.kernel, l.stride, 'valid');
    },
    relu: (l, [x]) => tf.relu(x),
    clip: (l, [x]) => tf.clipByValue(x, l.min, l.max),
    add: (l, [a, b]) => tf.add(a, b),
    concat: (l, xs) => tf.concat(xs, 3),
    mean: (l, [x]) => tf.mean(x, [1, 2], true),
    reshape: (l, [x]) => { // only after the planes have shrunk to one element, where the order of axes does not matter
      if (x.shape[1] * x.shape[2] !== 1) throw new Error('reshape of a plane is not translated');
      return x.reshape([m.batch, ...l.shape]);
    },
  };
  return (x, fused) => {
    const values = [x];
    for (let i = 0; i < layers.length; i++) {
      const l = layers[i], next = layers[i + 1];
      const after = fused && (l.op === 'conv' || l.op === 'depthwise') && next?.in[0] === i + 1 && readers[i + 1] === 1
        ? activation(next) : undefined;
      values.push(run[l.op](l, l.in.map((v) => values[v]), fused, after));
      if (after) { values.push(values[++i]); }
    }
    return values[m.graph.output].reshape([m.batch, m.graph.classes]);
  };
}

async function predictions(m) {
  const zeros = new Array(m.batch).fill(0);
  const logits = await window.started.steady.open({ ...m, labels: zeros }).forward();
  return zeros.map((_, i) => {
    const row = logits.subarray(i * m.graph.classes, (i + 1) * m.graph.classes);
    return row.indexOf(Math.max(...row));
  });
}

window.started = {};
window.jobs = {};

// open reads a model and opens it in every engine.
async function open(names, model, batch) {
  const m = { batch, onnx: await load(`/models/${model.name}/model.onnx`), graph: model.graph };
  m.weights = await load(`/models/${model.name}/weights`);
  if (model.backward.includes(batch)) m.backward = await load(`/models/${model.name}/backward${batch}.onnx`);
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647; // Park and Miller's generator
  m.x = Float32Array.from({ length: batch * m.graph.image.reduce((a, b) => a * b, 1) }, random);
  for (const name of names) window.started[name] ??= await engines[name]();
  m.labels = await predictions(m); // of a picture that is wrong from the start the attacks would leave
  for (const name of names) window.jobs[name] = await window.started[name].open(m);
  return Object.fromEntries(names.map((name) => [name, Object.keys(window.jobs[name])]));
}

// warm runs a job for a while, so that the browser's optimizing compiler is done with it, and gives its answer.
async function warm(engine, job, ms) {
  let y;
  for (const end = performance.now() + ms; ;) {
    y = await window.jobs[engine][job]();
    if (performance.now() >= end) return Array.from(y.subarray(0, 4096));
  }
}

// sample gives the milliseconds of one run, as the mean of as many as fill the time, at least one.
async function sample(engine, job, ms) {
  const run = window.jobs[engine][job];
  const begin = performance.now();
  for (let n = 1; ; n++) {
    await run();
    const took = performance.now() - begin;
    if (took >= ms) return took / n;
  }
}

// openWorkers starts workers that each have the engine and a model: compiled once, posted to each.
async function openWorkers(count, model, batch) {
  const module = await WebAssembly.compileStreaming(fetch('/speed.wasm'));
  const onnx = await load(`/models/${model.name}/model.onnx`);
  window.workers = Array.from({ length: count }, () => new Worker('/worker.js'));
  for (const w of window.workers) await ask(w, { module, onnx, batch, image: model.graph.image, classes: model.graph.classes });
  return true;
}

// ask asks a worker something and waits for it.
function ask(worker, question) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.wrong ? reject(new Error(data.wrong)) : resolve());
    worker.onerror = (e) => reject(new Error(e.message));
    worker.postMessage(question);
  });
}

// share has some of the workers do a number of passes, each taking one when it is free, and gives the milliseconds.
async function share(job, count, passes) {
  let left = passes;
  const begin = performance.now();
  await Promise.all(window.workers.slice(0, count).map(async (w) => { while (left-- > 0) await ask(w, { job }); }));
  return performance.now() - begin;
}
