// Files that the visitor opens, drops anywhere on the page, or pastes.

import { byId } from "./dom";

/** Passes each file on. nothing is called when something was dropped that is not a file. */
export function listenForFiles(take: (file: File) => void, nothing: () => void): void {
  const input = byId<HTMLInputElement>("picture-file");
  byId("open-picture").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const f = input.files?.[0];
    if (f) take(f);
    input.value = ""; // so that the same file can be opened again
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
    else nothing();
  });
}
