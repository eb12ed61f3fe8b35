// Package onnx turns the bytes of an ONNX file into a net.Network and back. It opens no files.
//
// # What is read
//
// Files of operator sets 7 to 21 with one input and one output, whose first dimension is the batch. Whether the file
// gives the batch a name, -1 or a number, it becomes free. All other dimensions must be numbers.
//
//   - Convolution and pooling of pictures: Conv (2-D, grouped too), MaxPool, AveragePool, GlobalAveragePool,
//     GlobalMaxPool, Resize (nearest and linear), Pad (constant, reflect, edge).
//   - Normalisation: BatchNormalization, InstanceNormalization, LayerNormalization.
//   - Functions: Relu, LeakyRelu, PRelu, Clip, Sigmoid, HardSigmoid, HardSwish, Tanh, Elu, Gelu, Mish, Softplus, Erf, Exp,
//     Log, Sqrt, Pow by a constant, Reciprocal, Abs, Neg, Softmax, and LogSoftmax at the end.
//   - Products and sums: Gemm and MatMul by constants, MatMul of values, Add, Sub, Mul, Div and Sum with broadcasting,
//     Max and Min with a number, ReduceMean, ReduceSum, ReduceL2, and ReduceMax over rows and columns.
//   - Order: Flatten, Reshape, Squeeze, Unsqueeze, Transpose, Slice, Split, Concat, Expand, and Gather at constant places.
//   - Quantised networks in the form of QuantizeLinear and DequantizeLinear (uint8, int8; int32 for biases): values are
//     rounded to the grid that the file gives (by its scale's inverse, so that what is within float32's rounding of a
//     half may go to the other side), and everything is computed in float32. Gradients go through rounding as if it were not
//     there, but not where a value is limited. Round is read likewise.
//   - What does nothing: Dropout, Identity, and Cast between float types.
//   - Of constants only, so that they fold: these, and Shape, ConstantOfShape, Range, Where, Equal, Not, Ceil, Floor, Mod,
//     ScatterND and Tile. Sizes may be multiples of the batch on the way.
//
// Nodes that the output does not need are ignored, whatever they are. A LogSoftmax at the end is left out: its input
// serves as logits just as well. Dropout does nothing at inference and is left out too.
//
// The batch may move on the way, as transformers move it, and share a dimension with heads or windows: its place is
// followed through transpositions and reshapes (batchaxis.go), while the network's values never have it. Layers that want a
// picture want it in front, and so does the output.
//
// Chains of nodes that files write one layer with become that layer: a Mul and an Add by constants a net.Affine, and
// those of Silu, HardSwish, Gelu and LayerNorm what they stand for (fuse.go). Resize is a product with constant matrices,
// PRelu a sum of two halves.
//
// Parameters may be float32, float16, bfloat16 or float64, in raw or typed fields, and become float32. External data
// and sparse tensors are refused.
//
// # What is written
//
// Operator set 17, IR version 8, parameters as float32 in raw form, the batch dimension as the symbol N. The same
// network always gives the same bytes, and reading them gives the network again, but for layers that do nothing and
// for the shape of an Affine's parameters, which become {1}, {channels} or one of as many dimensions as the value, and a
// LayerNorm without a scale, which gets one of ones.
//
// # Metadata
//
// The graph's name is the network's. Class names are the metadata property "classes", a JSON list of strings; in files
// of others a property of that name that is no such list is ignored.
//
// # Errors
//
// A file is refused whole, with an *Error that names the node and the field. Hostile bytes never panic, and the memory
// that reading takes is bounded by a small multiple of their number: what layers use may not exceed 3 elements for
// each byte of the file and a million more, and no value may have more than net.MaxElements elements per image.
//
// # Source
//
// The format is onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), the operators are those of
// https://onnx.ai/onnx/operators/.
package onnx
