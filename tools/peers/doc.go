// Command peers times the engine beside what a user would pick instead, on the same networks: in headless Chromium,
// one thread, beside ONNX Runtime Web and TensorFlow.js; natively beside PyTorch; and on one worker or thread beside
// two. It writes a Markdown table. `./build.sh bench` runs it with all there is.
//
//	go run ./tools/peers [--packages DIR] [--python PROGRAM] [--rounds N] [--only browser,workers,native] [MODEL.onnx...]
//	go run ./tools/peers --only layers,card [--python PROGRAM] [--rounds N] [--batch N] [--networks resnet20,resnet50]
//	go run ./tools/peers --only corruptions --python PROGRAM [--rounds N]
//
// Machines drift, so only figures of one run compare: all engines are warmed up, and then take turns, round after
// round. A ratio is the median of the rounds' ratios to our time in the same round; above 1 we are faster. In the
// browser the answers are compared too.
//
// DIR is a folder in which `npm install onnxruntime-web @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` was run, PROGRAM
// a Python that has torch, and onnx for the gradient on ONNX Runtime, which has none: backward.py writes it by hand.
// Peers that are missing are left out, and the table says so. In the browser ONNX files can take the place of the
// built-in networks, ResNet-20 and SqueezeNet 1.1 with random weights, if they are of layers that graph.go translates
// (and, for the gradient on ONNX Runtime, backward.py); workers and native always take ResNet-20.
//
// Two parts are for machines with a graphics card, and only run where they are asked for: layers times each kind of kernel
// that ResNet-20 and ResNet-50 have beside the most that the card can do, which it measures; card times the whole
// networks beside PyTorch with CUDA, in float32 on both sides, and says how long their pipelines took to compile. The
// program needs nothing of the repository for them but the WebGPU library beside it (docs/webgpu.md).
//
// The part corruptions times the corruptions, from bytes to bytes at 224 pixels, beside the Python package
// imagecorruptions, which PROGRAM must have (its glass_blur is compiled by Numba only in the version on GitHub), and
// jpeg_compression and pixelate also beside Pillow alone.
//
// It wants GOEXPERIMENT=simd.
package main
