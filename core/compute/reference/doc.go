// Package reference runs ONNX files through onnx-go and gorgonia: an implementation that shares nothing with this
// project's, from the bytes of the file on, to hold its results against. It is slow, knows few operators and runs one
// image at a time. It is for native programs only; for WebAssembly there is only this text.
//
// # What it cannot do
//
// These are known and left as they are: what is worked around is no reference any more.
//
//   - Its output is the file's own. Where a file ends in a Softmax that is probabilities, not logits.
//   - gorgonia has no gradient to rely on: that of the input through batch normalization in evaluation is wrong by a
//     factor of 1/√epsilon, that of GlobalAveragePool panics, and gradients add up over runs. So there are none here.
//   - onnx-go does not pass operators the file's operator set. Those that changed their meaning (Softmax in 13,
//     Squeeze and Unsqueeze in 13, Dropout in 12) are read as of about set 9.
//   - It drops a free batch dimension from shapes. The input is given whole, with a batch of 1.
//   - A graph with a Gemm has other results when it is run again: it adds to its own bias. So each image has a graph of
//     its own, made from the bytes of the file.
//   - Add of a value to itself loses one of them.
//   - 16-bit floats do not decode; Clip, ReduceMean, LayerNormalization, HardSwish, Erf, Slice, AveragePool and others
//     do not exist; Conv wants the attribute kernel_shape, and its groups and pads that differ between sides are ignored
//     or refused.
//   - Gemm wants a bias, and a value of two dimensions: a Reshape to [-1, n] makes one, and the program ends. For gorgonia
//     runs a graph on a goroutine of its own, where nobody can catch a panic.
//   - Building a graph is not safe for several goroutines: packages share what they count with.
//
// What it refuses is an error that wraps ErrUnsupported. Panics of the libraries become such errors where they can be
// caught: while a file is read and a graph is built.
//
// # Sources
//
// https://github.com/owulveryck/onnx-go (its backend gorgonnx) and https://gorgonia.org.
package reference
