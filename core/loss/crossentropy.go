package loss

import "math"

// CrossEntropyValue returns the cross-entropy of one row of logits with a label, in nats: log Σ exp(z_j) - z_label.
func CrossEntropyValue(logits []float32, label int) float64 {
	top, label64 := largest(logits), float64(logits[label])
	if label64 < top {
		return logSumExp(logits, top) - label64
	}
	// The label has the largest logit. The sum is 1 plus what the others have, which may be far below the precision of the 1.
	others := 0.0
	for k, z := range logits {
		if k != label {
			others += math.Exp(float64(z) - top)
		}
	}
	return math.Log1p(others) + (top - label64) // the second is 0, or NaN for an infinite logit
}

func logSumExp(row []float32, top float64) float64 {
	sum := 0.0
	for _, z := range row {
		sum += math.Exp(float64(z) - top)
	}
	return top + math.Log(sum)
}

// CrossEntropy returns a Func that writes the gradient of the cross-entropy, softmax minus one-hot. labels are those of
// the caller's whole list of images; they are kept, not copied.
func CrossEntropy(labels []int, classes int) Func {
	return func(first int, logits, dlogits []float32) {
		for i := first; len(logits) > 0; i++ {
			crossEntropyGradient(dlogits[:classes], logits[:classes], labels[i], 0)
			logits, dlogits = logits[classes:], dlogits[classes:]
		}
	}
}

// crossEntropyGradient writes softmax minus the smoothed one-hot: smoothing/classes everywhere, and 1-smoothing more at
// the label. Rows that have no softmax become NaN.
func crossEntropyGradient(dlogits, logits []float32, label int, smoothing float64) {
	top, sum, others := exponentials(logits, label)
	each := smoothing / float64(len(logits))
	for k, z := range logits {
		dlogits[k] = float32(math.Exp(float64(z)-top)/sum - each)
	}
	dlogits[label] = float32((smoothing - each) - others/sum)
}

// exponentials returns the largest logit, the sum of all exp(logit - largest), and the same sum without the label's.
func exponentials(logits []float32, label int) (top, sum, others float64) {
	top = largest(logits)
	for k, z := range logits {
		e := math.Exp(float64(z) - top)
		sum += e
		if k != label {
			others += e
		}
	}
	return top, sum, others
}

// Total is the sum of a network's results on the images that a loss has seen.
type Total struct {
	Loss    float64 // sum over the images, of the loss with its smoothing
	Correct int     // images whose largest logit is that of the label
	Images  int
}

// Add adds the results on other images.
func (t *Total) Add(other Total) {
	t.Loss += other.Loss
	t.Correct += other.Correct
	t.Images += other.Images
}

// Mean returns the mean loss and the fraction of correct images; zeros if there are no images.
func (t *Total) Mean() (loss, accuracy float64) {
	if t.Images == 0 {
		return 0, 0
	}
	n := float64(t.Images)
	return t.Loss / n, float64(t.Correct) / n
}

// Smoothed returns a Func that writes the gradient of the cross-entropy with smoothed labels (Szegedy et al., Rethinking
// the Inception Architecture, 2016): the label has 1-smoothing, and smoothing in [0,1] is shared by all classes, the label
// among them. The loss and the number of correct images are added to total, unless that is nil; the Func is then not safe
// for concurrent use. labels are kept, not copied.
func Smoothed(labels []int, classes int, smoothing float32, total *Total) Func {
	s := float64(smoothing)
	return func(first int, logits, dlogits []float32) {
		for i := first; len(logits) > 0; i++ {
			row := logits[:classes]
			crossEntropyGradient(dlogits[:classes], row, labels[i], s)
			if total != nil {
				total.count(row, labels[i], s)
			}
			logits, dlogits = logits[classes:], dlogits[classes:]
		}
	}
}

func (t *Total) count(logits []float32, label int, smoothing float64) {
	t.Images++
	if ArgMax(logits) == label {
		t.Correct++
	}
	t.Loss += smoothedValue(logits, label, smoothing)
}

// smoothedValue is (1-s)·CE(label) + s·mean of CE over all classes; the latter is log Σ exp(z_j) minus the mean logit.
func smoothedValue(logits []float32, label int, smoothing float64) float64 {
	value := CrossEntropyValue(logits, label)
	if smoothing == 0 {
		return value
	}
	mean := 0.0
	for _, z := range logits {
		mean += float64(z)
	}
	mean /= float64(len(logits))
	return value + smoothing*(float64(logits[label])-mean)
}
