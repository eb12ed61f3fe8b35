// The card with a QR code, which takes a phone to what is shown.

import { correction, generate } from "lean-qr";

import { create } from "../ui/dom";
import { bytes } from "../ui/text";

const longest = 500; // characters: what has more is too fine for a phone in the last row

/** Says why phones may not reach an address, in a sentence; nothing if they can. */
export function reach({ protocol, hostname, port }: Pick<URL, "protocol" | "hostname" | "port">): string {
  if (protocol === "file:") return "Phones cannot reach this page: it is opened from a file. Serve it (steady serve --addr :8000), and open it by this computer's address in the network.";
  if (/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    return `Phones cannot reach this address: “${hostname}” is this computer only. Start steady serve --addr :${port || "8000"}, and open the page by this computer's address in the network.`;
  }
  if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cd])/.test(hostname) || /\.local$/.test(hostname)) return "Phones must be in the same network as this computer.";
  return "";
}

/** Draws the QR code of an address. */
export function draw(canvas: HTMLCanvasElement, address: string): void {
  generate(address, { minCorrectionLevel: correction.L, maxCorrectionLevel: correction.M }).toCanvas(canvas, { pad: 4, on: [0, 0, 0], off: [255, 255, 255] });
}

/** Shows the card; is over when it is closed. */
export function showCard(address: URL): Promise<void> {
  const card = create("dialog", "card code-card");
  const title = create("h2", "", "On your phone");
  title.id = "code-title";
  card.setAttribute("aria-labelledby", title.id);
  card.append(title);
  const text = address.href;
  if (text.length <= longest) {
    const canvas = create("canvas", "pixels code");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `QR code of ${text}`);
    draw(canvas, text);
    card.append(canvas);
  } else {
    card.append(create("p", "wrong", `This link is too long for a QR code that phones can read (${bytes(text.length)}; at most ${longest} characters). Put the deck's file on a server, or show a scene alone.`));
  }
  const link = create("a", "code-link", text);
  link.href = text;
  card.append(link);
  const note = reach(address);
  if (note) card.append(create("p", "code-note", note));
  const close = create("button", "quiet", "Close");
  close.type = "button";
  close.addEventListener("click", () => card.close());
  card.append(close);
  document.body.append(card);
  return new Promise((over) => {
    card.addEventListener("close", () => {
      card.remove();
      over();
    });
    card.showModal();
  });
}
