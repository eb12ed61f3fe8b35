// Package vector does what Go's SIMD packages leave to those who use them.
//
// On amd64, instructions for single floats (of which all ordinary Go code consists) keep the upper parts of the vector
// registers, and so wait for whatever wrote them last. After code with wide vectors they run two or three times more
// slowly until those parts are cleared. The compiler of Go 1.27 does not do it: code that has used vectors calls Done.
package vector
