package overlapfile

import (
	"cmp"
	"math"
	"slices"

	"steady/core/overlap"
	"steady/core/score"
)

// Coverage is how much of other corruptions a benchmark measures as well, and how evenly.
type Coverage struct {
	Corruptions []string      `json:"corruptions"`   // of the benchmark
	Missing     []string      `json:"missing"`       // of its corruptions, without overlaps
	Others      []Covered     `json:"others"`        // with overlaps, outside of it
	Covered     int           `json:"covered"`       // of these, at least at the threshold
	Mean        *float64      `json:"mean_coverage"` // null without others
	Shares      []float64     `json:"group_shares"`  // of its corruptions in each group
	Imbalance   float64       `json:"imbalance"`     // standard deviation of their numbers in the groups
	Families    []FamilyShare `json:"families"`
	Redundant   []Group       `json:"redundant"` // that overlap by the threshold or more on average, among its own
}

// Covered is another corruption, and its largest overlap with one of the benchmark.
type Covered struct {
	Corruption string  `json:"corruption"`
	Overlap    float64 `json:"overlap"`
	By         string  `json:"by"`
}

// FamilyShare is the share of a benchmark's corruptions that are of a family.
type FamilyShare struct {
	Family string  `json:"family"`
	Share  float64 `json:"share"`
}

// Cover returns the coverage of a benchmark, in a matrix whose overlaps are all defined. Others are the corruptions to cover: those
// in the matrix and outside of the benchmark count. It also returns the places of both in the matrix.
func Cover(m *overlap.Matrix, g overlap.Groups, benchmark, others []Corruption, threshold float64) (c Coverage, inside, outside []int) {
	c = Coverage{Corruptions: []string{}, Missing: []string{}, Others: []Covered{}, Shares: []float64{}, Families: []FamilyShare{}, Redundant: []Group{}}
	families := map[string]int{}
	for _, b := range benchmark {
		i, err := m.Index(b.Name)
		if err != nil {
			c.Missing = append(c.Missing, b.Name)
			continue
		}
		inside, c.Corruptions = append(inside, i), append(c.Corruptions, b.Name)
		families[b.Family]++
	}
	if len(inside) == 0 {
		return c, nil, nil
	}
	for _, o := range others {
		if i, err := m.Index(o.Name); err == nil && !slices.Contains(inside, i) {
			outside = append(outside, i)
		}
	}
	of := m.Coverage(inside, outside, threshold)
	c.Covered = of.Covered
	if !math.IsNaN(of.Mean) {
		c.Mean = &of.Mean
	}
	for k, j := range outside {
		by := slices.MaxFunc(inside, func(a, b int) int { return cmp.Compare(m.Values[a][j], m.Values[b][j]) })
		c.Others = append(c.Others, Covered{m.Names[j], of.Best[k], m.Names[by]})
	}
	balance := g.Balance(inside)
	c.Shares, c.Imbalance = balance.Shares, balance.Imbalance
	for _, b := range benchmark {
		if n := families[b.Family]; n > 0 {
			c.Families = append(c.Families, FamilyShare{b.Family, float64(n) / float64(len(inside))})
			delete(families, b.Family)
		}
	}
	for _, members := range m.Redundant(inside, threshold) {
		c.Redundant = append(c.Redundant, NewGroup(m, members))
	}
	return c, inside, outside
}

// NewGroup returns the corruptions at these places, with their mean overlap.
func NewGroup(m *overlap.Matrix, members []int) Group {
	var g Group
	var pairs []float64
	for k, i := range members {
		g.Corruptions = append(g.Corruptions, m.Names[i])
		for _, j := range members[:k] {
			pairs = append(pairs, m.Values[i][j])
		}
	}
	if len(pairs) > 0 {
		mean := score.Mean(pairs)
		g.Mean = &mean
	}
	return g
}
