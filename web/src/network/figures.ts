// What a model card says of the training of a network and of what was measured of it, in words.

interface Figure {
  accuracy: number;
  n: number;
}

interface Figures {
  clean: Figure;
  corrupted?: { n: number; mean: number; seen?: number; unseen?: number; each: unknown[] };
  attacked?: { attack: string; n: number; robust_accuracy: number }[];
}

type Card = Readonly<Record<string, unknown>>;

/** Fields of a card that the rows below say, or that say no more than they. */
export const inRows = new Set(["training", "figures", "origin", "seconds", "processor_seconds", "date", "machine"]);

/** The rows of a card: names and texts. What a card does not have, or has in another form, is left out. */
export function figureRows(card: Card): [string, string][] {
  const rows: [string, string][] = [];
  const add = (name: string, text: string | undefined) => {
    if (text) rows.push([name, text]);
  };
  const training = object(card["training"]);
  add("recipe", training && recipeText(training));
  const f = figures(card["figures"]);
  if (f) {
    add("clean accuracy", `${share(f.clean.accuracy)} of ${amount(f.clean.n)} test pictures`);
    add("corrupted", f.corrupted && corruptedText(f.corrupted));
    add("attacked", f.attacked && attackedText(f.attacked));
  } else if (typeof card["accuracy"] === "number") {
    add("clean accuracy", `${share(card["accuracy"])} of ${amount(Number(card["test_images"]))} test pictures`);
  }
  add("trained", trainedText(card));
  for (const [name, text] of originRows(object(card["origin"]))) add(name, text);
  if (training) add("training", parameterText(training));
  return rows;
}

function object(v: unknown): Card | undefined {
  return typeof v === "object" && v !== null && !Array.isArray(v) ? (v as Card) : undefined;
}

/** The figures, if they are as they are known here. */
function figures(v: unknown): Figures | undefined {
  const f = object(v) as Figures | undefined;
  const numbers = (...list: unknown[]) => list.every((x) => typeof x === "number");
  if (!f || !object(f.clean) || !numbers(f.clean.accuracy, f.clean.n)) return undefined;
  const c = f.corrupted;
  const a = f.attacked;
  if (c !== undefined && !(object(c) && numbers(c.n, c.mean) && Array.isArray(c.each))) return undefined;
  if (a !== undefined && !(Array.isArray(a) && a.every((x) => object(x) && typeof x.attack === "string" && numbers(x.n, x.robust_accuracy)))) return undefined;
  return f;
}

const share = (v: number) => `${(100 * v).toFixed(1)} %`;
const amount = (n: number) => n.toLocaleString("en");
const parameter = (name: string, v: unknown) => `${name.replaceAll("_", " ")} ${typeof v === "number" ? Number(v.toPrecision(4)) : String(v)}`;

function recipeText(training: Card): string {
  const own = Object.entries(object(training["options"]) ?? {}).map(([k, v]) => parameter(k, v));
  const name = String(training["recipe"] ?? "");
  return own.length > 0 ? `${name}: ${own.join(", ")}` : name;
}

function parameterText(training: Card): string {
  return Object.entries(training)
    .filter(([k, v]) => k !== "recipe" && v !== null && v !== "" && typeof v !== "object")
    .map(([k, v]) => parameter(k, v))
    .join(", ");
}

function corruptedText(c: NonNullable<Figures["corrupted"]>): string {
  const parts = typeof c.seen === "number" && typeof c.unseen === "number" ? `; ${share(c.seen)} on those it trained on, ${share(c.unseen)} on the others` : "";
  return `${share(c.mean)} over ${c.each.length} corruptions${parts}`;
}

/** What AutoAttack leaves, from small changes to large ones. */
function attackedText(list: NonNullable<Figures["attacked"]>): string {
  const parts = list.flatMap((a) => {
    const m = /^autoattack\{eps=([^,}]+)(?:,norm=(\w+))?\}$/.exec(a.attack);
    return m ? [`${share(a.robust_accuracy)} at ${m[1]}${m[2] === "l2" ? " in L2" : ""} (${amount(a.n)} pictures)`] : [];
  });
  return parts.length > 0 ? `AutoAttack leaves ${parts.join(", ")}` : "";
}

/** What is known of a network that was trained elsewhere. */
function originRows(o: Card | undefined): [string, string][] {
  if (!o) return [];
  const text = (k: string) => (typeof o[k] === "string" ? o[k] : "");
  const number = (k: string) => (typeof o[k] === "number" ? o[k] : 0);
  return [
    ["published accuracy", `${share(number("published_accuracy"))} of ${amount(number("published_images"))} pictures (${text("published_by")})`],
    ["made from", `${text("package")}, ${text("copyright")}; ${text("changes")}`],
    ["answers as before", `on ${share(number("agreement"))} of ${amount(number("compared"))} photographs (${text("photographs")})`],
  ];
}

function trainedText(card: Card): string {
  const { date, seconds, machine } = card;
  const day = typeof date === "string" ? new Date(date) : undefined;
  const parts = [
    day && !Number.isNaN(day.getTime()) ? day.toLocaleDateString("en", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }) : "",
    typeof seconds === "number" ? `in ${seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`}` : "",
    typeof machine === "string" ? `on ${machine}` : "",
  ];
  return parts.filter(Boolean).join(", ");
}
