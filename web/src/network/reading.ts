// Reading the files of a network, which may be large.

import { UserError } from "../lab/error";

const maxBytes = 200e6;

/** Reads files whole; report is told which share of all their bytes has been read. */
export async function readFiles(files: readonly File[], report: (share: number) => void): Promise<ArrayBuffer[]> {
  const total = files.reduce((sum, f) => sum + f.size, 0);
  if (total > maxBytes) {
    throw new UserError(`${files.length > 1 ? "These files are" : "This file is"} ${Math.round(total / 1e6)} MB; the page takes networks up to ${maxBytes / 1e6} MB.`);
  }
  let read = 0;
  const all: ArrayBuffer[] = [];
  try {
    for (const f of files) {
      all.push(
        await whole(f, (n) => {
          read += n;
          report(total > 0 ? read / total : 1);
        }),
      );
    }
  } catch {
    throw new UserError("The file cannot be read any more: it may have been moved or changed since it was chosen.");
  }
  return all;
}

async function whole(f: File, report: (bytes: number) => void): Promise<ArrayBuffer> {
  const all = new Uint8Array(f.size);
  let at = 0;
  const reader = f.stream().getReader();
  for (let r = await reader.read(); !r.done; r = await reader.read()) {
    all.set(r.value, at); // too many are an error
    at += r.value.byteLength;
    report(r.value.byteLength);
  }
  if (at !== f.size) throw new Error(`${at} of ${f.size} bytes`);
  return all.buffer;
}
