// The overlaps as a table, for who does not see the map. It is made when it is opened.

import { byId, create } from "../ui/dom";
import { overlapText, type State } from "./state";

export function offerTable(state: State): void {
  const box = byId<HTMLDetailsElement>("table");
  const fill = () => {
    if (!box.open || !state.file) return;
    const { overlaps } = state;
    const table = create("table");
    const head = create("tr");
    const th = (text: string, scope: string) => {
      const e = create("th", "", text);
      e.scope = scope;
      return e;
    };
    head.append(th("overlap (95 % interval)", "col"), ...overlaps.order.map((i) => th(state.name(i), "col")));
    const body = create("tbody");
    for (const i of overlaps.order) {
      const row = create("tr");
      row.append(th(state.name(i), "row"), ...overlaps.order.map((j) => create("td", "", overlapText(overlaps, i, j))));
      body.append(row);
    }
    const top = create("thead");
    top.append(head);
    table.append(top, body);
    byId("table-place").replaceChildren(table);
  };
  box.addEventListener("toggle", fill);
  state.fileChanged.listen(fill);
}
