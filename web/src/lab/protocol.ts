// The messages between the page and the lab's worker. A test in Go compares them with the types there.

import { UserError } from "./error";

/** One corruption of the lab's registry. */
export interface Corruption {
  name: string;
  label: string; // its name beside images and numbers
  suite: string; // the benchmark that it comes from
  family: string;
  summary: string; // what it does, in one sentence
  severity: string; // what the levels are, in its own units
  source: string; // where it is defined
  stochastic: boolean;
}

/** One parameter of an attack, in the unit that is shown. */
export interface Control {
  name: string;
  label: string;
  hint: string;
  kind: "number" | "whole" | "switch" | "choice"; // a switch is 0 or 1, a choice 1, 2, ... of its options
  value: number; // the default
  min: number;
  max: number;
  unit: string;
  options?: string[];
  main: boolean; // always visible, not folded away
}

/** One attack of the lab's registry. */
export interface Attack {
  name: string;
  title: string;
  summary: string;
  source: string;
  access: string; // what it must see of the network
  targetable: boolean;
  norms: { norm: string; controls: Control[] }[]; // one without a name for an attack that has none
}

/** What the lab can do: the one list that the page's controls are made from. */
export interface Description {
  corruptions: Corruption[];
  attacks: Attack[];
  presets: Preset[];
  viewSize: number;
}

/** The preprocessing that a network expects, of pixels from 0 to 1. */
export interface Preprocessing {
  scale: number;
  mean: number[];
  std: number[];
  bgr: boolean;
}

/** A usual preprocessing. */
export type Preset = Preprocessing & {
  name: string;
  title: string; // in a menu
  summary: string; // whose networks want it
};

/** What an ONNX file holds, whether the lab can run it or not. */
export interface Inspection {
  bytes: number;
  graph: string;
  producer: string; // program that wrote the file, and its version
  ir_version: number;
  opsets: { domain: string; version: number }[];
  inputs: InspectedValue[];
  outputs: InspectedValue[];
  operators: {
    name: string;
    nodes: number;
    unneeded: number; // nodes that the output does not depend on
    unchecked: number; // nodes behind problems
    unsupported: number; // nodes that cannot be read
    reasons: string[];
  }[];
  unchecked: number;
  runs: boolean;
  problems: string[]; // why it does not run
  asks: string[]; // what must be said to run it: "size" of the pictures, "layout" of the input
  image: number[]; // shape of a picture: channels, height, width; empty if it is not known
  answers: string; // "logits", ...; "" for no classifier
  classes: number; // 0 for no classifier
  class_names: string[];
  names_from: string; // where the names are in the file
  notes: string[]; // what was chosen, and what was not used
  parameters: number;
  stored_in_16_bits: number; // of the file's numbers
  multiply_adds: number; // for a picture; 0 if not known
  memory: { images: number; logits: number; gradients: number }[]; // bytes, on the CPU
  pixels: {
    certain: boolean; // the file says so, it is not only likely
    preset: string; // "" if none seems right
    spec: Preprocessing | null; // its numbers, or others; null if nothing is known
    evidence: string[];
  };
}

/** An input or output of an ONNX file. */
export interface InspectedValue {
  name: string;
  type: string; // of the elements, as NumPy calls it; "" if it is no tensor
  shape: string[]; // numbers, names, or "?"
}

/** What goes with the ONNX file of a network. */
export interface NetworkArgs {
  classes: string[]; // their names; empty for those of the file
  preprocessing: Preprocessing | null;
  output: string; // name of the file's output that has the class scores; "" for the one that fits
  size?: [number, number]; // height and width of the images where the file leaves them open
  layout?: Layout; // where the file leaves it open
}

/** A network that the lab has loaded. */
export interface NetworkInfo {
  input: [number, number, number]; // channels, height, width
  classes: string[];
  params: number;
  macs: number;
  notes?: string[]; // sentences on how the file was taken, for the visitor
}

/** What to corrupt with. */
export interface CorruptionSettings {
  corruption: string;
  severity: number;
  seed: number;
  where: "net" | "view"; // at the network's size, or at the view's and then scaled down
}

/** One image in the pixels of an answer. */
export interface Placed {
  name: string;
  width: number;
  height: number;
  offset: number;
}

/** Answer to look and frame. */
export interface Look {
  images: Placed[];
  width: number; // of the image as it was given
  height: number;
  original?: number[]; // probabilities; absent without a network
  corrupted?: number[];
  second?: SecondLook; // absent without a second network
  profileView: string;
  profileNet: string;
  backend?: BackendName; // that computed it
}

/** What a second network says; each network is shown the image at its own size. */
export interface SecondLook {
  original: number[]; // probabilities of its classes
  corrupted: number[];
}

export type BackendName = "cpu" | "webgpu";

/** The image that an attack starts from. */
export type Start = "original" | "corrupted";

/** Answer to backend: the backend from now on. */
export interface BackendAnswer {
  backend: BackendName;
  adapter?: string; // the GPU, if one was found
  cpu?: number; // images per second in a trial, if there was one
  gpu?: number;
  reason?: string; // why it is not used
}

/** Answer to gallery: the image with each requested corruption, by name. */
export interface GalleryAnswer {
  images: Placed[];
}

/** Answer to classify: what the network says of the corrupted image. */
export interface Classified {
  probs: number[];
}

/** One step of an attack: its images are "attacked", "change", and, where the change is enlarged onto the photograph, "attacked-view". */
export interface Step {
  images: Placed[];
  step: number;
  steps: number;
  probs: number[];
  other?: number[]; // of the network that is not attacked, if there are two
  loss: number; // cross-entropy of the class before, or of the target
  l2: number;
  linf: number;
  magnified: number; // factor by which the change is drawn larger
}

/** How an attack ended. */
export interface AttackEnd {
  stopped: boolean; // by the visitor
  success: boolean;
  before: number; // classes
  after: number;
  target: number; // -1 without one
  gradients: number; // computed
  queries: number; // forward passes without a gradient
  l0: number; // of the change: numbers that differ, of elements
  l1: number;
  l2: number;
  linf: number;
  elements: number;
  outOf: string; // the budget that ended it: "queries" or nothing
  by: string; // the attack of an ensemble that succeeded
  notes?: string[];
  final?: Step; // the attack's result
}

/** Answer to transfer: another network's probabilities before and after the last attack. */
export interface Transfer {
  before: number[];
  after: number[];
}

/** Answer to diagnose: signs that attack results are unreliable. */
export interface Diagnosis {
  findings: { name: string; ok: boolean; detail: string }[] | null;
  stopped: boolean;
}

export type Known = number | null; // null where it is not defined
export interface Interval {
  lower: number;
  upper: number;
}
export type KnownInterval = Interval | null;

/** Overlaps of corruptions by one score. Corruptions are given by their places. */
export interface Overlaps {
  values: Known[][];
  intervals: KnownInterval[][];
  undefined: { corruption: string; reason: string }[];
  groups: number[][]; // by k-means
  order: number[]; // of the tree; those without overlaps come last
  tree: { a: number; b: number; height: number }[]; // places, or the number of corruptions plus a place in this list
}

/** A file of overlaps. */
export interface OverlapFile {
  data: string;
  images: number;
  seeds: number;
  networks: number;
  leastGain: number;
  clean: number;
  score: string; // "accuracy" or "ratio", to show first
  notes: string[];
  corruptions: { name: string; family: string; approximation: boolean; standard: number; trained: number }[];
  accuracy: Overlaps;
  ratio: Overlaps;
  threshold: number; // the usual one
}

/** Corruptions that overlap with the same others. */
export interface OverlapGroup {
  corruptions: string[];
  mean_overlap: Known;
}

/** How much of other corruptions a benchmark measures as well, and how evenly. */
export interface Coverage {
  corruptions: string[];
  missing: string[];
  others: { corruption: string; overlap: number; by: string }[];
  covered: number;
  mean_coverage: Known;
  group_shares: number[];
  imbalance: number;
  families: { family: string; share: number }[];
  redundant: OverlapGroup[];
}

/** The order of an input's numbers where its file does not say it: all of red first, or red, green, blue of each pixel. */
export type Layout = "" | "chw" | "hwc";

/** The operations of the lab. */
export interface Operations {
  describe: { args: Record<string, never>; answer: Description };
  network: { args: NetworkArgs; answer: NetworkInfo };
  second: { args: NetworkArgs; answer: NetworkInfo }; // a network to compare with
  alone: { args: Record<string, never>; answer: Record<string, never> }; // there is to be no second network
  inspect: { args: Record<string, never>; answer: Inspection };
  names: { args: { file: string }; answer: { names: string[] } }; // of classes, in a file
  image: { args: { width: number; height: number }; answer: { width: number; height: number } };
  look: { args: CorruptionSettings; answer: Look };
  gallery: { args: { names: string[]; severity: number; seed: number }; answer: GalleryAnswer };
  classify: { args: CorruptionSettings; answer: Classified };
  frame: { args: CorruptionSettings & { width: number; height: number; index: number }; answer: Look };
  attack: {
    args: {
      attack: string;
      norm: string;
      values: Record<string, number>; // of controls
      seed: number;
      target: number;
      from: Start;
      corruption: CorruptionSettings;
      second: boolean; // attack the second network
      quiet: boolean; // only the end is told, and not kept for transfer
    };
    answer: AttackEnd;
  };
  backend: { args: { backend: BackendName | "auto"; software: boolean }; answer: BackendAnswer };
  transfer: { args: NetworkArgs; answer: Transfer };
  diagnose: { args: { seed: number; from: Start; corruption: CorruptionSettings; second: boolean }; answer: Diagnosis };
  overlaps: { args: Record<string, never>; answer: OverlapFile }; // reads a file of overlaps
  cover: { args: { score: string; members: number[]; threshold: number; rule: string }; answer: { coverage: Coverage; spec: string } }; // of a benchmark
  build: {
    args: { score: string; groups: number; each: number; seed: number; threshold: number }; // without groups: what does not overlap
    answer: { members: number[]; rule: string; coverage: Coverage; spec: string };
  };
  cancel: { args: Record<string, never>; answer: Record<string, never> };
}
export type Op = keyof Operations;

/** Page to worker: a port of the stage, which posts requests of its own; null when it has been left. */
export interface Connect {
  port: MessagePort | null;
}

/** Stage to worker; args is a message of core/stage. The worker gives its requests numbers of their own, which are negative. */
export interface StageAsk {
  id: number;
  op: "stage" | "offstage";
  args: string;
  data?: ArrayBuffer;
}

/** Page to worker. args is JSON: it crosses into Go as one string. */
export interface Ask {
  id: number;
  op: Op;
  args: string;
  data?: ArrayBuffer;
  files?: NamedFile[];
}

/** A file that goes with the data: weights that an ONNX file has in other files. */
export interface NamedFile {
  name: string; // as the browser says it; with the folders below the dropped one, if they are known
  data: ArrayBuffer;
}

/** Worker to page. */
export type Tell =
  | { kind: "ready" }
  | { kind: "dead"; reason: string }
  | { kind: "answer" | "step"; id: number; json: string; pixels: Uint8ClampedArray<ArrayBuffer> | null }
  | { kind: "error"; id: number; message: string };

/** The lab refused. */
export class LabError extends UserError {}
