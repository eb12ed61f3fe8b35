// Command evaluator is what computes in evaluate.html: WebAssembly in Web Workers, one of which keeps the results.
//
// It serves an evaluator (core/evaluator). The messages are those of web/src/evaluate/protocol.ts: in, an operation with its
// arguments as one JSON string and bytes of files; out, one JSON string and at most one array of bytes. Progress is a message
// of its own.
package main
