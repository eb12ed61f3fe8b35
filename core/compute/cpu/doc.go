// Package cpu is the backend of package compute for processors: SIMD kernels with a plain-Go twin of each.
//
// Work is cut by images (by channels where statistics run over the batch) into tasks for a pool of goroutines; how it
// is cut does not depend on the number of goroutines, and sums are added in a fixed order, so a run gives the same
// bits on any number of cores. Between processors they may differ in the last bits: vector lengths differ, and some
// fuse a multiply with an add.
//
// A convolution is a matrix product over lowered rows: one row of columns for each (channel, tap), where rows of
// stride-1 convolutions overlap in a zero-padded copy of the image and need no further copying (lower.go). All of its
// three directions run on two inner kernels, tile and dot (tile_*.go). One with filters for each channel alone is a sum of
// shifted rows (depthwise.go). Products of matrices run on tile too (matmul.go). Whatever only moves elements is a walk
// over the runs of a strided block (copy.go), as are products with repetition (product.go).
package cpu
