import assert from "node:assert/strict";
import test from "node:test";

import { keyName, label } from "../src/stage/keys";

const key = (key: string, held: Partial<KeyboardEvent> = {}) => keyName({ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...held });

test("keys have the names of core/stage", () => {
  assert.deepEqual(["ArrowLeft", "PageDown", "Tab", " ", "A", "5", ",", "Escape"].map((k) => key(k)), ["left", "right", "tab", "space", "a", "5", ",", "escape"]);
});

test("what belongs to the browser is left to it", () => {
  assert.deepEqual([key("r", { ctrlKey: true }), key("Tab", { shiftKey: true }), key("F5"), key("Shift")], ["", "", "", ""]);
});

test("buttons are written as keys are", () => {
  assert.deepEqual(["left", "tab", "a", "5"].map(label), ["←", "Tab", "A", "5"]);
});
