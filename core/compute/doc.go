// Package compute defines what an engine needs of a device: buffers of float32 and the kernels of a classifier,
// forward and backward.
//
// A kernel is prepared once, bound to its buffers, and then run many times: on the CPU preparing reserves scratch
// memory, so that running allocates nothing; on a GPU it builds pipelines and bindings, so that a whole
// network is recorded into one submission. A backend knows shapes and numbers, never networks.
//
// Tensors are N×C×H×W, row-major and dense. Kernels are prepared for the shape of ONE image; the number of images is
// an argument of each run, up to the number the buffers were made for.
package compute
