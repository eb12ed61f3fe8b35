// What a presentation puts around the page's pictures: the title above, the sentence and the dots below, and what covers all.

import { create } from "../ui/dom";
import { bindings } from "./keys";
import { type Focus, focuses } from "./deck";

function button(className: string, text: string, label: string): HTMLButtonElement {
  const b = create("button", className, text);
  b.type = "button";
  b.setAttribute("aria-label", label);
  b.title = label;
  return b;
}

export class Screen {
  onpick: (index: number) => void = () => {};
  readonly previous = button("quiet", "◂", "The scene before (←)");
  readonly next = button("quiet", "▸", "The answer, or the next scene (→)");
  readonly helpButton = button("quiet", "?", "Keys (H)");
  readonly leaveButton = button("quiet", "×", "Leave the presentation (Esc)");
  readonly help = create("dialog", "card lecture-help");

  private readonly head = create("header", "lecture-head");
  private readonly title = create("h1", "lecture-title");
  private readonly network = create("p", "lecture-where");
  private readonly where = create("p", "lecture-where");
  private readonly foot = create("section", "lecture-foot");
  private readonly question = create("p", "lecture-question");
  private readonly say = create("p", "lecture-say");
  private readonly message = create("p", "lecture-message");
  private readonly dots = create("ol", "lecture-dots");
  private readonly live = create("p", "sr");
  private readonly cover = create("div", "lecture-black");
  private readonly labels = new Map<string, HTMLElement>();
  private frame: HTMLIFrameElement | null = null;

  constructor() {
    this.title.tabIndex = -1;
    this.live.setAttribute("role", "status");
    this.message.setAttribute("role", "alert");
    this.cover.hidden = true;
    this.foot.setAttribute("aria-label", "Presentation");
    this.head.append(this.title, this.network, this.where, this.question);
    const bar = create("div", "lecture-bar");
    bar.append(this.previous, this.dots, this.next, this.helpButton, this.leaveButton);
    this.foot.append(this.message, this.say, bar, this.live);
    const list = create("dl");
    for (const { shown, does } of bindings) list.append(create("dt", "", shown), create("dd", "", does));
    const heading = create("h2", "", "Keys");
    heading.id = "lecture-keys";
    this.help.setAttribute("aria-labelledby", heading.id);
    const close = button("quiet", "Close", "Close");
    close.addEventListener("click", () => this.help.close());
    this.help.append(heading, list, create("p", "hint", "On a touch screen, swipe to the left or right. Presenter remotes work."), close);
  }

  /** Puts the presentation on the page. */
  enter(): void {
    const stage = document.getElementById("stage")!;
    stage.before(this.head);
    stage.after(this.foot);
    document.body.append(this.cover, this.help);
    for (const name of ["original", "corrupted", "attacked"]) {
      const label = create("p", "lecture-label");
      document.querySelector(`.step.${name}`)?.prepend(label);
      this.labels.set(name, label);
    }
    document.documentElement.classList.add("lecture");
  }

  /** Takes it off again. */
  leave(): void {
    document.documentElement.classList.remove("lecture");
    for (const e of [this.head, this.foot, this.cover, this.help, ...this.labels.values()]) e.remove();
    this.page("");
    const { dataset } = document.documentElement;
    for (const key of ["focus", "hidden", "page", "columns"]) delete dataset[key];
  }

  /** Shows a page of the site in the place of the pictures; nothing for the pictures. */
  page(address: string): HTMLIFrameElement | null {
    this.frame?.remove();
    this.frame = null;
    document.documentElement.dataset["page"] = address === "" ? "no" : "yes";
    if (address === "") return null;
    this.frame = create("iframe", "lecture-page");
    this.frame.src = address;
    this.frame.title = this.title.textContent ?? "";
    document.getElementById("stage")!.before(this.frame);
    return this.frame;
  }

  scene(title: string, where: string, question: string, focus: readonly Focus[]): void {
    this.title.textContent = title;
    this.network.textContent = "";
    this.where.textContent = where;
    this.question.textContent = question;
    this.question.hidden = question === "";
    const { dataset } = document.documentElement;
    dataset["focus"] = focuses.filter((f) => focus.includes(f)).join(" ");
    const columns = focus.filter((f) => f !== "course").length;
    dataset["columns"] = String(columns);
    document.documentElement.style.setProperty("--columns", String(Math.max(columns, 1)));
  }

  /** Shows the sentence below the pictures. */
  sentence(text: string): void {
    this.say.textContent = text;
  }

  label(texts: { picture: string; corruption: string; attack: string; network: string }): void {
    this.network.textContent = texts.network;
    const [original, corrupted, attacked] = ["original", "corrupted", "attacked"].map((n) => this.labels.get(n));
    if (original) original.textContent = texts.picture;
    if (corrupted) corrupted.textContent = texts.corruption;
    if (attacked) attacked.textContent = texts.attack;
  }

  problem(text: string): void {
    this.message.textContent = text;
    this.message.hidden = text === "";
  }

  /** Marks one of the dots, each of which leads to a scene. */
  dot(index: number, titles: readonly string[]): void {
    if (this.dots.childElementCount !== titles.length) {
      this.dots.replaceChildren(
        ...titles.map((title, i) => {
          const item = create("li");
          const b = button("dot", "", `Scene ${i + 1}: ${title}`);
          b.addEventListener("click", () => this.onpick(i));
          item.append(b);
          return item;
        }),
      );
    }
    [...this.dots.querySelectorAll("button")].forEach((b, i) => {
      if (i === index) b.setAttribute("aria-current", "step");
      else b.removeAttribute("aria-current");
    });
  }

  /** Hides what the network says, or shows it; so does a page in a frame with its figures. */
  hide(hidden: boolean): void {
    for (const root of [document.documentElement, this.frame?.contentDocument?.documentElement]) {
      if (root) root.dataset["hidden"] = hidden ? "yes" : "no";
    }
  }

  black(on: boolean): void {
    this.cover.hidden = !on;
  }

  get isBlack(): boolean {
    return !this.cover.hidden;
  }

  announce(text: string): void {
    this.live.textContent = text;
  }

  focus(): void {
    this.title.focus();
  }
}
