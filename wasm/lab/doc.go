// Command lab is the page's computing part: WebAssembly in a dedicated Web Worker, so that the page never freezes.
//
// It holds one network and one picture, shakes the picture (core/corrupt), asks the network (core/engine) and attacks
// it (core/attack). The messages are those of web/src/lab/protocol.ts: an operation with its arguments as one JSON string and
// at most one array of bytes in, one JSON string and at most one array of RGBA bytes out. Pictures of an answer lie one
// after the other in that array; the JSON says where. During an attack each step is a message of its own, and between
// steps the lab gives the browser its turn, so that a cancel gets in.
//
// Errors are sentences for the person at the page. A panic is caught and told; the lab then refuses to go on with
// the picture and the network it had.
//
// Everything but main_js.go is plain Go and is tested natively.
package main
