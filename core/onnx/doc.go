// Package onnx reads an ONNX file into an nn.Network and writes a network as an ONNX file, both as bytes in memory.
//
// # Files that are read
//
// Files of operator sets 7 to 28 with one input, whose first dimension is the batch. Whether the file calls the batch by a
// name, -1 or a number, it becomes free. A file of one image without a batch is applied to each image.
//
// An input of three dimensions for each image becomes C×H×W. Files in which the channels come last are recognized by a last
// dimension of 1 or 3, or by the first nodes (inputuse.go); Options.Layout decides where neither says it. Free height and width
// are those of Options.Size, and free channels those of the first convolution or normalization. Other dimensions must be
// numbers. The elements may be bytes (UINT8): the network multiplies pixels by 255, and the file must cast them to floats
// before it computes with them. [nn.Network.ForImages] makes an image of other inputs.
//
// The class scores are the output that Options names or, of several, the only one that could be them: with one axis above 1
// per image, and on the way to no other such output. An output that only says which class has the largest score (ArgMax,
// TopK, ZipMap, the label of a LinearClassifier) stands for the scores themselves.
//
// The operators, which may have values computed from the image as inputs, are:
//
//   - Convolution, pooling and resizing: Conv (1-D and 2-D, also grouped), MaxPool, AveragePool, GlobalAveragePool, GlobalMaxPool,
//     Resize (nearest, linear and cubic, with antialias and keep_aspect_ratio_policy), Upsample, Pad (constant, reflect, edge)
//   - Normalization: BatchNormalization, InstanceNormalization, GroupNormalization, LayerNormalization, RMSNormalization, LRN,
//     LpNormalization, MeanVarianceNormalization
//   - Functions of each element: Abs, Celu, Clip, Elu, Erf, Exp, Gelu, HardSigmoid, HardSwish, LeakyRelu, Log, Mish, Neg, PRelu,
//     Pow (by a constant), Reciprocal, Relu, Selu, Sigmoid, Softplus, Softsign, Sqrt, Swish, Tanh
//   - Functions of an axis: Softmax, LogSoftmax (at the end, where it is left out because its input serves as
//     logits, and before an Exp)
//   - Sums and products: Add, Sub, Mul, Div, Sum, Mean, Gemm (by a constant matrix), MatMul, Einsum (without diagonals), Attention
//     (with a constant mask), Max, Min
//   - Choices: Where (by a constant condition, or by IsNaN), IsNaN (which is always false)
//   - Reductions: ReduceMean, ReduceSum, ReduceL1, ReduceL2, ReduceSumSquare, ReduceLogSumExp, ReduceMax, ReduceMin
//   - Shape and order: Flatten, Reshape, Squeeze, Unsqueeze, Transpose, Slice, Split, Concat, Expand, Tile, Gather (at constant
//     indices), DepthToSpace, SpaceToDepth
//   - Quantization: QuantizeLinear, DequantizeLinear, Round
//   - Without effect at inference: Dropout, Identity, Cast (between float types), CastLike (likewise)
//   - Constants and shapes: Constant, Shape, Size
//   - Nodes within nodes: If (with a constant condition)
//   - Of scikit-learn: ai.onnx.ml.LinearClassifier, ai.onnx.ml.Normalizer (L1, L2), ai.onnx.ml.Scaler
//
// Nodes whose inputs are all constants are computed while reading, and Shape makes a constant, in which the batch may
// occur as N, 2·N and so on; a Range to N, the numbers of the images, may select each image's own elements in a Gather.
// Many of the operators above work on constants too, and these on nothing else:
//
//   - For constants only: And, Ceil, ConstantOfShape, Cos, Equal, Floor, GatherND, Greater, GreaterOrEqual, Less, LessOrEqual, Mod,
//     Not, Or, Range, ReduceProd, ScatterND, Sin, Trilu
//
// A node may call a function that the file defines, with attributes and further calls; its nodes are read in place of the
// call, as are those of a branch of an If (inline.go). All of them together may not have more than 262,144 names.
//
// Nodes that the output does not depend on are ignored, whatever their operators. An attribute that the reader does not
// know is an error (knownattributes.go).
//
// The batch may move, as it does in transformers, and share a dimension with heads or windows: its position is followed
// through transpositions and reshapes (batchaxis.go), while the network's values never have it. Layers that need an image
// need the batch in front, and so does the output.
//
// Chains of nodes that together are one layer become that layer: a Mul and an Add by constants an nn.Affine, and those of
// Silu, HardSwish, Gelu and LayerNorm an nn.Map or nn.LayerNorm (fuse.go). Resize becomes products with constant matrices,
// PRelu a sum of two halves.
//
// Quantized networks are those with QuantizeLinear and DequantizeLinear (UINT8, INT8; INT32 for biases): values are rounded
// to the grid of the file (by the inverse of its scale, so that what is within float32's rounding of a half may be rounded
// to the other side), and everything is computed in float32. Gradients pass through rounding as if it were the identity,
// but not where a value is clipped.
//
// Parameters may be FLOAT, FLOAT16, BFLOAT16 or DOUBLE, in raw or typed fields, and become float32. Sparse tensors are
// refused.
//
// The data of tensors may be in other files (external data), as PyTorch, and onnx.save_model for large models, write it: in one
// for all or one for each. This package opens no files: Options.External does. Their paths must be inside the folder of the
// ONNX file on every operating system: no "..", drive, backslash or leading slash.
//
// # Files that are written
//
// Operator set 17, IR version 8, parameters as FLOAT in raw form, the batch dimension as the symbol N. With
// WriteOptions.Float16, weights of convolutions and linear layers are FLOAT16 with a Cast to FLOAT behind each, so that
// everything is computed in float32 as before (float16.go). Batch normalization is written as it is, with its statistics:
// training can continue from the file. Fold a network first to write it folded.
//
// The same network always has the same bytes, and reading them returns the same network, except for the rounding to
// FLOAT16, layers that do nothing, the shape of an Affine's parameters, which becomes {1}, {channels} or one of as many
// dimensions as the value, and a LayerNorm without a scale, which gets one of ones.
//
// # Metadata
//
// The graph's name is the network's. Class names are the metadata property "classes", a JSON list of strings, or else what
// other programs write ("names" of Ultralytics, "id2label" of Hugging Face and so on; see classnames.FromMetadata), if there
// is a name for each class. Write also lists the parameters that are frozen, as "frozen", and Read has them frozen again.
//
// # Errors
//
// A file is refused as a whole, with an *Error that names the node and the field. Hostile bytes never cause a panic,
// and the memory that reading takes is bounded by a small multiple of their number: the parameters of layers may not
// exceed 3 elements for each byte of the file, and of the external data that is used, and a million more, and no value
// may have more than nn.MaxElements elements per image.
//
// # Adding an operator
//
// These are all the places, each with the test that fails without it.
//
//  1. A method of node in the file of its subject (activation.go, reduce.go, ...) that takes its inputs (batchedInput,
//     imageInput, inputParam, floats, ints, scalar) and attributes (int, float, text, axis, ...), appends layers (addLayer)
//     and sets the output (setOutput). Inputs and attributes that are not supported are errors (fail, failField) that say
//     what would be right: checkRead, which the fuzz tests call, fails if what is read is not a valid network or cannot be
//     written. An operator that is computed while reading has a method fold... in a file fold....go that sets a constant.
//  2. An entry of the table operators (operators.go): for values, for constants, or for both. Without it the case of 4 fails
//     with an error that says that the operator is not supported.
//     Its attributes are an entry of knownAttributes (knownattributes.go).
//  3. The lists above: TestDocumentedOperators compares them with the table.
//  4. A case of nodeTests or graphTests (operators_test.go) with the layers that a node becomes: TestOperatorsAreTested
//     fails if an operator is read by no test.
//  5. The refusals, as cases of TestReadRefuses (error_test.go).
//  6. A case of testdata/operators.py, with what ONNX Runtime answers: TestOperatorValues compares values and gradients.
//  7. A module that has it in testdata/export.py, if PyTorch exports it, with the files that the script makes:
//     TestExported compares logits and gradients with PyTorch's.
//
// If it needs a new layer, package nn says what the layer must have. Here it needs a case of writer.layer (write.go), a
// network in networks (networks_test.go) for TestRoundTrip and TestChecker, and an entry of OPERATORS in testdata/check.py
// for each operator that is written: TestOperationsAreWritten fails if an operation of nn is in no network.
//
// # Source
//
// The format is onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); internal/onnxpb decodes and encodes
// it. The operators are those of https://onnx.ai/onnx/operators/.
package onnx
