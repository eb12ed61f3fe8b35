// The page: three steps on one picture, each a column. All computing happens in the lab (lab.ts, worker.ts).

import { Lab } from "./lab/lab";
import { Pool } from "./lab/pool";
import type { Corruption, Description, Look, NetworkInfo, Shake } from "./lab/protocol";
import { EngineChoice } from "./network/backend";
import { type Chosen, classesOf, key, type Shipped, title } from "./network/catalog";
import { OwnNetwork } from "./network/upload";
import { format, limits, parse, type State, within } from "./session/permalink";
import { AttackPanel } from "./steps/attack/panel";
import { byFamily, title as corruptionTitle } from "./steps/corruption/corruptions";
import { Gallery } from "./steps/corruption/gallery";
import { Camera } from "./steps/picture/camera";
import { kindFor, type Photo, photos } from "./steps/picture/photos";
import { Bars, choose } from "./ui/bars";
import { context, draw } from "./ui/canvas";
import { at, make, option } from "./ui/dom";
import { argmax, bytes, count, percent, said, sentence, words } from "./ui/text";

const mostShown = 5;
const wish = parse(location.hash);

// ---- what is there now ----
let description: Description | null = null;
let network: (NetworkInfo & { chosen: Chosen }) | null = null;
let shipped: Shipped[] = [];
let own: Chosen | null = null;
let photo = photos.some((p) => p.name === wish.photo) ? wish.photo! : photos[0]!.name; // "" for a picture of one's own
let pictures = 0; // that the lab has been given
let original: number[] | null = null;
let shaken: number[] | null = null;
let started = false; // what the page began with is all there

const lab = new Lab();
const engine = new EngineChoice(lab, () => void look());
const pool = new Pool(lab);
const camera = new Camera(at<HTMLVideoElement>("video"));
const ownNetwork = new OwnNetwork();
const bars = { original: new Bars("original"), shaken: new Bars("shaken") };
const controls = {
  corruption: at<HTMLSelectElement>("corruption"),
  severity: at<HTMLInputElement>("severity"),
  seed: at<HTMLInputElement>("seed"),
  where: at<HTMLSelectElement>("where"),
  network: at<HTMLSelectElement>("network"),
};

// ---- words to the user ----
function wrong(text: string): void {
  at("notice-text").textContent = text;
  at("notice").hidden = false;
}
at("notice-close").addEventListener("click", () => (at("notice").hidden = true));

const unknown: string[] = [];

/** Says that the link names something that is not here, if it does, and what is there instead. */
function checkWish(what: string, wanted: string | undefined, got: string, title: string): void {
  if (!wanted || wanted === got) return;
  unknown.push(`instead of the ${what} “${wanted}” you see ${title}`);
  wrong(`Not all that this link names is here: ${unknown.join(", ")}.`);
}

let announcing = 0;
function announce(text: string): void {
  clearTimeout(announcing);
  announcing = setTimeout(() => (at("announce").textContent = text), 400);
}

// ---- state and links ----
function shake(): Shake {
  return {
    corruption: controls.corruption.value,
    severity: within(controls.severity.value, limits.severity, true) ?? 3,
    seed: within(controls.seed.value, limits.seed, true) ?? 1,
    where: controls.where.value === "view" ? "view" : "net",
  };
}

function state(): State {
  const key = controls.network.value;
  return { photo, network: key === "own" ? "" : key, ...shake(), ...attack.state() };
}

function remember(): void {
  if (description && network) history.replaceState(null, "", format(state()));
}

// ---- the attack's column ----
const attack: AttackPanel = new AttackPanel({
  lab: () => lab,
  classes: () => network?.classes ?? [],
  before: (from) => (from === "shaken" ? shaken : original),
  others,
  order: showBars,
  shake,
  still: freeze,
  changed: () => remember(),
  announce,
  wrong,
});

// ---- looking: one question at a time, and of those that come meanwhile only the last ----
let looking = false;
let again = false;

async function look(): Promise<void> {
  if (!description || pictures === 0) return;
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  try {
    do {
      again = false;
      const asked = shake();
      const { value, pixels } = await lab.ask("look", asked);
      draw("original-view", value.images, "original-view", pixels);
      show(value, pixels);
      if (network) announce(summary(asked));
    } while (again);
  } catch (e) {
    wrong(said(e));
  } finally {
    looking = false;
  }
}

function show(value: Look, pixels: Uint8ClampedArray<ArrayBuffer>): void {
  draw("shaken-view", value.images, "shaken-view", pixels);
  draw("original-net", value.images, "original-net", pixels);
  draw("shaken-net", value.images, "shaken-net", pixels);
  original = value.original ?? null;
  shaken = value.shaken ?? null;
  profiles = { view: value.profileView, net: value.profileNet };
  if (!network || !original || !shaken) return;
  if (value.engine) engine.ran(value.engine);
  showBars(null);
  describeShake();
  attack.ready = true;
  if (!document.documentElement.dataset["first"]) {
    document.documentElement.dataset["first"] = performance.now().toFixed(0); // read by the browser tests
  }
}

/** Shows the first two answers, and gives the classes in the order that all lists have. */
function showBars(attacked: readonly number[] | null): number[] {
  if (!network || !original || !shaken) return [];
  const order = choose(attacked ? [original, shaken, attacked] : [original, shaken], mostShown);
  bars.original.show(order, original, network.classes);
  bars.shaken.show(order, shaken, network.classes);
  return order;
}

function summary(s: Shake): string {
  if (!original || !shaken || !network) return "";
  const name = (p: number[]) => `${network!.classes[argmax(p)]} ${percent(p[argmax(p)]!)}`;
  const c = corruption(s.corruption);
  return `Picture: ${name(original)}. ${c ? corruptionTitle(c) : ""}, severity ${s.severity}: ${name(shaken)}.`;
}

// ---- step 1: the picture ----
let given: Promise<void> = Promise.resolve(); // the last picture, once the lab has it or has refused it

function give(data: ArrayBuffer, size = { width: 0, height: 0 }): Promise<void> {
  const copy = data.slice(0); // the lab takes the data itself
  const taken = lab.ask("picture", size, data).then(() => {
    pool.keep(copy, size);
    pictures++;
  });
  given = taken.catch(() => {});
  return taken;
}

async function picture(data: ArrayBuffer, size = { width: 0, height: 0 }): Promise<void> {
  stopCamera();
  await give(data, size);
  attack.clear();
  await look();
}

/** Offers the pictures of a kind. */
function offerPhotos(kind: Photo["kind"]): void {
  const buttons = photos
    .filter((p) => p.kind === kind)
    .map((p) => {
      const b = make("button");
      b.type = "button";
      b.title = p.title;
      b.dataset["name"] = p.name;
      const i = make("img", p.kind === "garment" ? "pixels" : "");
      i.src = p.thumb;
      i.alt = p.title;
      i.width = i.height = 128;
      b.append(i);
      b.addEventListener("click", () => void choosePhoto(p.name));
      return b;
    });
  at("photos").replaceChildren(...buttons);
  pressPhoto();
}

function pressPhoto(): void {
  for (const b of at("photos").querySelectorAll("button")) b.setAttribute("aria-pressed", String(b.dataset["name"] === photo));
  const p = photos.find((x) => x.name === photo);
  at("credit").textContent = p ? `${p.title}. ${p.credit}` : "";
}

/** Offers what the network can say something about; a built-in picture that it cannot is exchanged. */
async function suitPhotos(classes: readonly string[], exchange: boolean): Promise<void> {
  const kind = kindFor(classes);
  if (at("photos").querySelector("button")?.dataset["name"] !== photos.find((p) => p.kind === kind)?.name) offerPhotos(kind);
  const now = photos.find((p) => p.name === photo);
  if (exchange && !camera.on && now && now.kind !== kind) await choosePhoto(photos.find((p) => p.kind === kind)!.name);
}

async function fetched(url: string): Promise<ArrayBuffer> {
  let r: Response;
  try {
    r = await fetch(url);
  } catch {
    throw new Error(`${url} could not be loaded: the server does not answer.`);
  }
  if (!r.ok) throw new Error(`${url} could not be loaded: the server says ${r.status} ${r.statusText}.`);
  return r.arrayBuffer();
}

async function choosePhoto(name: string): Promise<void> {
  photo = name;
  pressPhoto();
  try {
    const p = photos.find((x) => x.name === name);
    if (p) await picture(await fetched(p.file));
    remember();
  } catch (e) {
    wrong(said(e));
  }
}

const browserOnly = /^image\/(avif|heic|heif|jxl)$/; // kinds that the lab does not read and a browser may
const mostPictureBytes = 64e6;

async function ownPicture(file: File): Promise<void> {
  at("notice").hidden = true;
  try {
    if (file.size > mostPictureBytes) throw new Error(`This file has ${bytes(file.size)}; the page takes pictures up to ${bytes(mostPictureBytes)}.`);
    if (browserOnly.test(file.type)) {
      const drawn = await drawnByBrowser(file);
      await picture(drawn.data.buffer, { width: drawn.width, height: drawn.height });
    } else {
      await picture(await file.arrayBuffer());
    }
    photo = "";
    pressPhoto();
    remember();
  } catch (e) {
    wrong(said(e));
  }
}

async function drawnByBrowser(file: File): Promise<ImageData> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("This browser cannot read this kind of picture. Save it as JPEG or PNG and open that.");
  }
  const shrink = Math.min(1, 1024 / Math.min(bitmap.width, bitmap.height), 4096 / Math.max(bitmap.width, bitmap.height));
  const canvas = make("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * shrink));
  canvas.height = Math.max(1, Math.round(bitmap.height * shrink));
  const c = context(canvas);
  c.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return c.getImageData(0, 0, canvas.width, canvas.height);
}

/** Takes in a file that was dropped, pasted or opened. */
function take(file: File): void {
  if (/\.onnx$/i.test(file.name)) ownNetwork.show(file);
  else void ownPicture(file);
}

const pictureFile = at<HTMLInputElement>("picture-file");
at("open-picture").addEventListener("click", () => pictureFile.click());
pictureFile.addEventListener("change", () => {
  const f = pictureFile.files?.[0];
  if (f) take(f);
  pictureFile.value = ""; // so that the same file can be opened again
});
addEventListener("paste", (e) => {
  const f = e.clipboardData?.files[0];
  if (f) take(f);
});
addEventListener("dragover", (e) => {
  e.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", (e) => {
  if (e.relatedTarget === null) document.body.classList.remove("dropping");
});
addEventListener("drop", (e) => {
  e.preventDefault();
  document.body.classList.remove("dropping");
  const f = e.dataTransfer?.files[0];
  if (f) take(f);
  else wrong("What was dropped is not a file. Save the picture first, then drop it here.");
});

// ---- the webcam ----
let frames = 0;

camera.onframe = async (video) => {
  await gallery.closed(); // all of it shows one frame
  if (!description || video.videoWidth === 0) return;
  const side = description.viewSize;
  const canvas = at<HTMLCanvasElement>("original-view");
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const c = context(canvas);
  const crop = Math.min(video.videoWidth, video.videoHeight);
  c.drawImage(video, (video.videoWidth - crop) / 2, (video.videoHeight - crop) / 2, crop, crop, 0, 0, side, side);
  const frame = c.getImageData(0, 0, side, side).data.buffer;
  const size = { width: side, height: side };
  pool.keep(frame.slice(0), size); // at once: a gallery that opens now shows this one
  try {
    const { value, pixels } = await lab.ask("frame", { ...shake(), ...size, index: frames++ }, frame);
    pictures++;
    if (camera.on) show(value, pixels);
  } catch (e) {
    stopCamera();
    wrong(said(e));
  }
};
camera.onrate = (fps) => (at("fps").textContent = `Live, ${fps.toFixed(0)} frames a second`);
camera.onend = () => {
  stopCamera();
  wrong("The camera stopped giving pictures. Press Webcam to start it again.");
};

async function startCamera(): Promise<void> {
  const b = at<HTMLButtonElement>("webcam");
  at("notice").hidden = true;
  b.disabled = true;
  try {
    await camera.start();
    attack.clear();
    photo = "";
    pressPhoto();
    b.setAttribute("aria-pressed", "true");
    at("freeze").hidden = at("fps").hidden = false;
    at("picture-hint").hidden = true;
    at("fps").textContent = "Live";
  } catch (e) {
    wrong(said(e));
  } finally {
    b.disabled = false;
  }
}

function stopCamera(): void {
  camera.stop();
  at("webcam").setAttribute("aria-pressed", "false");
  at("freeze").hidden = at("fps").hidden = true;
  at("picture-hint").hidden = false;
}

/** Stops the webcam and keeps its last frame as the picture. */
async function freeze(): Promise<void> {
  if (!camera.on) return;
  const held = document.activeElement === at("freeze");
  stopCamera();
  if (held) at("webcam").focus(); // the focus must not fall off the page with the button
  await look();
}
at("freeze").addEventListener("click", () => void freeze());
at("webcam").addEventListener("click", () => {
  if (camera.on) void freeze();
  else void startCamera();
});

// ---- step 2: the corruption ----
function corruption(name: string): Corruption | undefined {
  return description?.corruptions.find((c) => c.name === name);
}

function offerCorruptions(all: readonly Corruption[]): void {
  const groups = [...byFamily(all)].flatMap(([family, members]) =>
    [...new Set(members.map((c) => c.suite))].map((suite) => {
      const g = make("optgroup");
      g.label = `${words(family)}: ${suite}`;
      g.append(...members.filter((c) => c.suite === suite).map((c) => option(c.name, corruptionTitle(c))));
      return g;
    }),
  );
  controls.corruption.replaceChildren(...groups);
  controls.corruption.disabled = false;
  controls.corruption.value = corruption(wish.corruption ?? "") ? wish.corruption! : "gaussian_noise";
  if (controls.corruption.selectedIndex < 0) controls.corruption.selectedIndex = 0;
  checkWish("corruption", wish.corruption, controls.corruption.value, corruptionTitle(corruption(controls.corruption.value)!));
  gallery.offer(all, description!.viewSize);
  const open = at<HTMLButtonElement>("gallery-open");
  open.append(make("span", "number-of", ` ${all.length}`));
  open.disabled = false;
}

/** The constants that the large picture and the network's have, as the last answer said. */
let profiles = { view: "", net: "" };

/** Severity means other pixels at other sizes: said wherever the large picture is not what the network gets. */
function whichConstants(): string {
  if (!network || controls.where.value === "view" || !profiles.net || profiles.view === profiles.net) return "";
  const made = (p: string) => (p === "cifar" ? "32 px" : "224 px");
  return ` Drawn large as defined for ${made(profiles.view)}; the network gets it as for ${made(profiles.net)}.`;
}

const gallery = new Gallery();
gallery.share = (begin) => given.then(() => pool.share(begin));
gallery.ask = (lab, name, severity) => lab.ask("gallery", { names: [name], severity, seed: shake().seed });
gallery.onchoose = (corruption, severity) => {
  controls.corruption.value = corruption;
  controls.severity.value = String(severity);
  shakeChanged();
};
at("gallery-open").addEventListener("click", () => {
  const { corruption, severity, seed } = shake();
  const side = description?.viewSize ?? 0;
  gallery.open({
    picture: `${pictures} ${seed}`,
    title: `${photos.find((p) => p.name === photo)?.title ?? "A picture of one's own"}, ${side} × ${side}, seed ${seed}`,
    original: at<HTMLCanvasElement>("original-view"),
    corruption,
    severity,
  });
});

function describeShake(): void {
  const c = corruption(controls.corruption.value);
  at("severity-value").textContent = controls.severity.value;
  if (!c) return;
  at("about-corruption").textContent = sentence(c.summary);
  at("shaken-foot").replaceChildren(...verdict(), whichConstants());
  at("fact-severity").textContent = sentence(c.severity);
  at("fact-chance").textContent = c.stochastic ? "Another seed gives another picture." : "None: the seed changes nothing.";
  at("fact-source").textContent = `${c.suite}. ${sentence(c.source)}`;
  at("facts").hidden = false;
  at<HTMLButtonElement>("reroll").disabled = controls.seed.disabled = !c.stochastic;
}

/** Whether the answer held, in a few words. */
function verdict(): (Node | string)[] {
  if (!original || !shaken || !network) return [];
  const [before, after] = [argmax(original), argmax(shaken)];
  const name = network.classes[before] ?? "";
  return [make("b", "", before === after ? `Still ${name}.` : `No longer ${name}.`), " "];
}

function shakeChanged(): void {
  describeShake();
  attack.shaken();
  if (!camera.on) void look();
  remember();
}
controls.corruption.addEventListener("change", shakeChanged);
controls.severity.addEventListener("input", shakeChanged);
controls.seed.addEventListener("input", () => {
  if (controls.seed.checkValidity() && controls.seed.value !== "") shakeChanged();
});
controls.where.addEventListener("change", shakeChanged);
at("reroll").addEventListener("click", () => {
  controls.seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0]! % 10000);
  shakeChanged();
});

// ---- the network ----
async function setNetwork(chosen: Chosen): Promise<void> {
  const classes = chosen.classes;
  const { value } = await lab.ask("network", { classes, preprocessing: chosen.preprocessing }, chosen.bytes.slice(0));
  network = { ...value, chosen };
  original = shaken = null;
  attack.clear();
  attack.offerTargets(value.classes, attack.state().target || (wish.target ?? ""));
  const [, height, width] = value.input;
  document.querySelectorAll(".net-size").forEach((e) => (e.textContent = `the network gets ${width} × ${height}`));
  const view = description?.viewSize ?? 224;
  controls.where.options[0]!.text = `${width} × ${height}, as benchmarks do`;
  controls.where.options[1]!.text = `${view} × ${view}, then shrunk`;
  at("where-field").hidden = width >= view && height >= view;
  at("original-foot").textContent =
    value.classes.length <= 12 ? `This network knows only these: ${value.classes.join(", ")}.` : `This network knows ${value.classes.length} classes.`;
  aboutNetwork();
  at<HTMLButtonElement>("about-network").disabled = false;
  if (!camera.on) await look();
  await suitPhotos(value.classes, started || !wish.photo);
  void engine.apply().catch((e: unknown) => wrong(said(e)));
}

/** What a card repeats of the lines above it. */
const saidAbove = new Set(["name", "classes", "image", "parameters", "multiply_adds"]);

function cardValue(k: string, v: unknown): string {
  if (k === "accuracy" && typeof v === "number") return `${(100 * v).toFixed(1)} % on test pictures`;
  if (Array.isArray(v)) return v.join(", ");
  if (typeof v !== "object" || v === null) return String(v);
  return Object.entries(v)
    .filter(([, x]) => x !== null && typeof x !== "object" && x !== "")
    .map(([n, x]) => `${n.replaceAll("_", " ")} ${String(x)}`)
    .join(", ");
}

function aboutNetwork(): void {
  if (!network) return;
  const list = at("card-list");
  list.replaceChildren();
  const row = (k: string, v: string) => list.append(make("dt", "", k), make("dd", "", v));
  row("input", network.input.join(" × "));
  row("classes", network.classes.length > 20 ? String(network.classes.length) : network.classes.join(", "));
  row("learnt numbers", count(network.params));
  row("multiply-adds", `${count(network.macs)} a picture`);
  for (const [k, v] of Object.entries(network.chosen.card)) {
    if (!saidAbove.has(k) && v !== null && v !== "") row(k.replaceAll("_", " "), cardValue(k, v));
  }
  at("card-title").textContent = network.chosen.title;
}

async function read(s: Shipped): Promise<Chosen> {
  return {
    key: key(s.file),
    title: title(s.file),
    bytes: await fetched(`models/${s.file}`),
    classes: classesOf(s.card),
    preprocessing: null,
    card: s.card,
  };
}

async function chooseShipped(name: string): Promise<void> {
  const s = shipped.find((x) => key(x.file) === name);
  if (s) await setNetwork(await read(s));
}

/** The shipped networks that take the same pictures to the same classes. */
function others(): { title: string; load(): Promise<Chosen> }[] {
  const now = network;
  if (!now) return [];
  const same = (s: Shipped) => String(s.card["image"]) === String(now.input) && String(classesOf(s.card)) === String(now.classes);
  return shipped.filter((s) => key(s.file) !== now.chosen.key && same(s)).map((s) => ({ title: title(s.file), load: () => read(s) }));
}

controls.network.addEventListener("change", () => {
  const name = controls.network.value;
  const done = name === "own" && own ? setNetwork(own) : chooseShipped(name);
  done.then(remember, (e: unknown) => {
    wrong(`This network cannot be used: ${said(e)}`);
    if (network) controls.network.value = network.chosen.key;
  });
});

ownNetwork.onload = async (chosen) => {
  await setNetwork(chosen);
  own = chosen;
  let o = controls.network.querySelector<HTMLOptionElement>("option[value=own]");
  if (!o) controls.network.append((o = option("own", "")));
  o.textContent = chosen.title;
  controls.network.value = "own";
  remember();
};
at("open-network").addEventListener("click", () => ownNetwork.show());

async function offerNetworks(): Promise<void> {
  shipped = JSON.parse(new TextDecoder().decode(await fetched("models/models.json"))) as Shipped[];
  if (shipped.length === 0) {
    controls.network.replaceChildren(option("", "none"));
    throw new Error("No network comes with this build of the page. Open one of your own (ONNX).");
  }
  controls.network.replaceChildren(...shipped.map((s) => option(key(s.file), title(s.file))));
  controls.network.disabled = false;
  const name = shipped.some((s) => key(s.file) === wish.network) ? wish.network! : key(shipped[0]!.file);
  controls.network.value = name;
  checkWish("network", wish.network, name, controls.network.selectedOptions[0]!.text);
  await chooseShipped(name);
}

// ---- links ----
at("share").addEventListener("click", () => {
  const b = at("share");
  navigator.clipboard
    .writeText(location.href)
    .then(() => (b.textContent = "Copied"))
    .catch(() => (b.textContent = "Copy it from the address bar"))
    .finally(() => setTimeout(() => (b.textContent = "Copy a link to this"), 2000));
});
addEventListener("hashchange", () => location.reload()); // a link opened in the same tab

// ---- start: everything at once ----
lab.onloading = (loaded, total) => {
  const bar = at<HTMLProgressElement>("loading-bar");
  bar.value = loaded / total;
  at("loading-text").textContent =
    loaded < total ? `Loading the lab: ${bytes(loaded)} of ${bytes(total)} (${Math.floor((100 * loaded) / total)} %)` : "Starting the lab…";
};
lab.onready = () => (at("loading").hidden = true);
lab.ondead = (why) => {
  at("loading").hidden = true;
  stopCamera();
  attack.ready = false;
  wrong(`The lab is not running: ${why}. Reload the page to start it again.`);
};

/** A module of a few bytes with one SIMD instruction: the lab is compiled for these. */
const simd = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

function unsupported(): string {
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) {
    return "This browser has no WebAssembly, or it is switched off, and the lab needs it. Use a current Firefox, Chrome, Edge or Safari (without lockdown mode).";
  }
  if (!WebAssembly.validate(simd)) {
    return "This browser's WebAssembly lacks SIMD instructions, which the lab needs. A version from 2023 or later has them.";
  }
  return "";
}

async function begin(): Promise<void> {
  lab.start();
  if (wish.severity) controls.severity.value = String(wish.severity);
  if (wish.seed !== undefined) controls.seed.value = String(wish.seed);
  if (wish.where) controls.where.value = wish.where;
  offerPhotos(photos.find((p) => p.name === photo)!.kind);
  checkWish("photograph", wish.photo, photo, photos.find((p) => p.name === photo)!.title);

  const described = lab.ask("describe", {}).then(({ value }) => {
    description = value;
    offerCorruptions(value.corruptions);
    attack.offer(value.attacks, wish);
    checkWish("attack", wish.attack, attack.state().attack, attack.title);
    describeShake();
  });
  const networkIn = offerNetworks();
  const pictureIn = fetched(photos.find((p) => p.name === photo)!.file)
    .then((data) => give(data))
    .then(look);
  const failed = (await Promise.allSettled([described, pictureIn, networkIn])).find((r) => r.status === "rejected");
  if (failed) wrong(said(failed.reason));
  started = true;
  remember();
}

const not = unsupported();
if (not) {
  at("loading").hidden = true;
  wrong(not);
} else {
  void begin();
}
