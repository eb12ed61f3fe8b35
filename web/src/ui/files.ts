// Files that the visitor opens, drops anywhere on the page, or pastes.

import { byId } from "./dom";
import { listenForDrops } from "./drop";

/** Passes files on that come together. nothing is called when something was dropped that is not a file. */
export function listenForFiles(take: (files: readonly File[]) => void, nothing: () => void): void {
  const input = byId<HTMLInputElement>("picture-file");
  byId("open-picture").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files?.length) take([...input.files]);
    input.value = ""; // so that the same file can be opened again
  });
  addEventListener("paste", (e) => {
    const { files } = e.clipboardData ?? {};
    if (files?.length) take([...files]);
  });
  listenForDrops((data) => {
    const { files } = data ?? {};
    if (files?.length) take([...files]);
    else nothing();
  });
}
