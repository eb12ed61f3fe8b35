// Package cpu is the backend of package compute for processors: SIMD kernels with a plain-Go twin of each.
//
// Work is split by images (by channels where statistics run over the batch) into tasks for a pool of goroutines (pool.go);
// where there are fewer images than goroutines, the channels of each image are split too. How work is split does not change
// any result, and sums are added in a fixed order, so a run has the same bits on any number of cores. Between processors
// they may differ in the last bits: vector lengths differ, and some fuse a multiply with an add.
//
// A convolution is a matrix product over lowered rows: one row of columns for each (channel, tap), where rows of
// stride-1 convolutions overlap in a zero-padded copy of the image and need no further copying (lower.go). All of its
// three directions run on one inner kernel, tiles (tile.go); on wasm the forward one is fused with what follows it
// (fused.go). Stride-1 convolutions of 3×3 and their input gradients go through Winograd's transforms instead, which
// leave a quarter of the multiplications, again for tiles (winograd.go), and with AVX2 so do the gradients of their
// weights (winograd_param.go). One with filters for each channel alone is a sum of shifted rows (depthwise.go), and one of
// single pixels goes along the rows of its weights (linear.go). Conv, ConvInputGradient and ConvParamGradient (conv.go)
// choose among these by shape.
//
// Products of matrices run on tiles too (matmul.go). Whatever only moves elements is a walk over the runs of a strided
// block (copy.go), as are products with repetition (product.go).
//
// # Processors
//
// What takes the time is in assembly: tiles and Winograd's transforms for AVX2 with FMA (*_amd64.s), of which tiles has a
// form for AVX-512 too, for NEON (*_arm64.s) and WebAssembly (*_wasm.s). The rest, and all of it without AVX2, is Go with
// vectors (*_simd.go), and without GOEXPERIMENT=simd plain Go. Package simdx chooses
// among these once, when the program starts. All compute the same values up to rounding; tests compare them with those of
// plain Go.
package cpu
