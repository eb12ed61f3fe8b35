package attack

import (
	"math"

	"steady/core/loss"
)

// objective is what an attack raises, as a function of one row of logits. It writes its gradient into seed and gives
// its value.
type objective func(seed, logits []float32) float64

// crossEntropy raises the cross-entropy of a class, or lowers it. Its gradient is scaled.
func crossEntropy(class int, raise bool) objective {
	return func(seed, logits []float32) float64 {
		raiseSeed(seed, logits, class, raise)
		value := loss.CrossEntropyValue(logits, class)
		if !raise {
			value = -value
		}
		return value
	}
}

// dlr raises the difference of logits ratio of a label. Its gradient is scaled.
func dlr(label int) objective {
	return func(seed, logits []float32) float64 {
		value := loss.DLR(seed, logits, label)
		scale(seed)
		return value
	}
}

// targetedDLR raises the ratio of a target to a label. Its gradient is scaled.
func targetedDLR(label, target int) objective {
	return func(seed, logits []float32) float64 {
		value := loss.TargetedDLR(seed, logits, label, target)
		scale(seed)
		return value
	}
}

// lead raises the lead of a class over the label. It is 0 where the criterion is just met.
func (im *image) lead(class int) objective {
	return func(seed, logits []float32) float64 {
		clear(seed)
		seed[class], seed[im.label] = 1, -1
		return float64(logits[class]) - float64(logits[im.label]) - im.params.Confidence
	}
}

// toGoal raises the lead of an adversarial answer over the others: of the label's rival over the label, or of the
// target over its rival. It is 0 where the criterion is just met.
func (im *image) toGoal() objective {
	return func(seed, logits []float32) float64 {
		value := loss.MarginGradient(seed, logits, im.goal)
		if !im.raise {
			value = -value
			for k := range seed {
				seed[k] = -seed[k]
			}
		}
		return value - im.params.Confidence
	}
}

// scale makes the largest element of a gradient 1, where only its direction counts.
func scale(seed []float32) {
	if largest := lengthLinf(seed); largest > 0 {
		for k, v := range seed {
			seed[k] = float32(float64(v) / largest)
		}
	}
}

// raiseSeed writes into seed the direction in the logits in which the cross-entropy of class grows fastest
// (falls fastest, if raise is false): softmax minus one-hot, scaled so that its largest element is 1.
//
// The gradient's element at the class is minus the sum of the other probabilities, and is never computed as
// probability minus 1, which is 0 in floating point once the network is sure enough. For the same reason the
// probabilities of the others are taken relative to the largest of the others: the scale cancels.
func raiseSeed(seed, logits []float32, class int, raise bool) {
	top := float64(logits[loss.Rival(logits, class)])
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
