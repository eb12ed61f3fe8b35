// Which pixels the three large pictures show: those of the photograph, or those that the network gets.

import { Signal } from "./signal";

export class Sight {
  /** The pictures are shown as the network gets them. */
  asNetwork = false;
  /** The size at which the network gets them, or nothing if it is as large as what people see. */
  size = "";
  /** Whether they are to be shown so where that makes a difference. */
  wanted = false;
  readonly changed = new Signal();

  set(asNetwork: boolean, size = this.size): void {
    this.wanted = asNetwork;
    this.asNetwork = asNetwork && size !== "";
    this.size = size;
    this.changed.send();
  }
}
