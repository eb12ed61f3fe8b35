// What is dropped anywhere on the page.

/** Passes on what is dropped. The page shows that it takes something while a thing is dragged over it. */
export function listenForDrops(take: (data: DataTransfer | null) => void): void {
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
    take(e.dataTransfer);
  });
}
