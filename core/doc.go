// Package core is the root of everything that computes; its example goes the whole way from a picture to an adversarial
// one. The packages below it, from the ground up:
//
//   - random: keyed random numbers; img: pictures; corrupt: common corruptions
//   - net: networks; onnx: their files; arch: those that are trained here
//   - compute, compute/cpu, compute/webgpu: kernels; engine: logits and gradients; loss: what is differentiated
//   - attack: adversarial attacks; dataset: labelled pictures; train: recipes
//
// Nothing in core opens a file by path, but the library that webgpu.Open is given, talks to a network or knows of a
// page. docs/architecture.md shows how the parts fit together.
package core
