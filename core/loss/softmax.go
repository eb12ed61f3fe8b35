package loss

import "math"

// Softmax writes the probabilities of each row of logits: p_k = exp(z_k) / Σ exp(z_j). p is as long as logits, and
// may be logits itself.
func Softmax(p, logits []float32, classes int) {
	for ; len(logits) > 0; p, logits = p[classes:], logits[classes:] {
		row := logits[:classes]
		top, sum := largest(row), 0.0
		for k, z := range row {
			e := math.Exp(float64(z) - top)
			sum += e
			p[k] = float32(e)
		}
		for k := range row {
			p[k] = float32(float64(p[k]) / sum)
		}
	}
}

// ArgMax returns the index of the largest element, the first of equals. It returns -1, which is no class and so never
// right, if an element is NaN or there are none: a broken network has recognized nothing.
func ArgMax(row []float32) int {
	best := -1
	for k, z := range row {
		if z != z {
			return -1
		}
		if best < 0 || z > row[best] {
			best = k
		}
	}
	return best
}

// largest is the largest element, NaN if there is one.
func largest(row []float32) float64 {
	top := float32(math.Inf(-1))
	for _, z := range row {
		top = max(top, z)
	}
	return float64(top)
}
