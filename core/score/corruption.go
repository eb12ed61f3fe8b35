package score

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Clean is the name under which [Rates] and [Errors] hold what was measured on images that are not corrupted.
const Clean = "clean"

// Cell names a corruption at one of its severities. Clean images are Cell{Corruption: Clean}.
type Cell struct {
	Corruption string
	Severity   int // 0 if the corruption has none
}

// String returns "fog 3", or "fog" without a severity.
func (c Cell) String() string {
	if c.Severity == 0 {
		return c.Corruption
	}
	return fmt.Sprintf("%s %d", c.Corruption, c.Severity)
}

// Rates holds a network's error, as a share in [0,1], in every cell that was measured.
type Rates map[Cell]float64

// Errors holds a network's error, as a share in [0,1], for every corruption that was measured: the mean over its severities.
// The entry [Clean] is the error on clean images. It is also how a reference is given: published errors as those of
// [AlexNet], or those of any other network.
type Errors map[string]float64

// Errors returns the mean over severities for each corruption, and the error on clean images if it was measured. Without
// severities a corruption's only cell is the one of severity 0. A corruption that lacks one of the severities is absent
// from the result, which is complete otherwise, and a *[MissingError] names the cells.
func (r Rates) Errors(corruptions []string, severities ...int) (Errors, error) {
	if len(severities) == 0 {
		severities = []int{0}
	}
	e := Errors{}
	var without []string
	for _, c := range corruptions {
		sum, found := 0.0, 0
		for _, s := range severities {
			cell := Cell{c, s}
			rate, ok, err := lookup(r, cell, cell.String())
			switch {
			case err != nil:
				return nil, err
			case ok:
				sum += rate
				found++
			default:
				without = append(without, cell.String())
			}
		}
		if found == len(severities) {
			e[c] = sum / float64(found)
		}
	}
	rate, ok, err := lookup(r, Cell{Corruption: Clean}, Clean)
	if err != nil {
		return nil, err
	}
	if ok {
		e[Clean] = rate
	}
	return e, missing(without)
}

// lookup returns a rate, and whether there is one. One that is not a share is an error; NaN is none.
func lookup[K comparable](m map[K]float64, key K, name string) (float64, bool, error) {
	v, ok := m[key]
	switch {
	case !ok || math.IsNaN(v):
		return math.NaN(), false, nil
	case v < 0 || v > 1:
		return math.NaN(), false, fmt.Errorf("score: error %g of %s: want a share between 0 and 1", v, name)
	}
	return v, true, nil
}

// ErrReference matches an error about a reference that cannot be divided by: one without errors, or for relative
// corruption errors one that a corruption does no harm.
var ErrReference = errors.New("cannot be a reference")

// RobustnessScore returns the share of a network's accuracy that a corruption leaves, R = corrupted / clean (A. Laugros,
// A. Caplier and M. Ospici, "Are Adversarial Robustness and Common Perturbation Robustness Independent Attributes?",
// 2019). It may exceed 1. If the clean accuracy is 0 it is undefined, NaN.
func RobustnessScore(clean, corrupted float64) float64 {
	if clean == 0 {
		return math.NaN()
	}
	return corrupted / clean
}

// MeanError returns the mean error over corruptions, in papers sometimes called the unnormalized mCE. It is the usual
// figure for CIFAR-10-C, for which no reference network was published.
func MeanError(network Errors, corruptions []string) (float64, error) {
	return meanOver(corruptions, func(c string) (float64, error) { return at(network, c, c) })
}

// CorruptionError returns a network's corruption error relative to a reference (D. Hendrycks and T. Dietterich,
// "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", ICLR 2019, section 4.2):
//
//	CE = Σₛ E(network, c, s) / Σₛ E(reference, c, s)
//
// It is 1 where the network is wrong as often as the reference. Both means must be over the same severities. A reference
// that makes no error matches [ErrReference].
func CorruptionError(network, reference Errors, corruption string) (float64, error) {
	e, r, err := both(network, reference, corruption)
	if err != nil {
		return math.NaN(), err
	}
	if r == 0 {
		return math.NaN(), fmt.Errorf("score: corruption error of %s: a network that makes no error %w", corruption, ErrReference)
	}
	return e / r, nil
}

// RelativeCorruptionError returns what a corruption adds to a network's error relative to what it adds to a reference's
// (Hendrycks and Dietterich, as above):
//
//	CE = Σₛ (E(network, c, s) - E(network, clean)) / Σₛ (E(reference, c, s) - E(reference, clean))
//
// It is negative where the network gets better. A reference that does not get worse matches [ErrReference]. The
// corruption error of ImageNet-NOC is this one, with a single cell for each corruption.
func RelativeCorruptionError(network, reference Errors, corruption string) (float64, error) {
	e, r, err := both(network, reference, corruption)
	cleanE, cleanR, cleanErr := both(network, reference, Clean)
	if err := join(err, cleanErr); err != nil {
		return math.NaN(), err
	}
	if !(r > cleanR) {
		return math.NaN(), fmt.Errorf("score: relative corruption error of %s: a network with the error %g, and %g on clean images, %w",
			corruption, r, cleanR, ErrReference)
	}
	return (e - cleanE) / (r - cleanR), nil
}

// MeanCorruptionError returns the mean of [CorruptionError] over corruptions: Hendrycks and Dietterich's mCE, if these are
// the fifteen of ImageNet-C and the reference is [AlexNet].
func MeanCorruptionError(network, reference Errors, corruptions []string) (float64, error) {
	return meanOver(corruptions, func(c string) (float64, error) { return CorruptionError(network, reference, c) })
}

// RelativeMeanCorruptionError returns the mean of [RelativeCorruptionError] over corruptions: the relative mCE.
func RelativeMeanCorruptionError(network, reference Errors, corruptions []string) (float64, error) {
	return meanOver(corruptions, func(c string) (float64, error) { return RelativeCorruptionError(network, reference, c) })
}

// meanOver returns the mean of a figure over corruptions. What is missing for any of them is one error.
func meanOver(corruptions []string, figure func(corruption string) (float64, error)) (float64, error) {
	if len(corruptions) == 0 {
		return math.NaN(), errors.New("score: a mean over corruptions: there are none")
	}
	sum := 0.0
	var without error
	for i, c := range corruptions {
		if slices.Contains(corruptions[:i], c) {
			return math.NaN(), fmt.Errorf("score: a mean over corruptions: %s is there twice", c)
		}
		v, err := figure(c)
		if without = join(without, err); without != nil && !errors.As(without, new(*MissingError)) {
			return math.NaN(), without
		}
		sum += v
	}
	if without != nil {
		return math.NaN(), without
	}
	return sum / float64(len(corruptions)), nil
}

// both returns the errors of a network and a reference under a corruption.
func both(network, reference Errors, corruption string) (e, r float64, err error) {
	e, err = at(network, corruption, corruption)
	r, referenceErr := at(reference, corruption, corruption+" of the reference")
	return e, r, join(err, referenceErr)
}

func at(e Errors, corruption, name string) (float64, error) {
	v, ok, err := lookup(e, corruption, name)
	if err == nil && !ok {
		err = missing([]string{name})
	}
	return v, err
}

// join makes one error of two: that of the first which is no *MissingError, or all names.
func join(a, b error) error {
	var left, right *MissingError
	switch {
	case b == nil, a != nil && !errors.As(a, &left):
		return a
	case a == nil, !errors.As(b, &right):
		return b
	}
	names := slices.Clone(left.Names)
	for _, n := range right.Names {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return missing(names)
}
