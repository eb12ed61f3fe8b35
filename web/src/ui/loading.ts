// The bar that is shown while the lab loads.

import { byId } from "./dom";
import { bytes } from "./text";

export function showLoading(loaded: number, total: number): void {
  byId<HTMLProgressElement>("loading-bar").value = loaded / total;
  byId("loading-text").textContent =
    loaded < total ? `Loading: ${bytes(loaded)} of ${bytes(total)} (${Math.floor((100 * loaded) / total)} %)` : "Starting…";
}

export function hideLoading(): void {
  byId("loading").hidden = true;
}
