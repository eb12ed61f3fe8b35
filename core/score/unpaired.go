package score

import "math"

// Unpaired counts what two networks, or one before and after a change, make of different images.
type Unpaired struct {
	RightA, A int // images that the first classifies correctly, of all that it sees
	RightB, B int
}

// Difference returns the first network's accuracy minus the second's: NaN if one of them sees no image.
func (u Unpaired) Difference() float64 { return Accuracy(u.RightA, u.A) - Accuracy(u.RightB, u.B) }

// DifferenceInterval returns an interval for the difference of the two accuracies, made of their score intervals (R. G.
// Newcombe, "Interval Estimation for the Difference Between Independent Proportions: Comparison of Eleven Methods",
// Statistics in Medicine 17, 1998, method 10). With the accuracies a and b, and [l, u] the interval of each by [Wilson], it is
//
//	a - b - √((a - lₐ)² + (u_b - b)²)  to  a - b + √((uₐ - a)² + (b - l_b)²)
//
// If one of the networks sees no image, it is [-1,1].
func (u Unpaired) DifferenceInterval(level float64) Interval {
	a, b := Wilson(u.RightA, u.A, level), Wilson(u.RightB, u.B, level)
	if u.A == 0 || u.B == 0 {
		return Interval{-1, 1}
	}
	accuracyA, accuracyB := Accuracy(u.RightA, u.A), Accuracy(u.RightB, u.B)
	d := accuracyA - accuracyB
	return Interval{d - math.Hypot(accuracyA-a.Lower, b.Upper-accuracyB), d + math.Hypot(a.Upper-accuracyA, accuracyB-b.Lower)}
}

// Fisher returns the two-sided p-value of the exact test of whether the two networks are equally accurate (R. A. Fisher,
// "The Design of Experiments", 1935). If they are, and given how many images are classified correctly by both together,
// RightA is hypergeometric; the p-value is the probability of all values that are at most as probable as the one found.
// Probabilities below the smallest float64 are 0.
func (u Unpaired) Fisher() float64 {
	checkCount(u.RightA, u.A)
	checkCount(u.RightB, u.B)
	right, wrong := float64(u.RightA+u.RightB), float64(u.A+u.B-u.RightA-u.RightB)
	n := float64(u.A)
	low, high := max(0, n-wrong), min(n, right)
	mode := min(max(math.Floor((n+1)*(right+1)/(right+wrong+2)), low), high)
	// How much more probable k+1 is than k.
	ratio := func(k float64) float64 { return (right - k) * (n - k) / ((k + 1) * (wrong - n + k + 1)) }

	// Relative to the most probable value, from it in both directions: nothing overflows, and what underflows is 0.
	found := 1.0
	for k := mode; k < float64(u.RightA); k++ {
		found *= ratio(k)
	}
	for k := mode; k > float64(u.RightA); k-- {
		found /= ratio(k - 1)
	}
	found *= 1 + 1e-7 // two equally probable values, in spite of rounding
	all, rare := 0.0, 0.0
	add := func(weight float64) {
		all += weight
		if weight <= found {
			rare += weight
		}
	}
	for k, weight := mode, 1.0; k <= high && weight > 0; k++ {
		add(weight)
		weight *= ratio(k)
	}
	for k, weight := mode, 1.0; k > low && weight > 0; k-- {
		weight /= ratio(k - 1)
		add(weight)
	}
	return rare / all
}
