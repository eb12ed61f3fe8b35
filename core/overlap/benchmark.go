package overlap

import (
	"fmt"
	"math"
	"slices"

	"steady/core/random"
)

// Overlapping is the overlap from which on a corruption counts as covered by another one, half of the whole. It is ours.
const Overlapping = 0.5

// Coverage is how much of other corruptions a benchmark measures as well.
type Coverage struct {
	Best    []float64 // largest overlap of each of the others with a corruption of the benchmark
	Covered int       // how many of them are at least at the threshold
	Mean    float64   // of Best, each counted up to 1; NaN without others
}

// Coverage returns how much of other corruptions a benchmark covers, both given by their places, at a threshold such as
// [Overlapping]. It panics if an overlap is NaN.
func (m *Matrix) Coverage(benchmark, others []int, threshold float64) Coverage {
	m.mustBeDefined()
	c := Coverage{Mean: math.NaN()}
	sum := 0.
	for _, j := range others {
		best := 0.
		for _, i := range benchmark {
			best = max(best, m.Values[i][j])
		}
		c.Best = append(c.Best, best)
		sum += min(best, 1)
		if best >= threshold {
			c.Covered++
		}
	}
	if len(others) > 0 {
		c.Mean = sum / float64(len(others))
	}
	return c
}

// Balance is how evenly a benchmark represents groups of corruptions.
type Balance struct {
	Shares    []float64 // of the benchmark's corruptions in each group
	Imbalance float64   // standard deviation of the numbers of corruptions in the groups; 0 if they are equal
}

// Balance returns how evenly the corruptions at these places represent the groups.
func (g Groups) Balance(benchmark []int) Balance {
	counts := make([]float64, g.N)
	for _, i := range benchmark {
		counts[g.Of[i]]++
	}
	mean, square := float64(len(benchmark))/float64(g.N), 0.
	b := Balance{Shares: make([]float64, g.N)}
	for k, n := range counts {
		square += (n - mean) * (n - mean)
		if len(benchmark) > 0 {
			b.Shares[k] = n / float64(len(benchmark))
		}
	}
	b.Imbalance = math.Sqrt(square / float64(g.N))
	return b
}

// NonOverlapping returns the largest set of corruptions of which no two overlap by the threshold or more; of several the
// one that covers the other corruptions best on average, and of these the first. Places are ascending. How the papers select
// is not published in full; this is ours, and exact. It panics if an overlap is NaN.
func (m *Matrix) NonOverlapping(threshold float64) []int {
	m.mustBeDefined()
	n := len(m.Names)
	var best, chosen []int
	bestMean := math.Inf(-1)
	everything := make([]int, n)
	for i := range everything {
		everything[i] = i
	}
	var search func(candidates []int)
	search = func(candidates []int) {
		if len(chosen)+len(candidates) < len(best) {
			return
		}
		if len(candidates) == 0 {
			if mean := m.Coverage(chosen, everything, threshold).Mean; len(chosen) > len(best) || mean > bestMean {
				best, bestMean = slices.Clone(chosen), mean
			}
			return
		}
		// With the first candidate, then without it.
		first, rest := candidates[0], candidates[1:]
		var compatible []int
		for _, j := range rest {
			if m.Values[first][j] < threshold {
				compatible = append(compatible, j)
			}
		}
		chosen = append(chosen, first)
		search(compatible)
		chosen = chosen[:len(chosen)-1]
		if len(compatible) < len(rest) { // else nothing is gained without it
			search(rest)
		}
	}
	search(everything)
	return best
}

// draws is the number of benchmarks that Balanced chooses from.
const draws = 1000

// Balanced returns a benchmark of n groups and k corruptions of each, the best of 1,000 that are drawn: groups with at least k
// members, evenly drawn members. The best is that of the largest mean coverage of all corruptions. Places are ascending; the
// same seed draws the same. It returns an error if fewer than n groups have k members, and panics if an overlap is NaN.
func (m *Matrix) Balanced(g Groups, n, k int, seed uint64) ([]int, error) {
	m.mustBeDefined()
	members := make([][]int, g.N)
	all := make([]int, len(m.Names))
	for i, of := range g.Of {
		members[of], all[i] = append(members[of], i), i
	}
	members = slices.DeleteFunc(members, func(of []int) bool { return len(of) < k })
	if n < 1 || k < 1 || len(members) < n {
		return nil, fmt.Errorf("overlap: a benchmark of %d groups with %d corruptions each: %d of %d groups have so many", n, k, len(members), g.N)
	}
	var best []int
	most := math.Inf(-1)
	for draw := range draws {
		source := random.New(seed, uint64(draw), "balanced", 0)
		var chosen []int
		for _, of := range source.Perm(len(members))[:n] {
			for _, place := range source.Perm(len(members[of]))[:k] {
				chosen = append(chosen, members[of][place])
			}
		}
		if mean := m.Coverage(chosen, all, Overlapping).Mean; mean > most {
			best, most = chosen, mean
		}
	}
	slices.Sort(best)
	return best, nil
}
