// Package nn describes an image classifier as a graph of typed layers with shapes and parameters. It computes
// nothing: package engine runs a network on a backend, package onnx reads and writes it.
//
// # Values and shapes
//
// A value is the input (number 0) or what a layer makes (layer i makes value i+1). Layers are stored in an order in
// which each reads only values made before it, so that a single pass over Layers evaluates the network. The batch
// dimension is free and never appears: a shape is that of one image's share, C×H×W for images and feature maps,
// {features} for flat values, {tokens, features} or {heads, tokens, features} in transformers, row-major, with at most
// MaxElements elements.
//
// # Rules of the operations
//
//   - Conv and the pools take C×H×W; pads are top, left, bottom, right. A pool's pads are smaller than its window, so
//     that every window holds at least one element of the input.
//   - Linear works on the last dimension, MatMul on the last two, LayerNorm on as many of the last as it says.
//   - BatchNorm, and a per-channel Affine, treat the first dimension of the shape as the channel.
//   - Add and Mul take two values of as many dimensions, and repeat a dimension that is 1. Sums with constants and
//     products by them are an Affine.
//   - A Constant reads nothing.
//   - Softmax and Concat count their axis in the shape without the batch: 0 is the channel.
//
// Every rule is checked by Network.Shapes, which infers the shape of every value, and by Network.Validate, which also
// checks names, labels and that parameters are finite. A network that comes from outside has to pass Validate before
// the other methods are called; those assume it.
//
// # Derived networks
//
// Fold, Logits and Normalized return new networks and leave the original unchanged. They share the parameters that they
// do not change with it; Clone shares nothing.
//
// # Source
//
// The operations have the meaning of those of the same name in the ONNX operator set
// (https://onnx.ai/onnx/operators/). Batch normalization is that of Ioffe and Szegedy, "Batch Normalization:
// Accelerating Deep Network Training by Reducing Internal Covariate Shift", 2015, algorithm 2 for evaluation.
package nn
