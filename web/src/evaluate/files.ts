// Files and folders that are chosen or dropped.

import type { NamedBlob } from "./setup";

/** How many files may be dropped: as many as an image set can be expected to have. */
const mostFiles = 100_000;

/** The files of a field; those of a folder with the folders in it. */
export function chosen(list: FileList): NamedBlob[] {
  return [...list].map((f) => ({ name: f.webkitRelativePath || f.name, blob: f }));
}

/** All files that were dropped, in folders too. It must be called while the event lasts. */
export function dropped(data: DataTransfer): Promise<NamedBlob[]> {
  const entries = [...data.items].flatMap((i) => i.webkitGetAsEntry() ?? []);
  const plain = [...data.files].map((f) => ({ name: f.name, blob: f }));
  if (!entries.some((e) => e.isDirectory)) return Promise.resolve(plain);
  return walk(entries);
}

async function walk(entries: readonly FileSystemEntry[]): Promise<NamedBlob[]> {
  const found: NamedBlob[] = [];
  const left = [...entries];
  for (let e = left.pop(); e; e = left.pop()) {
    if (found.length > mostFiles) throw new Error(`What was dropped has more than ${mostFiles.toLocaleString("en")} files. Drop a part of them, or evaluate them with the command.`);
    if (e.name.startsWith(".")) continue;
    if (e.isDirectory) left.push(...(await list(e as FileSystemDirectoryEntry)));
    else found.push({ name: e.fullPath.replace(/^\//, ""), blob: await file(e as FileSystemFileEntry) });
  }
  return found;
}

/** What is in a folder. A reader returns it in parts. */
async function list(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return all;
    all.push(...part);
  }
}

function file(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
