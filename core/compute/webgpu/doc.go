// Package webgpu is the backend of package compute for GPUs: the kernels are WGSL, and run on any Device.
//
// A Device is WebGPU reduced to computing. In a browser it is navigator.gpu; natively it is any shared library with the
// C interface webgpu.h (Dawn, wgpu-native), called without cgo. docs/webgpu.md describes how it works, and where to
// get a library.
//
// Results agree with package cpu's to a few units in 10^6 of a tensor's largest element; they differ between GPUs in
// the last bits, and are the same from run to run on one.
package webgpu
