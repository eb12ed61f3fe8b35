package overlap

import "slices"

// Cut returns the group of each of n corruptions when a tree is cut into k groups: without its last k-1 merges. They are
// numbered in the order of their first members. It panics unless k is from 1 to n.
func Cut(merges []Merge, n, k int) []int {
	if k < 1 || k > n {
		panic("overlap: a tree cut into more groups than it has leaves, or none")
	}
	return joined(merges[:n-k], n)
}

// CutAt returns the groups that are joined at a height of at most this one. Heights rise from merge to merge.
func CutAt(merges []Merge, n int, height float64) []int {
	at := slices.IndexFunc(merges, func(m Merge) bool { return m.Height > height })
	if at < 0 {
		at = len(merges)
	}
	return joined(merges[:at], n)
}

// joined returns the groups that merges have made.
func joined(merges []Merge, n int) []int {
	of := make([]int, n+len(merges)) // of each cluster that which it is part of
	for i := range of {
		of[i] = i
	}
	for k, m := range merges {
		of[m.A], of[m.B] = n+k, n+k
	}
	groups := make([]int, n)
	for i := range groups {
		at := i
		for of[at] != at {
			at = of[at]
		}
		groups[i] = at
	}
	return numbered(groups)
}

// Redundant returns the groups of corruptions of a benchmark, given by their places, that measure the same: those of
// average linkage among them that overlap by the threshold or more on average, where they have more than one member. It
// panics if an overlap is NaN.
func (m *Matrix) Redundant(benchmark []int, threshold float64) (groups [][]int) {
	of := CutAt(m.Select(benchmark).Tree(), len(benchmark), 1-threshold)
	for k := range len(benchmark) {
		var members []int
		for i, place := range benchmark {
			if of[i] == k {
				members = append(members, place)
			}
		}
		if len(members) > 1 {
			groups = append(groups, members)
		}
	}
	return groups
}
