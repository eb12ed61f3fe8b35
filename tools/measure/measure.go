package measure

import "slices"

// Median returns the middle of the samples, or the mean of the two in the middle. It panics if there are none.
func Median(samples []float64) float64 {
	x := slices.Sorted(slices.Values(samples))
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}
