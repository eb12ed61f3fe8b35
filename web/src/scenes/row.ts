// One scene in the list of the visitor's own: its place, and a form for what is said of it.

import { create } from "../ui/dom";
import { type Focus, focuses, type Scene } from "./deck";
import { focusOf } from "./player";

const names: Readonly<Record<Focus, string>> = { picture: "picture", corruption: "corruption", change: "change", attack: "attack", course: "curves" };

/** The texts of a scene that a person writes. */
const fields = [
  ["title", "Title", 120, ""],
  ["say", "Sentence", 400, "what the audience reads below the pictures"],
  ["question", "Question", 200, "if there is one, the answer stays hidden until a key is pressed"],
  ["answer", "Answer", 400, "read in place of the sentence, with the result"],
  ["notes", "Notes", 4000, "only for the speaker"],
] as const;

export interface RowActions {
  present(): void;
  move(by: number): void;
  remove(): void;
  edit(scene: Scene): void;
}

function small(text: string, label: string, act: () => void): HTMLButtonElement {
  const b = create("button", "quiet", text);
  b.type = "button";
  b.setAttribute("aria-label", label);
  b.title = label;
  b.dataset["does"] = label.split(" ")[0]!;
  b.addEventListener("click", act);
  return b;
}

/** Returns a scene's row. */
export function row(scene: Scene, index: number, count: number, act: RowActions): HTMLLIElement {
  const item = create("li", "scene-row");
  const details = create("details");
  const summary = create("summary", "", `${index + 1}. ${scene.title}`);
  const up = small("▲", `Up: ${scene.title}`, () => act.move(-1));
  const down = small("▼", `Down: ${scene.title}`, () => act.move(1));
  up.disabled = index === 0;
  down.disabled = index === count - 1;
  const tools = create("div", "scene-tools");
  tools.append(small("▶", `Present from here: ${scene.title}`, () => act.present()), up, down, small("×", `Delete: ${scene.title}`, () => act.remove()));
  details.append(summary, form(scene, index, act));
  item.append(details, tools);
  return item;
}

function form(scene: Scene, index: number, act: RowActions): HTMLElement {
  const box = create("div", "scene-form");
  const inputs = new Map<string, HTMLInputElement | HTMLTextAreaElement>();
  const checks = new Map<Focus, HTMLInputElement>();
  const changed = () => act.edit(read(scene, inputs, checks));
  for (const [name, label, most, hint] of fields) {
    const input = name === "notes" ? create("textarea") : create("input");
    if (input instanceof HTMLInputElement) input.type = "text";
    input.id = `scene-${index}-${name}`;
    input.maxLength = most;
    input.placeholder = hint;
    input.value = scene[name] ?? "";
    input.addEventListener("change", changed);
    const l = create("label", "", label);
    l.htmlFor = input.id;
    const line = create("div", "field");
    line.append(l, input);
    box.append(line);
    inputs.set(name, input);
  }
  if (/^(index\.html)?(#|$)/.test(scene.show)) {
    const line = create("fieldset", "scene-focus");
    line.append(create("legend", "", "In view"));
    for (const f of focuses) {
      const check = create("input");
      check.type = "checkbox";
      check.checked = focusOf(scene).includes(f);
      check.addEventListener("change", changed);
      const l = create("label");
      l.append(check, ` ${names[f]}`);
      line.append(l);
      checks.set(f, check);
    }
    box.append(line);
  }
  const shows = create("p", "hint", scene.show || "the page as it begins");
  box.append(shows);
  return box;
}

/** Reads a form; what is left empty is not in the scene, and a title cannot be empty. */
function read(scene: Scene, inputs: ReadonlyMap<string, HTMLInputElement | HTMLTextAreaElement>, checks: ReadonlyMap<Focus, HTMLInputElement>): Scene {
  const text = (name: string) => inputs.get(name)?.value.trim() ?? "";
  const focus = focuses.filter((f) => checks.get(f)?.checked);
  return {
    title: text("title") || scene.title,
    ...(text("say") && { say: text("say") }),
    ...(text("notes") && { notes: text("notes") }),
    ...(text("question") && { question: text("question") }),
    ...(text("question") && text("answer") && { answer: text("answer") }),
    ...(focus.length > 0 && { focus }),
    show: scene.show,
  };
}
