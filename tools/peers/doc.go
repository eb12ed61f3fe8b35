// Command peers times the engine's WebAssembly in headless Chromium, one thread, beside ONNX Runtime Web and
// TensorFlow.js, on the same networks, in one page, in turns: machines drift, so only figures of one run compare.
//
//	go run ./tools/peers [--packages DIR] [--rounds N] [--batch 1,32] MODEL.onnx...
//
// DIR is a folder in which `npm install onnxruntime-web @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` was run;
// without it only the engine is timed. Beside resnet20_b1.onnx a file resnet20_grad_b1.onnx may lie: a graph x, onehot ->
// dx, logits that computes the input gradient of the mean cross-entropy by hand, for ONNX Runtime, which has no
// gradients. A network is given to the others as the engine's own ONNX writer writes it, in float32.
package main
