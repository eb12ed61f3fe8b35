package score

import (
	"fmt"
	"math"
)

// Interval is a confidence interval. Where there is none, both ends are NaN, which JSON cannot hold: a *Interval that Known returns
// is null there.
type Interval struct {
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// Known returns the interval, or nil if there is none.
func (i Interval) Known() *Interval {
	if math.IsNaN(i.Lower) || math.IsNaN(i.Upper) {
		return nil
	}
	return &i
}

// Contains reports whether a number lies in the interval, ends included.
func (i Interval) Contains(x float64) bool { return i.Lower <= x && x <= i.Upper }

// Accuracy returns the share of n images that are classified correctly, right/n: NaN of none. The error is 1 - Accuracy.
func Accuracy(right, n int) float64 {
	checkCount(right, n)
	return float64(right) / float64(n)
}

// Wilson returns the score interval of a proportion of which k of n were counted, such as an accuracy or, with the images
// that are wrong, an error (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22,
// 1927). With z the quantile of the normal distribution, 1.96 for level 0.95, its ends are
//
//	(k + z²/2 ± z·√(k·(n-k)/n + z²/4)) / (n + z²)
//
// Unlike p ± z·√(p(1-p)/n) it stays within [0,1] and has a width where k is 0 or n. Of no image the proportion may be
// anything: [0,1].
func Wilson(k, n int, level float64) Interval {
	checkCount(k, n)
	z := normalQuantile(.5 + checkLevel(level)/2)
	if n == 0 {
		return Interval{0, 1}
	}
	right, all := float64(k), float64(n)
	center := right + z*z/2
	half := z * math.Sqrt(right*(all-right)/all+z*z/4)
	i := Interval{(center - half) / (all + z*z), (center + half) / (all + z*z)}
	if k == 0 {
		i.Lower = 0 // not the rounding error of it
	}
	if k == n {
		i.Upper = 1
	}
	return i
}

// Mean returns the mean of numbers: NaN of none, or if one of them is NaN.
func Mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// normalCDF returns the share of the standard normal distribution below z.
func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// normalQuantile returns the z with normalCDF(z) = p.
func normalQuantile(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }

func checkCount(k, n int) {
	if k < 0 || k > n {
		panic(fmt.Sprintf("score: %d of %d", k, n))
	}
}

// checkLevel panics unless a level is in (0,1), and returns it.
func checkLevel(level float64) float64 {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("score: level %g: want a number between 0 and 1, as 0.95", level))
	}
	return level
}

// checkLengths panics unless two slices, one element a thing, are of one length.
func checkLengths(x, y int) {
	if x != y {
		panic(fmt.Sprintf("score: slices of %d and %d elements: want the same", x, y))
	}
}
