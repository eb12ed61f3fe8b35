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

// mostSteps bounds the search of [Matrix.NonOverlapping], in looks at an overlap: some tenths of a second.
const mostSteps = 50_000_000

// NonOverlapping returns the largest set of corruptions of which no two overlap by the threshold or more; of several the
// one that covers the other corruptions best on average, and of these the first. Places are ascending. How the papers select
// is not published in full; this is ours. Some matrices have so many such sets that the search is broken off; then exact is
// false, and the set is the best of those found: no other corruption can be added to it, but there may be a larger one. It
// panics if an overlap is NaN.
func (m *Matrix) NonOverlapping(threshold float64) (places []int, exact bool) {
	m.mustBeDefined()
	s := &search{m: m, threshold: threshold, steps: mostSteps, mean: math.Inf(-1)}
	for i := range m.Names {
		s.everything = append(s.everything, i)
	}
	s.among(s.everything)
	if s.steps < 0 {
		s.keep(m.sparsest(threshold))
	}
	return s.best, s.steps >= 0
}

// search looks for the largest set of corruptions that do not overlap.
type search struct {
	m          *Matrix
	threshold  float64
	everything []int
	chosen     []int
	best       []int
	mean       float64 // coverage of the best
	steps      int     // left; below 0 when the search is broken off
}

// among adds corruptions that overlap with none of the chosen ones, in every way that may lead to a larger set.
func (s *search) among(candidates []int) {
	if len(s.chosen)+len(candidates) < len(s.best) || s.steps < 0 {
		return
	}
	if len(candidates) == 0 {
		s.keep(s.chosen)
		return
	}
	// With the first candidate, then without it.
	first, rest := candidates[0], candidates[1:]
	s.steps -= len(candidates)
	var compatible []int
	for _, j := range rest {
		if s.m.Values[first][j] < s.threshold {
			compatible = append(compatible, j)
		}
	}
	s.chosen = append(s.chosen, first)
	s.among(compatible)
	s.chosen = s.chosen[:len(s.chosen)-1]
	if len(compatible) < len(rest) { // else nothing is gained without it
		s.among(rest)
	}
}

// keep keeps a set if it is better than the best.
func (s *search) keep(set []int) {
	if len(set) < len(s.best) {
		return
	}
	s.steps -= len(set) * len(s.everything)
	if mean := s.m.Coverage(set, s.everything, s.threshold).Mean; len(set) > len(s.best) || mean > s.mean {
		s.best, s.mean = slices.Clone(set), mean
	}
}

// sparsest returns a set of corruptions that do not overlap: again and again the one that overlaps with the fewest of those left.
func (m *Matrix) sparsest(threshold float64) (set []int) {
	left := make([]bool, len(m.Names))
	for i := range left {
		left[i] = true
	}
	for {
		next, fewest := -1, len(left)+1
		for i := range left {
			overlaps := 0
			for j := range left {
				if left[j] && j != i && m.Values[i][j] >= threshold {
					overlaps++
				}
			}
			if left[i] && overlaps < fewest {
				next, fewest = i, overlaps
			}
		}
		if next < 0 {
			slices.Sort(set)
			return set
		}
		set = append(set, next)
		for j := range left {
			left[j] = left[j] && j != next && m.Values[next][j] < threshold
		}
	}
}

const (
	draws    = 1000 // benchmarks that Balanced draws, and Chance
	improved = 100  // of Balanced's, the first, in which it exchanges corruptions
)

// Chance returns the coverages of 1,000 benchmarks of n corruptions that are drawn evenly, each of all the other corruptions: what
// a benchmark of that size covers that was chosen without looking. The same seed draws the same. It panics if an overlap is NaN,
// or if there are fewer than n corruptions.
func (m *Matrix) Chance(n int, threshold float64, seed uint64) []Coverage {
	list := make([]Coverage, draws)
	for draw := range list {
		order := random.New(seed, uint64(draw), "chance", 0).Perm(len(m.Names))
		list[draw] = m.Coverage(order[:n], order[n:], threshold)
	}
	return list
}

// Balanced returns a benchmark of n groups and k corruptions of each that covers all corruptions well on average. As published,
// 1,000 are drawn: groups with at least k members, evenly drawn members. In a hundred of them, corruptions are then exchanged
// for others of their groups for as long as that is better, which is ours, and so hardly depends on the seed; the best of all is
// returned, and of several the first. Places are ascending; the same seed draws the same. It returns an error if fewer
// than n groups have k members, and panics if an overlap is NaN.
func (m *Matrix) Balanced(g Groups, n, k int, seed uint64) ([]int, error) {
	m.mustBeDefined()
	members := make([][]int, g.N)
	for i, of := range g.Of {
		members[of] = append(members[of], i)
	}
	members = slices.DeleteFunc(members, func(of []int) bool { return len(of) < k })
	if n < 1 || k < 1 {
		return nil, fmt.Errorf("overlap: a benchmark of %d groups with %d corruptions each: want at least 1 of both", n, k)
	}
	if len(members) < n {
		return nil, fmt.Errorf("overlap: a benchmark of %d groups with %d corruptions each: %d of %d groups have so many", n, k, len(members), g.N)
	}
	var best benchmark
	for draw := range draws {
		source := random.New(seed, uint64(draw), "balanced", 0)
		var b benchmark
		for _, of := range source.Perm(len(members))[:n] {
			for _, place := range source.Perm(len(members[of]))[:k] {
				b.places = append(b.places, members[of][place])
			}
		}
		b.mean = m.meanCoverage(b.places)
		if draw < improved {
			m.exchange(&b, g)
		}
		slices.Sort(b.places)
		// Of two that cover as much, as where two corruptions overlap with each other only, the first.
		if more := b.mean - best.mean; best.places == nil || more > rounding || more > -rounding && slices.Compare(b.places, best.places) < 0 {
			best = b
		}
	}
	return best.places, nil
}

// benchmark is corruptions by their places, with the mean coverage of all corruptions by them.
type benchmark struct {
	places []int
	mean   float64
}

// exchange exchanges corruptions of a benchmark for others of their groups, each time those with which its mean coverage
// becomes largest, until that does not rise any more.
func (m *Matrix) exchange(b *benchmark, g Groups) {
	for at := 0; at >= 0; {
		at = -1
		by := 0
		for i, old := range b.places {
			for j := range m.Names {
				if g.Of[j] != g.Of[old] || slices.Contains(b.places, j) {
					continue
				}
				b.places[i] = j
				if mean := m.meanCoverage(b.places); mean > b.mean {
					at, by, b.mean = i, j, mean
				}
				b.places[i] = old
			}
		}
		if at >= 0 {
			b.places[at] = by
		}
	}
}

// meanCoverage returns the mean coverage of all corruptions.
func (m *Matrix) meanCoverage(places []int) float64 {
	all := make([]int, len(m.Names))
	for i := range all {
		all[i] = i
	}
	return m.Coverage(places, all, Overlapping).Mean
}
