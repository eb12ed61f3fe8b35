package score

import (
	"cmp"
	"math"
	"slices"
)

// Paired counts what two networks, or one before and after a change, make of the same images.
type Paired struct {
	Both    int // images that both classify correctly
	Neither int
	OnlyA   int // only the first
	OnlyB   int
}

// Pair counts the answers of two networks; a[i] and b[i] say whether they are right about image i.
func Pair(a, b []bool) Paired {
	checkLengths(len(a), len(b))
	var p Paired
	for i := range a {
		switch {
		case a[i] && b[i]:
			p.Both++
		case a[i]:
			p.OnlyA++
		case b[i]:
			p.OnlyB++
		default:
			p.Neither++
		}
	}
	return p
}

// N returns how many images there are.
func (p Paired) N() int { return p.Both + p.Neither + p.OnlyA + p.OnlyB }

// Difference returns the first network's accuracy minus the second's: NaN without images.
func (p Paired) Difference() float64 { return float64(p.OnlyA-p.OnlyB) / float64(p.N()) }

// DifferenceInterval returns an interval for the difference of the two accuracies (D. G. Bonett and R. M. Price, "Adjusted
// Wald Confidence Interval for a Difference of Binomial Proportions Based on Paired Data", Journal of Educational and
// Behavioral Statistics 37, 2012): Wald's, after one image is added to OnlyA and one to OnlyB. With a = (OnlyA + 1)/(N + 2)
// and b = (OnlyB + 1)/(N + 2) it is
//
//	a - b ± z·√((a + b - (a - b)²)/(N + 2))
//
// cut to [-1,1]. Its center is a little closer to 0 than Difference. Without images it is [-1,1].
func (p Paired) DifferenceInterval(level float64) Interval {
	z := normalQuantile(.5 + checkLevel(level)/2)
	if p.N() == 0 {
		return Interval{-1, 1}
	}
	n := float64(p.N() + 2)
	a, b := float64(p.OnlyA+1)/n, float64(p.OnlyB+1)/n
	half := z * math.Sqrt((a+b-(a-b)*(a-b))/n)
	return Interval{max(a-b-half, -1), min(a-b+half, 1)}
}

// McNemar returns the two-sided p-value of the exact test of whether the two networks are equally accurate (Q. McNemar,
// "Note on the Sampling Error of the Difference Between Correlated Proportions or Percentages", Psychometrika 12, 1947,
// with the binomial distribution instead of its approximation). If they are, an image about which only one of them is
// right is as likely to be in OnlyA as in OnlyB; the p-value is the probability that the smaller of the two counts is as
// small as it is, or smaller, twice and at most 1. If they never differ, it is 1. Probabilities below the smallest float64
// are 0.
func (p Paired) McNemar() float64 {
	n, k := p.OnlyA+p.OnlyB, min(p.OnlyA, p.OnlyB)
	checkCount(k, n)
	if 2*k == n {
		return 1
	}
	// From the largest term down: C(n, i-1) = C(n, i)·i/(n-i+1).
	term := math.Exp(logBinomial(n, k) - float64(n)*math.Ln2)
	tail := term
	for i := k; i > 0 && term > 0; i-- {
		term *= float64(i) / float64(n-i+1)
		tail += term
	}
	return min(2*tail, 1)
}

// logBinomial returns the logarithm of n over k.
func logBinomial(n, k int) float64 {
	logFactorial := func(n int) float64 {
		v, _ := math.Lgamma(float64(n) + 1)
		return v
	}
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
}

// Holm returns p-values adjusted for there being several tests, in their order (S. Holm, "A Simple Sequentially Rejective
// Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979): those at most 0.05, say, are significant with a
// probability of at most 0.05 that any of them is so by chance, however the tests depend on each other. The i-th smallest of
// m, from 0, is multiplied by m-i, and is at least the one before and at most 1. If one is NaN, all are.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	adjusted := make([]float64, len(p))
	if len(p) > 0 && math.IsNaN(p[order[0]]) { // NaN sorts first
		for i := range adjusted {
			adjusted[i] = math.NaN()
		}
		return adjusted
	}
	least := 0.0
	for rank, i := range order {
		least = min(max(least, p[i]*float64(len(p)-rank)), 1)
		adjusted[i] = least
	}
	return adjusted
}
