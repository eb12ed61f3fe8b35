// Command lab is the page's computing part: WebAssembly in a dedicated Web Worker, so that the page never freezes.
//
// It serves a session (core/session): one image and one network. The messages are those of web/src/lab/protocol.ts: in,
// an operation with its arguments as one JSON string and at most one array of bytes; out, one JSON string and at most
// one array of RGBA bytes. The images of an answer lie one after the other in that array; the JSON says where. During an
// attack each step is a message of its own, and between steps the lab yields to the browser, so that a cancel gets in.
//
// The stage of the page (wasm/stage) asks on a port of its own, with messages of core/stage: stage.go answers them with the
// session's network.
//
// Errors are sentences for the visitor. A panic is recovered and reported; the lab then has neither image nor network
// until it gets others.
//
// Everything but main_js.go is plain Go and is tested natively.
package main
