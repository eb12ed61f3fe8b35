// Package onnx turns the bytes of an ONNX file into a net.Network and back. It opens no files.
//
// # What is read
//
// Files of operator sets 7 to 21 with one input and one output, whose first dimension is the batch. Whether the file
// gives the batch a name, -1 or a number, it becomes free. All other dimensions must be numbers. The operators are
// Conv (2-D), BatchNormalization, Relu, LeakyRelu, Clip, MaxPool, AveragePool, GlobalAveragePool, GlobalMaxPool,
// ReduceMean over rows and columns, Add, Sum and Sub of values of one shape, Add, Sub, Mul and Div with constants,
// Concat, Gemm and MatMul by constants, Flatten, Reshape, Squeeze, Unsqueeze, Softmax, Dropout, Identity, Cast between
// float types and Constant, with shapes that are computed from Shape by Gather, Slice, Concat, Cast and arithmetic.
// Nodes that the output does not need are ignored, whatever they are. A LogSoftmax at the end is left out: its input
// serves as logits just as well. Dropout does nothing at inference and is left out too.
//
// Parameters may be float32, float16, bfloat16 or float64, in raw or typed fields, and become float32. External data
// and sparse tensors are refused. A Mul and an Add by constants that follow each other become one net.Affine.
//
// # What is written
//
// Operator set 17, IR version 8, parameters as float32 in raw form, the batch dimension as the symbol N. The same
// network always gives the same bytes, and reading them gives the network again, but for layers that do nothing and
// for the shape of an Affine's parameters, which become {1}, {channels} or that of the value.
//
// # Metadata
//
// The graph's name is the network's. Class names are the metadata property "classes", a JSON list of strings; in files
// of others a property of that name that is no such list is ignored.
//
// # Errors
//
// A file is refused whole, with an *Error that names the node and the field. Hostile bytes never panic, and the memory
// that reading takes is bounded by a small multiple of their number: what layers use may not exceed 2 elements for
// each byte of the file and a million more, and no value may have more than net.MaxElements elements per image.
//
// # Source
//
// The format is onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), the operators are those of
// https://onnx.ai/onnx/operators/.
package onnx
