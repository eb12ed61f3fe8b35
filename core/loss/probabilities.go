package loss

import "math"

// AreProbabilities reports whether the rows of a network's answers are probabilities of the classes rather than logits:
// all in [0,1], and each row with the sum 1. Logits that happen to be so, as those of a least-squares fit of two classes,
// pass too, and nothing is lost by that: the order of the classes is the same, such a fit estimates probabilities, and of
// two classes the difference of the logarithms has a gradient of the same direction.
func AreProbabilities(rows []float32, classes int) bool {
	if len(rows) == 0 || classes < 2 {
		return false
	}
	for ; len(rows) > 0; rows = rows[classes:] {
		sum := 0.0
		for _, p := range rows[:classes] {
			if !(p >= 0 && p <= 1) {
				return false
			}
			sum += float64(p)
		}
		if math.Abs(sum-1) > 1e-3 {
			return false
		}
	}
	return true
}

// leastProbability is what a probability below it counts as in Log, so that the logarithm is finite.
const leastProbability = 1e-30

// Log writes the logarithms of probabilities. dst may be p itself.
func Log(dst, p []float32) {
	for k, v := range p {
		dst[k] = float32(math.Log(max(float64(v), leastProbability)))
	}
}

// LogGradient turns a gradient with respect to the logarithms of probabilities into one with respect to these.
func LogGradient(gradient, p []float32) {
	for k, v := range p {
		gradient[k] = float32(float64(gradient[k]) / max(float64(v), leastProbability))
	}
}

// Exp writes the probabilities whose logarithms are given. dst may be logs itself.
func Exp(dst, logs []float32) {
	for k, z := range logs {
		dst[k] = float32(math.Exp(float64(z)))
	}
}

// Probabilities writes the probabilities of each row of a network's answers: the answers themselves if all are
// probabilities, else their softmax.
func Probabilities(dst, rows []float32, classes int) {
	if AreProbabilities(rows, classes) {
		copy(dst, rows)
	} else {
		Softmax(dst, rows, classes)
	}
}
