// Package inspection inspects the ONNX files that a command names.
package inspection
