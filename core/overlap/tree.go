package overlap

// Merge joins two clusters into one.
type Merge struct {
	A, B   int     // clusters: 0 to n-1 are the corruptions, n+i is that of merge i
	Height float64 // mean distance, 1 - overlap, between corruptions of the one and of the other
}

// Tree returns the merges of average linkage (UPGMA; R. Sokal and C. Michener 1958) on the distances 1 - overlap, from the
// nearest on; of equal distances the first. An overlap above 1 counts as the distance 0. It panics if an overlap is NaN.
func (m *Matrix) Tree() []Merge {
	m.mustBeDefined()
	n := len(m.Names)
	type cluster struct {
		id, size int
		from     []float64 // sums of distances to each corruption, over the members
		members  []int
	}
	var open []cluster
	for i := range n {
		c := cluster{id: i, size: 1, members: []int{i}, from: make([]float64, n)}
		for j := range n {
			c.from[j] = max(1-m.Values[i][j], 0)
		}
		open = append(open, c)
	}
	distance := func(a, b cluster) float64 {
		sum := 0.
		for _, j := range b.members {
			sum += a.from[j]
		}
		return sum / float64(a.size*b.size)
	}
	var merges []Merge
	for len(open) > 1 {
		a, b, least := 0, 1, distance(open[0], open[1])
		for i := range open {
			for j := range i {
				if d := distance(open[j], open[i]); d < least {
					a, b, least = j, i, d
				}
			}
		}
		joined := cluster{id: n + len(merges), size: open[a].size + open[b].size, from: make([]float64, n)}
		joined.members = append(append(joined.members, open[a].members...), open[b].members...)
		for j := range n {
			joined.from[j] = open[a].from[j] + open[b].from[j]
		}
		merges = append(merges, Merge{open[a].id, open[b].id, least})
		open[a] = joined
		open = append(open[:b], open[b+1:]...)
	}
	return merges
}

// Leaves returns the corruptions of n in the order in which a tree is drawn: those of a cluster beside each other.
func Leaves(merges []Merge, n int) []int {
	var order []int
	var visit func(id int)
	visit = func(id int) {
		if id < n {
			order = append(order, id)
			return
		}
		visit(merges[id-n].A)
		visit(merges[id-n].B)
	}
	if n > 0 {
		visit(n + len(merges) - 1)
	}
	return order
}
