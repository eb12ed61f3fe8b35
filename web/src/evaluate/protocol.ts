// The messages between the page that evaluates and its workers. A test in Go compares them with the types there.

import type { Inspection, Layout, NamedFile, Preprocessing } from "../lab/protocol";

/** A suite of corruptions and attacks. */
export interface Suite {
  name: string;
  title: string;
  source: string;
  note: string;
  cells: number;
  attacks: number;
  corruptions: string[];
}

/** What can be measured: evaluator.json. */
export interface Description {
  suites: Suite[];
  shades: Shade[]; // of heat maps, for 0, 1, ... 100 %
}

/** A color, and that of text on it. */
export interface Shade {
  fill: string;
  ink: string;
}

export interface DataFile {
  name: string; // with the folders below the one that was chosen
  size: number;
}

export interface DataInfo {
  name: string;
  hash: string;
  images: number;
  classes: string[];
  channels: number;
  height: number; // 0 for images of any size
  width: number;
  notes: string[];
}

export interface ReadingStep {
  done: number;
  images: number;
}

export interface NetworkArgs {
  name: string; // in tables
  file: string;
  classes: string[]; // their names; empty for those of the file
  preprocessing: Preprocessing | null;
  output: string;
  size: [number, number];
  layout: Layout;
}

export interface NetworkInfo {
  name: string;
  hash: string;
  input: [number, number, number];
  classes: number;
  macs: number;
  notes: string[];
}

export interface PlanArgs {
  suites: string[];
  cells: string[];
  seed: number;
  limit: number;
  sample: number;
  began: string;
}

export interface Perturbation {
  text: string;
  label: string;
  corruption: string;
  family: string;
  severity: string;
  attack: string;
}

export interface Task {
  perturbation: number;
  first: number;
  images: number;
  networks: number[];
  keys: string[];
}

export interface Plan {
  id: string;
  images: number;
  perturbations: Perturbation[];
  tasks: Task[];
  notes: string[];
}

export interface TaskStep {
  done: number;
}

export interface TaskAnswer {
  lines: string[];
  keys: string[];
  seconds: number;
  network_seconds: number;
}

export interface Cell {
  network: number;
  perturbation: number;
  images: number;
  all: number;
  right: number;
  lower: number;
  upper: number;
  failure: string;
}

export interface PutAnswer {
  cells: Cell[];
  taken: string[]; // keys of the lines with results
  refused: string[]; // why lines were not, one sentence for each
}

export interface ClassInfo {
  name: string;
  images: number;
  clean: number; // -1 if it is not known
  corrupted: number;
}

export interface BrokenImage {
  image: number;
  label: string;
  wrong: number;
  cells: number;
  perturbation: number;
  answer: string;
}

export interface Details {
  classes: ClassInfo[];
  broken: BrokenImage[];
  pixels: { width: number; height: number };
}

/** A figure and the ends of its interval; empty if it is not known. */
export type Figure = number[];

export interface Model {
  name: string;
  clean: Figure;
  corrupted: Figure;
  robustness: Figure;
  attacked: Figure;
  attacked_by: string;
}

export interface Summary {
  models: Model[];
  warnings: string[];
  notes: string[];
}

/** The operations: arguments and answer. */
export interface Operations {
  data: { args: { files: DataFile[]; hash: string }; answer: DataInfo };
  inspect: { args: Record<string, never>; answer: Inspection };
  names: { args: { file: string }; answer: { names: string[] } };
  network: { args: NetworkArgs; answer: NetworkInfo };
  remove: { args: { network: number }; answer: Record<string, never> };
  plan: { args: PlanArgs; answer: Plan };
  compute: { args: { task: number; networks: number[] }; answer: TaskAnswer };
  put: { args: { lines: string[] }; answer: PutAnswer };
  summary: { args: Record<string, never>; answer: Summary };
  details: { args: { network: number; images: number }; answer: Details };
  export: { args: { kind: string }; answer: Record<string, never> };
}

export type Op = keyof Operations;

/** The page to a worker. */
export interface Ask {
  id: number;
  op: Op;
  args: string;
  data?: ArrayBuffer;
  files?: NamedFile[];
  blobs?: Blob[]; // of DataFiles, which the worker reads when it wants them
}

/** A worker to the page. */
export type Tell =
  | { kind: "dead"; reason: string }
  | { kind: "answer"; id: number; json: string; bytes: Uint8Array<ArrayBuffer> | null }
  | { kind: "step"; id: number; json: string }
  | { kind: "error"; id: number; message: string };
