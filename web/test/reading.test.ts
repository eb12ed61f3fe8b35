import assert from "node:assert/strict";
import test from "node:test";

import { readFiles } from "../src/network/reading";

test("files are read whole, and how far that is gets told", async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  const shares: number[] = [];
  const [a, b] = await readFiles([new File([bytes], "a.onnx"), new File(["xyz"], "a.data")], (share) => shares.push(share));
  assert.deepEqual(new Uint8Array(a!), bytes);
  assert.equal(new TextDecoder().decode(b), "xyz");
  assert.ok(shares.length > 1 && shares.every((s, i) => i === 0 || s > shares[i - 1]!) && shares[shares.length - 1] === 1, String(shares));
});

test("what is too large, or has changed, is refused in words", async () => {
  const large = { size: 3e8, stream: (): never => { throw new Error("it is read"); } } as unknown as File;
  await assert.rejects(readFiles([large], () => {}), /This file is 300 MB; the page takes networks up to 200 MB/);
  for (const size of [2, 4]) {
    const changed = { size, stream: () => new Blob(["abc"]).stream() } as unknown as File;
    await assert.rejects(readFiles([changed], () => {}), /moved or changed/);
  }
});
