import assert from "node:assert/strict";
import test from "node:test";

import { hashOf, isLocal, keyOf, pathOf } from "../src/offline/files";

const site = { files: { "index.html": "aa", "evaluate.html": "bb", "models/a.onnx": "cc" }, later: [] };

test("an address is that of a file of the site, whatever the page's state behind it", () => {
  const scope = "https://example.org/steady/";
  const of = (address: string) => pathOf(address, scope, site);
  assert.equal(of(scope), "index.html");
  assert.equal(of(`${scope}?small#network=x`), "index.html");
  assert.equal(of(`${scope}evaluate.html?embed=1`), "evaluate.html");
  assert.equal(of(`${scope}models/a.onnx`), "models/a.onnx");
  for (const other of ["__proto__", "models/", "models", "service-worker.js"]) assert.equal(of(scope + other), undefined, other);
  assert.equal(of("https://example.org/other/index.html"), undefined);
  assert.equal(of("https://example.com/steady/index.html"), undefined);
  assert.equal(keyOf("models/a.onnx", scope, site), `${scope}models/a.onnx?sha256=cc`);
});

test("this machine has several names", () => {
  for (const name of ["localhost", "steady.localhost", "127.0.0.1", "127.8.0.1", "[::1]"]) assert.ok(isLocal(name), name);
  for (const name of ["localhost.example.org", "192.168.0.1", "example.org", "127.0.0.1.example.org"]) assert.ok(!isLocal(name), name);
});

test("a hash is the beginning of SHA-256", async () => {
  assert.equal(await hashOf(new TextEncoder().encode("abc").buffer), "ba7816bf8f01cfea");
});
