// The speaker's window: what to say, what comes next, and the time. Its keys are those of the presentation.

import { byId, create } from "../../ui/dom";
import { actionOf } from "../keys";
import type { FromNotes, Now, ToNotes } from "./message";

const channel = new BroadcastChannel(location.hash.slice(1));
const began = new Date();

function send(message: FromNotes): void {
  channel.postMessage(message);
}

function show({ deck, number, of, scene, next, hidden, black }: Now): void {
  document.title = `${number}/${of} ${scene.title}`;
  byId("where").textContent = `${deck} · scene ${number} of ${of}${black ? " · the screen is black" : ""}`;
  byId("title").textContent = scene.title;
  byId("say").textContent = scene.say ?? "";
  byId("question").textContent = scene.question ? `Question: ${scene.question}` : "";
  byId("answer").textContent = scene.answer ? `Answer: ${scene.answer}` : "";
  byId("hidden").hidden = !hidden;
  byId("notes").replaceChildren(...(scene.notes ?? "").split("\n").map((line) => create("p", "", line)));
  byId("next").textContent = next ? next.title : "this is the last scene";
  byId("next-say").textContent = next ? (next.question ?? next.say ?? "") : "";
}

function tick(): void {
  const now = new Date();
  byId("time").textContent = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const gone = Math.max(0, Math.floor((now.getTime() - began.getTime()) / 1000));
  byId("elapsed").textContent = `${Math.floor(gone / 60)}:${String(gone % 60).padStart(2, "0")}`;
}

channel.onmessage = ({ data }: MessageEvent<ToNotes>) => {
  if (data.kind === "now") return show(data.now);
  byId("where").textContent = "The presentation is over.";
};
addEventListener("keydown", (e) => {
  const action = actionOf(e);
  const pressed = (e.key === "Enter" || e.key === " ") && (e.target as Element | null)?.closest("button");
  if (!action || action === "help" || action === "notes" || action === "screen" || pressed) return;
  e.preventDefault();
  send({ kind: "do", action, key: e.key });
});
for (const [id, action] of [["previous", "previous"], ["forward", "next"], ["black", "black"]] as const) {
  byId(id).addEventListener("click", () => send({ kind: "do", action, key: "" }));
}
byId("reset").addEventListener("click", () => {
  began.setTime(Date.now());
  tick();
});
setInterval(tick, 500);
tick();
send({ kind: "open" });
