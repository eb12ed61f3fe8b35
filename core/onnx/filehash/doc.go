// Package filehash names networks by the SHA-256 of their files. It is apart from package onnx so that a program that only reads
// networks, such as the page, does without cryptography.
package filehash
