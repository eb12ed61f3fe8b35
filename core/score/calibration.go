package score

import (
	"fmt"
	"math"
)

// Bins is the usual number of bins of the expected calibration error (Guo et al., 2017).
const Bins = 15

// Bin holds the images of which a network is about equally confident.
type Bin struct {
	N, Right   int
	Confidence float64 // the sum over its images
}

// Accuracy returns the accuracy on the bin's images: NaN without images.
func (b Bin) Accuracy() float64 { return Accuracy(b.Right, b.N) }

// MeanConfidence returns the mean confidence in the bin: NaN without images.
func (b Bin) MeanConfidence() float64 { return b.Confidence / float64(b.N) }

// Reliability is a reliability diagram: bins of equal width, in which a calibrated network's accuracy is about its
// confidence. Of M bins, bin m from 0 holds the images with a confidence in (m/M, (m+1)/M], the first one also 0.
type Reliability []Bin

// NewReliability sorts images into bins (usually [Bins] of them) by confidence, the probability of the most probable class.
// A confidence outside [0,1], or NaN, is an error.
func NewReliability(confidences []float64, right []bool, bins int) (Reliability, error) {
	checkLengths(len(confidences), len(right))
	if bins < 1 {
		panic(fmt.Sprintf("score: %d bins", bins))
	}
	r := make(Reliability, bins)
	for i, c := range confidences {
		if !(c >= 0 && c <= 1) {
			return nil, fmt.Errorf("score: image %d has the confidence %g: want a probability", i, c)
		}
		b := &r[max(int(math.Ceil(c*float64(bins)))-1, 0)]
		b.N++
		b.Confidence += c
		if right[i] {
			b.Right++
		}
	}
	return r, nil
}

// ECE returns the expected calibration error (C. Guo, G. Pleiss, Y. Sun and K. Weinberger, "On Calibration of Modern Neural
// Networks", ICML 2017, equation 3): the distance between accuracy and mean confidence of a bin, as a mean over images,
//
//	ECE = Σₘ (nₘ/n)·|accuracyₘ - confidenceₘ|
//
// in [0,1]. With few images in a bin it is too large even for a network that is calibrated. Without images it is NaN.
func (r Reliability) ECE() float64 {
	sum, n := 0.0, 0
	for _, b := range r {
		sum += math.Abs(float64(b.Right) - b.Confidence)
		n += b.N
	}
	return sum / float64(n)
}

// Brier returns the Brier score of one image, from 0 for certain and right to 2 for certain and wrong (G. W. Brier,
// "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather Review 78, 1950):
//
//	Σₖ (pₖ - [k = label])²
//
// A network's is the mean over images. Its companion, the negative log likelihood, is computed from logits
// (loss.CrossEntropyValue), where it does not overflow.
func Brier(probabilities []float32, label int) float64 {
	sum := 0.0
	for k, p := range probabilities {
		d := float64(p)
		if k == label {
			d--
		}
		sum += float64(d * d)
	}
	return sum
}
