// Command peers times the engine beside what a user would pick instead, on the same networks, and beside what the
// processor can do. It writes Markdown tables. `./build.sh bench` runs it with all there is.
//
//	go run ./tools/peers [--packages DIR] [--python PROGRAM] [--rounds N] [--simd BITS] [--only PART,...] [--base DIR] [MODEL.onnx...]
//	go run ./tools/peers --only files --python PROGRAM [--rounds N] [MODEL.onnx...]
//	go run ./tools/peers --only suite --python PROGRAM [--images N] [--rounds N]
//	go run ./tools/peers --only layers,gpu [--python PROGRAM] [--rounds N] [--batch N] [--networks resnet20,resnet50]
//	go run ./tools/peers --join TITLE=FILE,TITLE=FILE
//
// The parts, all of which run unless --only names some:
//
//	browser  in headless Chromium, one thread, beside ONNX Runtime Web and TensorFlow.js
//	workers  in Chromium, one worker beside two
//	single   one image natively, beside the same in WebAssembly in Chromium
//	native   batches natively beside PyTorch, and one thread beside two
//	base     natively beside an older commit, only with --base
//	gemm     matrix products on one thread beside the processor's peak of fused multiply-adds
//	kernels  where the time goes: tables of ResNet-20's passes by kinds of kernels
//	files    ONNX files natively, one thread, beside ONNX Runtime, only if it is named, with --python
//	corruptions
//	         all corruptions beside imagecorruptions and Pillow, only if it is named, with --python
//	recipes  100 steps of training by each recipe beside the same in PyTorch, only if it is named
//	suite    whole benchmarks by `steady bench run` beside a script with imagecorruptions, only if it is named
//
// Machines drift, so only figures of one run compare: all engines are warmed up, and then take turns, round after
// round. A ratio is the median of the rounds' ratios to our time in the same round; above 1 we are faster. In the
// browser the answers are compared too. The peak is measured in turns with what is held to it, by a loop of nothing but
// multiply-adds on vectors of the width that the engine uses.
//
// --simd holds native processes to vectors of 128, 256 or 512 bits: ours by GODEBUG=simd, PyTorch by the variables that
// its own kernels, oneDNN and MKL read, which the output names. It says what vector extensions the processor has, too.
//
// DIR of --packages is a folder in which `npm install onnxruntime-web @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` was
// run, PROGRAM a Python that has torch, and onnx for the gradient on ONNX Runtime, which has none: backward.py writes it
// by hand. Peers that are missing are left out, and the table says so. In the browser ONNX files can take the place of the
// built-in networks, ResNet-20 and SqueezeNet 1.1 with random weights, if they are of layers that graph.go translates
// (and, for the gradient on ONNX Runtime, backward.py); the other parts but files always take ResNet-20.
//
// DIR of --base is a checkout of an older commit (`git worktree add DIR COMMIT`), where nothing is written: its command
// peers is built, if need be with this one's answer.go, and both commits' engines run in processes of their own.
//
// --join measures nothing: it takes the tables out of the outputs of earlier runs, such as one on a machine with AVX2 and
// one on a machine with AVX-512, and puts them side by side.
//
// Two parts are for machines with a GPU, and only run where they are asked for: layers times each kind of kernel
// that ResNet-20 and ResNet-50 have beside the most that the GPU can do, which it measures; gpu times the whole
// networks beside PyTorch with CUDA, in float32 on both sides, and says how long their pipelines took to compile. The
// program needs nothing of the repository for them but the WebGPU library beside it (docs/webgpu.md).
//
// The part corruptions times the corruptions, from bytes to bytes at 224 pixels, beside the Python package
// imagecorruptions, which PROGRAM must have (its glass_blur is compiled by Numba only in the version on GitHub), and
// jpeg_compression and pixelate also beside Pillow alone.
//
// The part files classifies random images, one at a time and 32 together, beside a Python with onnxruntime (files.py): by the
// given files, or ResNet-20 and SqueezeNet. A file that keeps weights in fewer bytes is also timed with the same weights as
// float32, since ONNX Runtime converts them anew for each pass. It chooses its vectors itself, whatever --simd says.
//
// The part recipes times whole steps of training the compact network by the recipes of core/train/recipes with their default
// options, from the bytes of a set to changed parameters, beside recipes.py, which PROGRAM runs; its AugMix wants Pillow.
//
// The part suite measures a network on clean images and under 19 corruptions at 5 severities: ResNet-20 on --images of
// 32×32, also three networks together, and SqueezeNet 1.1 on a tenth as many JPEGs. It takes processes from start to end:
// `steady bench run` and suite.py, which PROGRAM runs (requirements.txt has its packages) on ONNX Runtime or PyTorch, whichever
// is faster; and in this process the corruptions alone, and the engine alone on random images. A round of 10,000 images takes
// about an hour and a half on two cores.
//
// It wants GOEXPERIMENT=simd.
package main
