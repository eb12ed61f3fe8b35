import assert from "node:assert/strict";
import test from "node:test";

import type { StageAsk } from "../src/lab/protocol";
import { StagePort } from "../src/lab/stageport";

/** A stage's end of a channel: what it is told, and a way to wait for that. */
function stage() {
  const { port1: own, port2: port } = new MessageChannel();
  const told: unknown[] = [];
  own.onmessage = (e: MessageEvent<unknown>) => told.push(e.data);
  return { own, port, told };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test("an answer to a stage that has been left does not reach the next one", async () => {
  const passed: StageAsk[] = [];
  const ports = new StagePort((a) => passed.push(a));
  const tell = (number: number, text: string) => {
    const asked = ports.answered(number);
    asked?.port.postMessage({ id: asked.id, text });
  };

  const first = stage();
  ports.connect(first.port);
  first.own.postMessage({ id: 1, op: "stage", args: "a" });
  await turn();
  const late = passed[0]!.id;

  const second = stage();
  ports.connect(second.port); // with the same numbers as the first one
  second.own.postMessage({ id: 1, op: "stage", args: "b" });
  await turn();
  assert.deepEqual(passed.map((a) => [a.op, a.args]), [["stage", "a"], ["offstage", ""], ["stage", "b"]]);
  assert.equal(new Set(passed.map((a) => a.id)).size, 3);
  assert.ok(passed.every((a) => a.id < 0));

  tell(late, "late");
  tell(passed[1]!.id, "off");
  tell(passed[2]!.id, "in time");
  tell(passed[2]!.id, "twice");
  await turn();
  assert.deepEqual([first.told, second.told], [[], [{ id: 1, text: "in time" }]]);

  ports.connect(null);
  await turn();
  assert.deepEqual(passed.slice(3).map((a) => a.op), ["offstage"]);
  first.own.close();
  second.own.close();
});
