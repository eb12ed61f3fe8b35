// Command peers times the engine's WebAssembly in headless Chromium, one thread, beside ONNX Runtime Web and
// TensorFlow.js, on the same networks, in one page, in turns: machines drift, so only figures of one run compare.
//
//	go run ./tools/peers [--packages DIR] [--rounds N] [--batch 1,32] [--jobs forward,gradient,pgd] MODEL.onnx...
//
// Of each engine and job it gives the median and the least time of one run, the median of the ratios to the engine's
// time in the same round (above 1 the engine is faster), and how far the answers differ. It wants GOEXPERIMENT=simd.
//
// DIR is a folder in which `npm install onnxruntime-web @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` was run; without
// it only the engine is timed. A network is given to the others as the engine's own ONNX writer writes it, in float32.
// Beside name_b1.onnx a file name_grad_b1.onnx may lie, for ONNX Runtime, which has no gradients: a graph from x and
// onehot to dx and logits that computes the input gradient of the mean cross-entropy of one image by hand.
package main
