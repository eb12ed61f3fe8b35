package overlap

import (
	"math"
	"slices"

	"steady/core/random"
	"steady/core/score"
)

const (
	starts      = 100 // of k-means, the best of which counts
	correlation = 0.5 // of the rows in a group, from which on there are enough groups
)

// Groups are corruptions that overlap with the same others.
type Groups struct {
	Of          []int   // group of each corruption, from 0, in the order of their first members
	N           int     // number of groups
	Correlation float64 // mean over the pairs in a group; NaN if each is alone
}

// Groups returns the groups of the published rule: k-means on the rows of the matrix, the best of 100 starts, with the
// smallest k from 2 on at which the mean Pearson correlation between rows of a group exceeds 0.5. The mean is over all pairs
// that are in a group together. It panics if an overlap is NaN.
func (m *Matrix) Groups(seed uint64) Groups {
	m.mustBeDefined()
	n := len(m.Names)
	for k := 2; k < n; k++ {
		of := KMeans(m.Values, k, seed)
		if r := m.within(of); r > correlation {
			return Groups{of, k, r}
		}
	}
	alone := make([]int, n)
	for i := range alone {
		alone[i] = i
	}
	return Groups{alone, n, math.NaN()}
}

// GroupsOf returns k groups by k-means, from 2 to the number of corruptions, without a rule for k. It panics if an overlap is NaN,
// or if there are fewer corruptions.
func (m *Matrix) GroupsOf(k int, seed uint64) Groups {
	m.mustBeDefined()
	of := KMeans(m.Values, k, seed)
	return Groups{of, slices.Max(of) + 1, m.within(of)}
}

// within returns the mean correlation of the rows that are in a group together; NaN if there are none.
func (m *Matrix) within(of []int) float64 {
	var all []float64
	for i := range of {
		for j := range i {
			switch {
			case of[i] != of[j]:
			case slices.Equal(m.Values[i], m.Values[j]): // also where all are equal, of which there is no correlation
				all = append(all, 1)
			default:
				all = append(all, score.Pearson(m.Values[i], m.Values[j]))
			}
		}
	}
	return score.Mean(all)
}

// KMeans returns the group of each row, from 0 to k-1 in the order of their first rows: those of the least sum of squared
// distances to the means of their groups, which are found from 100 starts (S. Lloyd 1982; D. Arthur and S. Vassilvitskii
// 2007, k-means++). The same seed finds the same. There must be at least k rows, of the same length.
func KMeans(rows [][]float64, k int, seed uint64) []int {
	var best []int
	least := math.Inf(1)
	for start := range starts {
		of, sum := lloyd(rows, plusPlus(rows, k, random.New(seed, uint64(start), "k-means", k)))
		if sum < least {
			best, least = of, sum
		}
	}
	return numbered(best)
}

// plusPlus draws the first means: rows, each with a probability in proportion to the squared distance from those before.
func plusPlus(rows [][]float64, k int, source *random.Source) [][]float64 {
	means := [][]float64{slices.Clone(rows[source.IntN(len(rows))])}
	for len(means) < k {
		weights, sum := make([]float64, len(rows)), 0.
		for i, row := range rows {
			_, weights[i] = nearest(row, means)
			sum += weights[i]
		}
		drawn, at := source.Float64()*sum, 0
		for at < len(rows)-1 && (drawn >= weights[at] || weights[at] == 0) {
			drawn -= weights[at]
			at++
		}
		means = append(means, slices.Clone(rows[at]))
	}
	return means
}

// lloyd moves means to the middle of the rows that are nearest to them, until nothing changes, and returns the groups and the
// sum of squared distances.
func lloyd(rows, means [][]float64) (of []int, sum float64) {
	of = make([]int, len(rows))
	for i := range of {
		of[i] = -1
	}
	for changed := true; changed; {
		changed, sum = false, 0
		for i, row := range rows {
			k, d := nearest(row, means)
			changed = changed || k != of[i]
			of[i], sum = k, sum+d
		}
		for k := range means {
			n, mean := 0, make([]float64, len(means[k]))
			for i, row := range rows {
				if of[i] == k {
					n++
					for j, v := range row {
						mean[j] += v
					}
				}
			}
			if n == 0 { // it stays where it was
				continue
			}
			for j := range mean {
				mean[j] /= float64(n)
			}
			means[k] = mean
		}
	}
	return of, sum
}

// nearest returns the mean nearest to a row, and its squared distance.
func nearest(row []float64, means [][]float64) (k int, least float64) {
	least = math.Inf(1)
	for i, mean := range means {
		d := 0.
		for j, v := range row {
			d += (v - mean[j]) * (v - mean[j])
		}
		if d < least {
			k, least = i, d
		}
	}
	return k, least
}

// numbered returns groups numbered in the order of their first members.
func numbered(of []int) []int {
	numbers, result := map[int]int{}, make([]int, len(of))
	for i, k := range of {
		number, ok := numbers[k]
		if !ok {
			number = len(numbers)
			numbers[k] = number
		}
		result[i] = number
	}
	return result
}
