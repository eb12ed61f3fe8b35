//go:build goexperiment.simd

package simdx

import "simd"

// Floats returns the vector that begins at x[i]. The vector's length is known when code for it is compiled, so that the
// slice costs nothing to make.
func Floats(x []float32, i int) simd.Float32s {
	var v simd.Float32s
	n := v.Len()
	return simd.LoadFloat32s(x[i : i+n : i+n])
}

// Ints returns the vector that begins at x[i].
func Ints(x []int32, i int) simd.Int32s {
	var v simd.Int32s
	n := v.Len()
	return simd.LoadInt32s(x[i : i+n : i+n])
}

// PutFloats stores v from x[i] on.
func PutFloats(x []float32, i int, v simd.Float32s) {
	n := v.Len()
	v.Store(x[i : i+n : i+n])
}

// PutInts stores v from x[i] on.
func PutInts(x []int32, i int, v simd.Int32s) {
	n := v.Len()
	v.Store(x[i : i+n : i+n])
}

// Repeat returns an array of equal values, as long as the longest vector. Kept in a package variable and loaded where it
// is needed, it is an operand of the instruction that needs it; what is broadcast in a loop takes two instructions of
// its own, in every turn.
func Repeat[T any](v T) (c [16]T) {
	for i := range c {
		c[i] = v
	}
	return c
}
