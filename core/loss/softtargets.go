package loss

import "math"

// SoftCrossEntropy returns the gradient of the cross-entropy with soft targets: a distribution over the classes for each
// image of the caller's whole list, n×classes, whose rows sum to 1. Smoothing in [0,1] comes last: it takes its share of
// what the targets are, mixed or not, and hands it out to all classes alike, (1-smoothing)·target + smoothing/classes. A
// row that is all one label's is that label to [Smoothed].
//
// What passes is added to total, unless that is nil, and the Func is then not safe for concurrent use; an image counts
// as correct if its largest logit is that of its largest target, the first of equals. targets are kept, not copied.
func SoftCrossEntropy(targets []float32, classes int, smoothing float32, total *Total) Func {
	s := float64(smoothing)
	return func(first int, logits, dlogits []float32) {
		for i := first; len(logits) > 0; i++ {
			row, target := logits[:classes], targets[i*classes:][:classes]
			label := ArgMax(target)
			softCrossEntropyGradient(dlogits[:classes], row, target, label, s)
			if total != nil {
				total.Images++
				if ArgMax(row) == label {
					total.Correct++
				}
				total.Loss += softValue(row, target, label, s)
			}
			logits, dlogits = logits[classes:], dlogits[classes:]
		}
	}
}

// softCrossEntropyGradient writes softmax minus the smoothed targets. label is the class of the largest one; where that is
// most of the 1, what it and the softmax lack of 1 is subtracted, which may be far below the precision of the 1.
func softCrossEntropyGradient(dlogits, logits, target []float32, label int, smoothing float64) {
	top, sum, others := exponentials(logits, label)
	each := smoothing / float64(len(logits))
	for k, z := range logits {
		dlogits[k] = float32(math.Exp(float64(z)-top)/sum - each - (1-smoothing)*float64(target[k]))
	}
	if t := float64(target[label]); t > 0.5 {
		dlogits[label] = float32((smoothing - each) - (1-smoothing)*(t-1) - others/sum)
	}
}

// softValue is the cross-entropy with label, and what the other targets add to it.
func softValue(logits, target []float32, label int, smoothing float64) float64 {
	value := smoothedValue(logits, label, smoothing)
	for k, t := range target {
		if t != 0 {
			value += (1 - smoothing) * float64(t) * (float64(logits[label]) - float64(logits[k]))
		}
	}
	return value
}
