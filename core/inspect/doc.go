// Package inspect says what an ONNX file holds, whether it can be run here and if not why, what it costs, and what it seems
// to want of its pixels. It knows nothing of files by path: a program gives it bytes.
package inspect
