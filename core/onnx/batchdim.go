package onnx

import "fmt"

// batchDim stands for the free batch dimension N in computed shapes, and the numbers after it for 2·N, 3·N and so on. They
// cannot come from a file: its numbers are refused if they are among these.
const batchDim = -1 << 62

// batchTimes returns the number that stands for k·N.
func batchTimes(k int64) int64 { return batchDim + k - 1 }

// batchMultiple returns k if a number stands for k·N, and whether it does.
func batchMultiple(x int64) (k int64, ok bool) {
	return x - batchDim + 1, batchDim <= x && x < batchDim+maxExtent
}

// isBatch reports whether a number stands for a multiple of the batch.
func isBatch(x int64) bool {
	_, ok := batchMultiple(x)
	return ok
}

// formatDims returns the numbers of a computed shape for error texts.
func formatDims(list []int64) []string {
	text := make([]string, len(list))
	for i, x := range list {
		switch k, ok := batchMultiple(x); {
		case ok && k == 1:
			text[i] = "N"
		case ok:
			text[i] = fmt.Sprintf("%d·N", k)
		default:
			text[i] = fmt.Sprint(x)
		}
	}
	return text
}

// isPlain reports whether a number does not depend on the batch and is small enough for shape arithmetic.
func isPlain(x int64) bool { return -maxExtent <= x && x <= maxExtent }

// plainInts restricts f to numbers that do not depend on the batch.
func plainInts(f func(a, b int64) int64) func(a, b int64) (int64, bool) {
	return func(a, b int64) (int64, bool) {
		if !isPlain(a) || !isPlain(b) {
			return 0, false
		}
		return f(a, b), true
	}
}

// positiveBatches returns the number that stands for k·N, and whether there is one: k must be positive.
func positiveBatches(k int64) (int64, bool) { return batchTimes(k), k > 0 && k < maxExtent }

// addInts and the functions that follow compute with numbers of shapes. They report false where a result depends on the
// batch in a way that no number stands for, or is too large.
func addInts(a, b int64) (int64, bool) {
	k, first := batchMultiple(a)
	l, second := batchMultiple(b)
	switch {
	case b == 0:
		return a, true
	case a == 0:
		return b, true
	case first && second:
		return positiveBatches(k + l)
	}
	return a + b, isPlain(a) && isPlain(b)
}

func subInts(a, b int64) (int64, bool) {
	k, first := batchMultiple(a)
	l, second := batchMultiple(b)
	switch {
	case b == 0 || a == b:
		return a - b, true
	case first && second:
		return positiveBatches(k - l)
	}
	return a - b, isPlain(a) && isPlain(b)
}

func mulInts(a, b int64) (int64, bool) {
	if _, ok := batchMultiple(b); ok {
		a, b = b, a
	}
	if k, ok := batchMultiple(a); ok {
		switch {
		case b == 0:
			return 0, true
		case !isPlain(b):
			return 0, false
		}
		return positiveBatches(k * b)
	}
	return a * b, isPlain(a) && isPlain(b)
}

func divInts(a, b int64) (int64, bool) {
	k, first := batchMultiple(a)
	l, second := batchMultiple(b)
	switch {
	case b == 0:
		return 0, false
	case first && second:
		return k / l, k%l == 0
	case first:
		if !isPlain(b) || k%b != 0 {
			return 0, false
		}
		return positiveBatches(k / b)
	}
	return a / b, isPlain(a) && isPlain(b)
}

func modInts(a, b int64) (int64, bool) {
	k, first := batchMultiple(a)
	switch {
	case b == 0 || !isPlain(b):
		return 0, false
	case first:
		return 0, k%b == 0
	}
	return (a%b + b) % b, isPlain(a) // the sign of the divisor, as in Python
}
