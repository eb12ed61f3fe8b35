// Package trainrun trains a network by a recipe to an ONNX file with its model card. After every epoch it writes a
// checkpoint, from which an interrupted run is resumed to the same network, bit for bit.
package trainrun
