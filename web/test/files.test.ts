import assert from "node:assert/strict";
import test from "node:test";

import { holdsNetwork, isPicture, joined, networkFiles, taken } from "../src/network/files";

const files = (...names: string[]) => names.map((name) => ({ name, type: "" }) as File);

test("a network, its weights and its class names come in any order", () => {
  const all = files("model.onnx.data", "cat.JPG", "labels.txt", "Model.ONNX", "weights");
  const { model, weights, names } = networkFiles(all);
  assert.deepEqual([model?.name, weights.map((f) => f.name), names?.name], ["Model.ONNX", ["model.onnx.data", "weights"], "labels.txt"]);
  assert.ok(holdsNetwork(all) && !holdsNetwork(files("model.onnx.data", "cat.jpg")));
  assert.equal(networkFiles([]).model, undefined);
  assert.deepEqual(networkFiles(files("a.onnx", "w", "b.onnx", "c.onnx")).more.map((f) => f.name), ["b.onnx", "c.onnx"]);
});

test("weights that come later join the network, in place of those of their name", () => {
  const all = networkFiles(files("a.onnx", "a.data", "b.data"));
  const again = networkFiles(files("b.data", "c.data"));
  const { model, weights } = joined(all, again);
  assert.equal(model, all.model);
  assert.deepEqual(weights, [all.weights[0], ...again.weights]);
  const other = networkFiles(files("b.onnx"));
  assert.equal(joined(all, other), other);
  assert.deepEqual(joined(all, networkFiles(files("names.txt"))).weights, all.weights);
});

test("pictures are known by type or name", () => {
  assert.ok(files("a.webp", "b.HEIC", "c.ppm").every(isPicture));
  assert.ok(isPicture({ name: "x", type: "image/png" } as File) && !files("a.onnx", "a.data", "pngs").some(isPicture));
});

test("what was not taken is said", () => {
  const [a, b, c] = files("a.png", "b.png", "c.png") as [File, File, File];
  assert.equal(taken([a], [a]), "");
  assert.equal(taken([a, b, c], [a]), "Of 3 files, only a.png was taken.");
  assert.equal(taken([a, b, c], [a, c]), "Of 3 files, only a.png and c.png were taken.");
  assert.equal(taken([a, b], []), "Of 2 files, none was taken.");
  assert.ok(taken([a], []).startsWith("a.png was not taken"));
});
