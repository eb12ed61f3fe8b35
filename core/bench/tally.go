package bench

import (
	"math"

	"steady/core/loss"
)

// count adds the answer to one image.
func (m *maker) count(logits, probabilities []float32, label int) {
	class := loss.ArgMax(logits)
	r := &m.result
	r.Answers = append(r.Answers, Answer{class, min(max(probabilities[class], 0), 1)})
	if class == label {
		r.Right++
	}
	for k, p := range probabilities {
		d := float64(p)
		if k == label {
			d--
		}
		r.Sums.Brier += float64(d * d)
	}
	// A probability that is 0 as float32 counts as the smallest, so that sums stay finite.
	r.Sums.NLL -= math.Log(min(max(float64(probabilities[label]), math.SmallestNonzeroFloat32), 1))
}
