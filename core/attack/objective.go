package attack

import "math"

// raiseSeed writes into seed the direction in the logits in which the cross-entropy of class grows fastest
// (falls fastest, if raise is false): softmax minus one-hot, scaled so that its largest element is 1.
//
// The gradient's element at the class is minus the sum of the other probabilities, and is never computed as
// probability minus 1, which is 0 in floating point once the network is sure enough. For the same reason the
// probabilities of the others are taken relative to the largest of the others: the scale cancels.
func raiseSeed(seed, logits []float32, class int, raise bool) {
	top := math.Inf(-1)
	for k, z := range logits {
		if k != class {
			top = max(top, float64(z))
		}
	}
	others := 0.0
	for k, z := range logits {
		if k != class {
			p := math.Exp(float64(z) - top)
			others += p
			seed[k] = float32(p)
		}
	}
	seed[class] = float32(-others)
	scale := float32(1 / others) // the class's own element is the largest: the others sum up to it
	if !raise {
		scale = -scale
	}
	for k := range seed {
		seed[k] *= scale
	}
}
