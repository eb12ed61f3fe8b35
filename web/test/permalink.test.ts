import assert from "node:assert/strict";
import test from "node:test";

import { formatLink, type LinkState, limits, parseLink, parseNumber, says } from "../src/session/permalink";

const state: LinkState = {
  photo: "coffee",
  network: "cifar10-standard",
  versus: "cifar10-mtlat",
  corruption: "laugros/rain",
  severity: 5,
  seed: 4294967295,
  where: "view",
  sight: "net",
  attack: "mi-fgsm",
  norm: "l2",
  values: { eps: 1.25, steps: 7 },
  target: "sea lion",
  from: "corrupted",
  victim: "each",
  run: true,
};

test("a link brings back what it was made of", () => {
  assert.deepEqual<unknown>(parseLink(formatLink(state)), state);
});

test("a link keeps small numbers and long names of classes", () => {
  const s = { ...state, values: { weight: 1e-7, eps: 0.30000000000000004, confidence: 1 / 3e5 }, target: "great white shark, white shark, man-eater, man-eating shark, Carcharodon carcharias" };
  assert.deepEqual<unknown>(parseLink(formatLink(s)), s);
});

test("a link says only what is not as usual", () => {
  const usual = { severity: 5, attack: "mi-fgsm", norm: "l2", values: { eps: 1.25, steps: 10 } };
  assert.equal(formatLink({ ...state, run: false, target: "" }, usual), "#photo=coffee&network=cifar10-standard&versus=cifar10-mtlat&corruption=laugros%2Frain&seed=4294967295&where=view&sight=net&from=corrupted&victim=each&steps=7");
});

test("what is empty is left out of a link", () => {
  const link = formatLink({ ...state, photo: "", network: "", target: "", values: {} });
  for (const name of ["photo", "network", "target"]) assert.ok(!link.includes(`${name}=`), link);
});

test("a link says what another one asks for, or not", () => {
  const link = formatLink(state);
  for (const same of ["#stage", "", "#severity=5", "#eps=1.25&photo=coffee", link]) assert.ok(says(same, link), same);
  for (const other of ["#severity=4", "#eps=1", "#photo=own", "#momentum=1"]) assert.ok(!says(other, link), other);
});

test("what a link leaves out is asked for as usual", () => {
  const usual = { severity: 3, attack: "pgd", norm: "linf", values: { eps: 8 }, target: "" };
  const now = formatLink({ ...state, severity: 3, attack: "pgd", norm: "linf", values: { eps: 8 }, target: "" });
  for (const same of ["#photo=coffee", "#photo=coffee&attack=pgd", "#stage", ""]) assert.ok(says(same, now, usual), same);
  const blurred = formatLink({ ...state, severity: 4, attack: "pgd", norm: "linf", values: { eps: 4 }, target: "dog" });
  for (const other of ["#photo=coffee", "#photo=coffee&severity=4", "#photo=coffee&severity=4&eps=4"]) assert.ok(!says(other, blurred, usual), other);
  assert.ok(says("#photo=coffee&severity=4&eps=4&target=dog", blurred, usual));
});

test("a link without a second network asks for none", () => {
  const usual = { versus: "", victim: "first" } as const;
  const compared = formatLink(state, usual);
  assert.ok(!says("#photo=coffee", compared, usual));
  assert.ok(says("#photo=coffee&versus=cifar10-mtlat&victim=each", compared, usual));
  const alone = formatLink({ ...state, versus: "", victim: "first" }, usual);
  assert.ok(!/versus|victim/.test(alone), alone);
  assert.ok(says("#photo=coffee", alone, usual));
});

test("nothing is taken from a hostile link", () => {
  const nothing = { values: {} };
  for (const hash of [
    "",
    "#",
    "#photo=../../etc/passwd&network=//evil.test/x&corruption=%3Cimg%20src%3Dx%3E&severity=99&seed=-1",
    "#eps=NaN&steps=1e9&from=x&where=%00&victim=all&versus=..%2F..%2Fx&EPS=1&a_b=1",
    "#severity=3.5&seed=4294967296&photo=" + "a".repeat(65),
    "#target=" + "a".repeat(201),
  ]) {
    assert.deepEqual<unknown>(parseLink(hash), nothing, hash);
  }
  assert.deepEqual<unknown>(parseLink("#severity=3&pad=" + "a".repeat(2000)), {});
});

test("a link has at most twenty parameters", () => {
  const many = Array.from({ length: 30 }, (_, i) => `${String.fromCharCode(97 + (i % 26))}${"x".repeat(1 + i / 26)}=1`).join("&");
  assert.equal(Object.keys(parseLink("#" + many).values ?? {}).length, 20);
});

test("numbers are read within limits only", () => {
  for (const [text, want] of [["1", 1], ["5", 5], ["0", undefined], ["6", undefined], ["2.5", undefined], ["", undefined], ["0x3", undefined], [" 3", undefined]] as const) {
    assert.equal(parseNumber(text, limits.severity, true), want, text);
  }
  assert.equal(parseNumber("2.5", [0, 10], false), 2.5);
  assert.equal(parseNumber(null, [0, 10], false), undefined);
});
