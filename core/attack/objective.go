package attack

import (
	"math"

	"steady/core/loss"
)

// objective is what an attack maximizes, as a function of one row of logits. It writes its gradient into dlogits and
// returns its value.
type objective func(dlogits, logits []float32) float64

// crossEntropy returns the cross-entropy of a class, or its negative if it is to be minimized. Its gradient is scaled.
func crossEntropy(class int, maximize bool) objective {
	return func(dlogits, logits []float32) float64 {
		scaledCrossEntropyGrad(dlogits, logits, class, maximize)
		value := loss.CrossEntropyValue(logits, class)
		if !maximize {
			value = -value
		}
		return value
	}
}

// dlr returns the difference of logits ratio of a label. Its gradient is scaled.
func dlr(label int) objective {
	return func(dlogits, logits []float32) float64 {
		value := loss.DLR(dlogits, logits, label)
		scale(dlogits)
		return value
	}
}

// targetedDLR returns the targeted difference of logits ratio. Its gradient is scaled.
func targetedDLR(label, target int) objective {
	return func(dlogits, logits []float32) float64 {
		value := loss.TargetedDLR(dlogits, logits, label, target)
		scale(dlogits)
		return value
	}
}

// margin returns the margin of a class over the label. It is 0 where the criterion is just satisfied.
func (im *image) margin(class int) objective {
	return func(dlogits, logits []float32) float64 {
		clear(dlogits)
		dlogits[class], dlogits[im.label] = 1, -1
		return float64(logits[class]) - float64(logits[im.label]) - im.params.Confidence
	}
}

// marginObjective returns the margin of an adversarial answer over the others: of the label's rival over the label, or of
// the target over its rival. It is 0 where the criterion is just satisfied.
func (im *image) marginObjective() objective {
	return func(dlogits, logits []float32) float64 {
		value := loss.MarginGradient(dlogits, logits, im.lossClass)
		if !im.maximize {
			value = -value
			for k := range dlogits {
				dlogits[k] = -dlogits[k]
			}
		}
		return value - im.params.Confidence
	}
}

// scale makes the largest element of a gradient 1, where only its direction matters.
func scale(dlogits []float32) {
	if largest := lengthLinf(dlogits); largest > 0 {
		for k, v := range dlogits {
			dlogits[k] = float32(float64(v) / largest)
		}
	}
}

// scaledCrossEntropyGrad writes into dlogits the direction in the logits in which the cross-entropy of class grows
// fastest (falls fastest, if maximize is false): softmax minus one-hot, scaled so that its largest element is 1.
//
// The gradient's element at the class is minus the sum of the other probabilities, and is never computed as
// probability minus 1, which is 0 in floating point once the network is confident enough. For the same reason the
// probabilities of the others are taken relative to the largest of the others: the scale cancels.
func scaledCrossEntropyGrad(dlogits, logits []float32, class int, maximize bool) {
	top := float64(logits[loss.Rival(logits, class)])
	others := 0.0
	for k, z := range logits {
		if k != class {
			p := math.Exp(float64(z) - top)
			others += p
			dlogits[k] = float32(p)
		}
	}
	dlogits[class] = float32(-others)
	scale := float32(1 / others) // the class's own element is the largest: the others sum up to it
	if !maximize {
		scale = -scale
	}
	for k := range dlogits {
		dlogits[k] *= scale
	}
}
