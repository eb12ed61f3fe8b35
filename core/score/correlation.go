package score

import (
	"cmp"
	"math"
	"slices"
)

// Pearson returns the correlation coefficient of pairs (x[i], y[i]), in [-1,1]: their covariance divided by both standard
// deviations (K. Pearson, 1895). It is NaN if all x or all y are equal, of fewer than two pairs, and if an element is not
// finite.
func Pearson(x, y []float64) float64 {
	checkLengths(len(x), len(y))
	if constant(x) || constant(y) {
		return math.NaN()
	}
	meanX, meanY := Mean(x), Mean(y)
	var xx, xy, yy float64
	for i := range x {
		dx, dy := x[i]-meanX, y[i]-meanY
		xx += dx * dx
		xy += dx * dy
		yy += dy * dy
	}
	return max(-1, min(xy/math.Sqrt(xx*yy), 1))
}

// constant reports whether all elements are equal; without it, rounding errors of the mean would be correlated.
func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// Spearman returns the rank correlation of pairs, in [-1,1]: the correlation of their [Ranks] (C. Spearman, "The Proof and
// Measurement of Association between Two Things", 1904). It is NaN where that of [Pearson] is, but takes infinities.
func Spearman(x, y []float64) float64 { return Pearson(Ranks(x), Ranks(y)) }

// Ranks returns the rank of each element, 1 for the smallest; equal elements have the mean of their ranks. If one is NaN,
// all ranks are.
func Ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	ranks := make([]float64, len(x))
	if len(x) > 0 && math.IsNaN(x[order[0]]) { // NaN sorts first
		for i := range ranks {
			ranks[i] = math.NaN()
		}
		return ranks
	}
	for first, end := 0, 0; first < len(order); first = end {
		for end = first + 1; end < len(order) && x[order[end]] == x[order[first]]; {
			end++
		}
		for _, i := range order[first:end] {
			ranks[i] = float64(first+1+end) / 2
		}
	}
	return ranks
}

// Kendall returns Kendall's rank correlation with his correction for ties, tau-b, in [-1,1] (M. G. Kendall, "The Treatment
// of Ties in Ranking Problems", Biometrika 33, 1945): with c concordant and d discordant pairs of pairs, t of them with
// equal x only and u with equal y only,
//
//	τ = (c - d) / √((c + d + t)·(c + d + u))
//
// It is NaN if all x or all y are equal, of fewer than two pairs, and if an element is NaN. It takes n² steps.
func Kendall(x, y []float64) float64 {
	checkLengths(len(x), len(y))
	var c, d, t, u float64
	for i := range x {
		if math.IsNaN(x[i]) || math.IsNaN(y[i]) {
			return math.NaN()
		}
		for j := range i {
			switch sign := cmp.Compare(x[i], x[j]) * cmp.Compare(y[i], y[j]); {
			case sign > 0:
				c++
			case sign < 0:
				d++
			case x[i] != x[j]:
				u++
			case y[i] != y[j]:
				t++
			}
		}
	}
	return (c - d) / math.Sqrt((c+d+t)*(c+d+u))
}

// PartialCorrelation returns the correlation of x and y that is left when what both have in common with z is taken out,
// from the three coefficients of the pairs (G. U. Yule, "On the Theory of Correlation for any Number of Variables, Treated
// by a New System of Notation", 1907):
//
//	(xy - xz·yz) / √((1 - xz²)·(1 - yz²))
//
// The coefficients are all those of [Pearson], all of [Spearman] or all of [Kendall]. It is NaN if xz or yz is 1 or -1 but
// for rounding errors: nothing of x or y is left then.
func PartialCorrelation(xy, xz, yz float64) float64 {
	restX, restY := (1-xz)*(1+xz), (1-yz)*(1+yz)
	if !(min(restX, restY) > 1e-12) {
		return math.NaN()
	}
	return max(-1, min((xy-xz*yz)/math.Sqrt(restX*restY), 1))
}

// PartialPearson returns the [PartialCorrelation] of x and y without z, of the coefficients of [Pearson]: the correlation
// of what is left of x and of y when the straight line through each against z is subtracted. It is NaN where one of the
// three coefficients is, and where a line leaves nothing.
func PartialPearson(x, y, z []float64) float64 {
	return PartialCorrelation(Pearson(x, y), Pearson(x, z), Pearson(y, z))
}

// PartialSpearman returns PartialPearson of the [Ranks].
func PartialSpearman(x, y, z []float64) float64 { return PartialPearson(Ranks(x), Ranks(y), Ranks(z)) }

// Fit returns the straight line y = intercept + slope·x with the smallest sum of squared distances in y. Both are NaN if
// all x are equal, of fewer than two pairs, and if an element is not finite.
func Fit(x, y []float64) (slope, intercept float64) {
	checkLengths(len(x), len(y))
	if constant(x) {
		return math.NaN(), math.NaN()
	}
	meanX, meanY := Mean(x), Mean(y)
	var xx, xy float64
	for i := range x {
		xx += (x[i] - meanX) * (x[i] - meanX)
		xy += (x[i] - meanX) * (y[i] - meanY)
	}
	slope = xy / xx
	return slope, meanY - slope*meanX
}
