package overlap

import (
	"fmt"
	"math"
	"slices"

	"steady/core/random"
	"steady/core/score"
)

// AdjustedRand returns how much two divisions of the same corruptions into groups agree: 1 if they are the same, 0 on average
// for such as agree by chance (L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2, 1985). Where
// both are one group, or both have none of two members, they are the same.
func AdjustedRand(a, b []int) float64 {
	if len(a) != len(b) {
		panic(fmt.Sprintf("overlap: groups of %d and of %d corruptions", len(a), len(b)))
	}
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	both, inA, inB := map[[2]int]int{}, map[int]int{}, map[int]int{}
	for i := range a {
		both[[2]int{a[i], b[i]}]++
		inA[a[i]]++
		inB[b[i]]++
	}
	var together, togetherA, togetherB float64
	for _, n := range both {
		together += pairs(n)
	}
	for _, n := range inA {
		togetherA += pairs(n)
	}
	for _, n := range inB {
		togetherB += pairs(n)
	}
	chance := togetherA * togetherB / max(pairs(len(a)), 1)
	most := (togetherA + togetherB) / 2
	if most == chance {
		return 1
	}
	return (together - chance) / (most - chance)
}

// Agreement is how much two matrices agree about the pairs of corruptions of which both have overlaps.
type Agreement struct {
	Corruptions []string // that both have
	Pairs       int
	Spearman    float64        // NaN if there are fewer than two pairs, or all are equal
	Interval    score.Interval // of Spearman, 95 %; none of fewer than four corruptions
	Difference  float64        // mean absolute difference of the overlaps
}

// Agree compares two matrices. The interval is of a bootstrap of corruptions: each resample draws as many as there are, with
// replacement, and has the pairs of different ones among them (T. Snijders and S. Borgatti, "Non-parametric standard errors
// and tests for network statistics", Connections 22, 1999), since pairs that share a corruption are not independent.
func Agree(a, b *Matrix, resamples int, seed uint64) Agreement {
	var inA, inB []int
	g := Agreement{Interval: score.Interval{Lower: math.NaN(), Upper: math.NaN()}}
	for i, name := range a.Names {
		j := slices.Index(b.Names, name)
		if j >= 0 && !math.IsNaN(a.Values[i][i]) && !math.IsNaN(b.Values[j][j]) {
			inA, inB, g.Corruptions = append(inA, i), append(inB, j), append(g.Corruptions, name)
		}
	}
	pairs := func(draw []int) (x, y []float64) {
		for k, i := range draw {
			for _, j := range draw[:k] {
				if i != j {
					x, y = append(x, a.Values[inA[i]][inA[j]]), append(y, b.Values[inB[i]][inB[j]])
				}
			}
		}
		return x, y
	}
	n := len(inA)
	draw := make([]int, n)
	for i := range draw {
		draw[i] = i
	}
	x, y := pairs(draw)
	g.Pairs, g.Spearman = len(x), score.Spearman(x, y)
	for i := range x {
		g.Difference += math.Abs(x[i]-y[i]) / float64(len(x))
	}
	if n < 4 || math.IsNaN(g.Spearman) {
		return g
	}
	var values []float64
	for k := range resamples {
		source := random.New(seed, uint64(k), "agreement", 0)
		for i := range draw {
			draw[i] = source.IntN(n)
		}
		if r := score.Spearman(pairs(draw)); !math.IsNaN(r) { // a draw of one corruption has no pair
			values = append(values, r)
		}
	}
	g.Interval = score.Percentiles(values, .95)
	return g
}
