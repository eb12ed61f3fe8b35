// Package onnxpb decodes and encodes the protobuf messages of ONNX files, as far as package onnx needs them. It knows
// nothing of operators or networks.
//
// Decode takes any bytes: what is damaged is refused with an error that says where, never with a panic. Its memory is
// bounded by a small multiple of the number of bytes, because messages and names, which take more memory than bytes in the
// file, are limited to 131,072. What it returns points into the bytes where it can. Fields that are not in the structs are
// skipped.
//
// Encode writes fields in the order of their numbers, so that the same message always has the same bytes.
//
// The source of the field numbers is onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
package onnxpb
