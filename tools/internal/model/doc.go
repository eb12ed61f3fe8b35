// Package model opens the networks that a command names: built-in ones, or ONNX files of this machine, with their
// preprocessing and the names of their classes, prepared on a backend.
package model
