// What the browser keeps of runs: results, slice by slice, and what the last run was made of, so that it goes on after a
// reload. Where a browser keeps nothing, all goes on but that.

import type { NetworkArgs, PlanArgs } from "./protocol";

/** A file of the user. Its contents are kept if they are small. */
export interface KeptFile {
  name: string;
  size: number;
  blob: Blob | null;
}

/** A network of a run: one of the page's by its file, or the user's own. */
export interface KeptNetwork {
  name: string;
  file: string;
  hash: string;
  own: KeptFile[] | null;
  said?: Pick<NetworkArgs, "classes" | "preprocessing" | "output" | "size" | "layout">; // versions of before have kept none
}

/** What a run is made of. */
export interface KeptRun {
  id: string;
  began: string;
  data: { name: string; hash: string; files: KeptFile[] };
  networks: KeptNetwork[];
  plan: PlanArgs;
}

interface KeptLine {
  key: string;
  line: string;
}

/** What is kept of files: more than that is asked for again. */
const mostKept = 64e6;

/** Returns files as they are kept. */
export function toKeep(files: readonly { name: string; blob: Blob }[]): KeptFile[] {
  const all = files.reduce((sum, f) => sum + f.blob.size, 0);
  return files.map(({ name, blob }) => ({ name, size: blob.size, blob: all <= mostKept && files.length <= 200 ? blob : null }));
}

export class Kept {
  private database: Promise<IDBDatabase> | null = null;

  /** Keeps what a run is made of, in place of the one before. */
  async begin(run: KeptRun): Promise<void> {
    await this.change("run", (s) => s.put(run, "last"));
  }

  /** The last run, or null. */
  async last(): Promise<KeptRun | null> {
    return (await this.read<KeptRun | undefined>("run", (s) => s.get("last"))) ?? null;
  }

  async forget(): Promise<void> {
    await this.change("run", (s) => s.clear());
    await this.change("line", (s) => s.clear());
  }

  /** Keeps results. */
  async put(lines: readonly KeptLine[]): Promise<void> {
    await this.change("line", (s) => lines.forEach((l) => s.put(l.line, l.key)));
  }

  /** Those of results that are kept, as they were; some may be broken. */
  async lines(keys: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    const db = await this.open();
    if (!db) return found;
    const store = db.transaction("line").objectStore("line");
    await Promise.all(
      keys.map(async (key) => {
        const line = await done<unknown>(store.get(key)).catch(() => ""); // what the browser cannot read
        if (line !== undefined) found.push(String(line));
      }),
    );
    return found;
  }

  private open(): Promise<IDBDatabase | null> {
    this.database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("steady-evaluations", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("run");
        request.result.createObjectStore("line");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
    return this.database.catch(() => null);
  }

  private async read<T>(name: string, f: (s: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    const db = await this.open();
    return db && done(f(db.transaction(name).objectStore(name)));
  }

  private async change(name: string, f: (s: IDBObjectStore) => void): Promise<void> {
    const db = await this.open();
    if (!db) return;
    const transaction = db.transaction(name, "readwrite");
    f(transaction.objectStore(name));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("nothing was kept"));
    });
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  });
}
