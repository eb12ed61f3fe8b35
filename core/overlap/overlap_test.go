package overlap

import (
	"math"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"steady/core/random"
)

// Three corruptions, computed by hand. Training on the third gains too little to say anything of it.
func three() Accuracies {
	return Accuracies{
		Names: []string{"a", "b", "c"}, StandardClean: .8, Standard: []float64{.4, .4, .6},
		Clean:   []float64{.75, .8, .8},
		Trained: [][]float64{{.6, .5, .6}, {.45, .6, .6}, {.4, .4, .61}},
	}
}

func TestMatrix(t *testing.T) {
	for s, want := range map[Score]float64{
		Accuracy: (.1/.2 + .05/.2) / 2,
		Ratio:    ((.5/.75-.5)/(.75-.5) + (.45/.8-.5)/(.8-.5)) / 2, // (.1667/.25 + .0625/.3)/2 = .4375
	} {
		m, err := New(three(), s, LeastGain)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Values[0][1]; math.Abs(got-want) > 1e-12 || m.Values[1][0] != got || m.Values[0][0] != 1 || m.Values[1][1] != 1 {
			t.Errorf("%s: overlap %g, want %g: %v", s, got, want, m.Values)
		}
		for i := range 3 {
			if !math.IsNaN(m.Values[i][2]) || !math.IsNaN(m.Values[2][i]) {
				t.Errorf("%s: an overlap with c, which nothing was gained on: %v", s, m.Values)
			}
		}
		d, without := m.Defined()
		if !slices.Equal(d.Names, []string{"a", "b"}) || !slices.Equal(without, []string{"c"}) || d.Values[0][1] != m.Values[0][1] || len(d.Gains) != 2 {
			t.Errorf("%+v without %v", d, without)
		}
	}
	a := three()
	a.Trained[2][2] = .7
	a.Trained[2][0], a.Trained[0][2] = .3, .55 // both harm the other
	if m, err := New(a, Accuracy, LeastGain); err != nil || m.Values[0][2] != 0 || m.Values[2][0] != 0 {
		t.Errorf("overlaps %v, %v, want 0 where training on one harms the other", m, err)
	}
	// The guard is at what training on a corruption gains on itself.
	if m, err := New(three(), Accuracy, .0099); err != nil || math.IsNaN(m.Values[0][2]) {
		t.Errorf("%v, %v: no overlap above the least gain", m, err)
	}
}

func TestMatrixRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*Accuracies){
		"no corruptions":                     func(a *Accuracies) { *a = Accuracies{} },
		"2 networks":                         func(a *Accuracies) { a.Trained = a.Trained[:2] },
		"the network of b has 2 accuracies":  func(a *Accuracies) { a.Trained[1] = a.Trained[1][:2] },
		"an accuracy of 1.5":                 func(a *Accuracies) { a.Trained[0][2] = 1.5 },
		"an accuracy of NaN":                 func(a *Accuracies) { a.Standard[0] = math.NaN() },
		"standard network is right about no": func(a *Accuracies) { a.StandardClean = 0 },
		"network of c is right about no":     func(a *Accuracies) { a.Clean[2] = 0 },
	} {
		a := three()
		spoil(&a)
		if _, err := New(a, Ratio, LeastGain); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	// Gains that are the least one but for rounding, as 0.40 - 0.38 is above it and 0.30 - 0.28 below, count alike.
	b := Accuracies{Names: []string{"a", "b"}, StandardClean: 1, Clean: []float64{1, 1}, Standard: []float64{.38, .28}, Trained: [][]float64{{.40, .30}, {.40, .30}}}
	if m, err := New(b, Accuracy, LeastGain); err != nil || math.Abs(m.Values[0][1]-1) > 1e-9 || m.Values[1][1] != 1 {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := New(three(), "rank", LeastGain); err == nil || !strings.Contains(err.Error(), "want ratio or accuracy") {
		t.Errorf("a score that is none: %v", err)
	}
	if _, err := New(three(), Ratio, 0); err == nil {
		t.Error("a least gain of 0: no error")
	}
	m, _ := New(three(), Ratio, LeastGain)
	defer func() {
		if recover() == nil {
			t.Error("groups of a matrix with NaN: no panic")
		}
	}()
	m.Groups(1)
}

// blocks returns a matrix of groups of these sizes, which overlap by inside, and by outside with others.
func blocks(inside, outside float64, sizes ...int) *Matrix {
	var of []int
	for k, n := range sizes {
		for range n {
			of = append(of, k)
		}
	}
	m := &Matrix{Values: square(len(of)), Gains: make([]float64, len(of))}
	for i := range of {
		m.Names = append(m.Names, string(rune('a'+i)))
		for j := range of {
			switch {
			case i == j:
				m.Values[i][j] = 1
			case of[i] == of[j]:
				m.Values[i][j] = inside
			default:
				m.Values[i][j] = outside
			}
		}
	}
	return m
}

// Two groups are found where there are two, and three where there are three: with two groups the rows that are together
// there correlate by less than one half.
func TestGroups(t *testing.T) {
	for _, sizes := range [][]int{{3, 3}, {4, 2}, {3, 3, 3}, {2, 4, 3}} {
		g := blocks(.9, .1, sizes...).Groups(1)
		var want []int
		for k, n := range sizes {
			want = append(want, slices.Repeat([]int{k}, n)...)
		}
		if !slices.Equal(g.Of, want) || g.N != len(sizes) || !(g.Correlation > .5) {
			t.Errorf("%v: %+v", sizes, g)
		}
	}
	// Two corruptions that overlap with all by 1 have rows without a correlation, and are one group all the same.
	m := blocks(.9, .1, 2, 3)
	for i := range 5 {
		for j := range 2 {
			m.Values[i][j], m.Values[j][i] = 1, 1
		}
	}
	if g := m.Groups(1); g.N == 5 || g.Of[0] != g.Of[1] || !(g.Correlation > .5) {
		t.Errorf("rows of ones: %+v", g)
	}
	if g := blocks(0, 0, 1, 1, 1).Groups(1); g.N != 3 || !math.IsNaN(g.Correlation) {
		t.Errorf("three that have nothing in common: %+v", g)
	}
}

// The groups are those of the least sum of squares, of all that there are.
func TestKMeansIsLeast(t *testing.T) {
	source := random.New(1, 0, "test", 0)
	for range 20 {
		rows := make([][]float64, 8)
		for i := range rows {
			rows[i] = []float64{source.Float64(), source.Float64()}
		}
		sum := func(in func(i int) bool) float64 {
			n, mean, square := 0., [2]float64{}, 0.
			for i, r := range rows {
				if in(i) {
					n++
					mean[0], mean[1] = mean[0]+r[0], mean[1]+r[1]
				}
			}
			for i, r := range rows {
				if in(i) {
					square += (r[0]-mean[0]/n)*(r[0]-mean[0]/n) + (r[1]-mean[1]/n)*(r[1]-mean[1]/n)
				}
			}
			return square
		}
		least := math.Inf(1)
		for set := range uint(1 << 7) {
			if set > 0 {
				least = min(least, sum(func(i int) bool { return set>>i&1 == 1 })+sum(func(i int) bool { return set>>i&1 == 0 }))
			}
		}
		of := KMeans(rows, 2, 5)
		got := sum(func(i int) bool { return of[i] == 0 }) + sum(func(i int) bool { return of[i] == 1 })
		if math.Abs(got-least) > 1e-9 || of[0] != 0 {
			t.Errorf("groups %v with the sum %g, want %g", of, got, least)
		}
	}
}

// Four corruptions, by hand. Clusters count by their size: with equal weights the last height were 0.95.
func TestTree(t *testing.T) {
	distances := [][]float64{{0, .2, .6, 1}, {.2, 0, .8, 1}, {.6, .8, 0, .9}, {1, 1, .9, 0}}
	m := &Matrix{Names: []string{"a", "b", "c", "d"}, Values: square(4)}
	for i, row := range distances {
		for j, d := range row {
			m.Values[i][j] = 1 - d
		}
	}
	tree := m.Tree()
	want := []Merge{{0, 1, .2}, {4, 2, .7}, {5, 3, 2.9 / 3}}
	for i, merge := range tree {
		if merge.A != want[i].A || merge.B != want[i].B || math.Abs(merge.Height-want[i].Height) > 1e-12 {
			t.Errorf("%+v, want %+v", tree, want)
			break
		}
	}
	if leaves := Leaves(tree, 4); !slices.Equal(leaves, []int{0, 1, 2, 3}) {
		t.Errorf("leaves %v", leaves)
	}
	if leaves := Leaves(nil, 1); !slices.Equal(leaves, []int{0}) || len(Leaves(nil, 0)) != 0 {
		t.Errorf("leaves of one corruption: %v", leaves)
	}
}

func TestCoverageAndBalance(t *testing.T) {
	m := blocks(.9, .1, 2, 2, 1)
	m.Values[0][1], m.Values[1][0] = 1.5, 1.5 // more than the whole, which counts as the whole
	c := m.Coverage([]int{0, 4}, []int{1, 2, 3}, Overlapping)
	if !slices.Equal(c.Best, []float64{1.5, .1, .1}) || c.Covered != 1 || math.Abs(c.Mean-1.2/3) > 1e-12 {
		t.Errorf("%+v", c)
	}
	if c := m.Coverage([]int{0}, nil, Overlapping); !math.IsNaN(c.Mean) || c.Covered != 0 {
		t.Errorf("no others: %+v", c)
	}
	g := Groups{Of: []int{0, 0, 1, 1, 2}, N: 3}
	if b := g.Balance([]int{0, 2, 4}); b.Imbalance != 0 || !slices.Equal(b.Shares, []float64{1. / 3, 1. / 3, 1. / 3}) {
		t.Errorf("one of each group: %+v", b)
	}
	// Two, none and one of three groups: the deviations from 1 are 1, -1 and 0.
	if b := g.Balance([]int{0, 1, 4}); math.Abs(b.Imbalance-math.Sqrt(2./3)) > 1e-12 || b.Shares[1] != 0 {
		t.Errorf("%+v", b)
	}
}

// The set is the largest of all, and of those the one with the best coverage.
func TestNonOverlapping(t *testing.T) {
	source := random.New(2, 0, "test", 0)
	for range 60 {
		n := 1 + source.IntN(9)
		m := blocks(0, 0, slices.Repeat([]int{1}, n)...)
		all := make([]int, n)
		for i := range n {
			all[i] = i
			for j := range i {
				m.Values[i][j] = source.Float64() * 1.1
				m.Values[j][i] = m.Values[i][j]
			}
		}
		size, mean := 0, 0.
		for set := range uint(1 << n) {
			var places []int
			for i := range n {
				if set>>i&1 == 1 {
					places = append(places, i)
				}
			}
			apart := true
			for _, i := range places {
				for _, j := range places {
					apart = apart && (i == j || m.Values[i][j] < Overlapping)
				}
			}
			if !apart || bits.OnesCount(set) < size {
				continue
			}
			if c := m.Coverage(places, all, Overlapping).Mean; bits.OnesCount(set) > size || c > mean {
				size, mean = bits.OnesCount(set), c
			}
		}
		got, exact := m.NonOverlapping(Overlapping)
		if !exact || len(got) != size || m.Coverage(got, all, Overlapping).Mean != mean {
			t.Errorf("%v of %v: %d, want %d", got, m.Values, len(got), size)
		}
	}
}

// Forty-three corruptions, as many as there are, take no time worth naming, whatever their overlaps.
func TestNonOverlappingOfMany(t *testing.T) {
	for _, part := range []float64{.1, .3, .5, .9} {
		source := random.New(3, 0, "test", 0)
		m := blocks(0, 0, slices.Repeat([]int{1}, 43)...)
		for i := range 43 {
			for j := range i {
				if source.Float64() < part {
					m.Values[i][j], m.Values[j][i] = .8, .8
				}
			}
		}
		if got, exact := m.NonOverlapping(Overlapping); len(got) < 3 || !exact {
			t.Errorf("%g overlap: %v, exact %v", part, got, exact)
		}
	}
}

// A file can have any matrix: the search ends, and what it has found does not overlap and cannot be added to.
func TestNonOverlappingEnds(t *testing.T) {
	source := random.New(4, 0, "test", 0)
	for name, c := range map[string]struct {
		n        int
		overlaps func(i, j int) bool
		exact    bool
		least    int
	}{
		"none":        {60, func(i, j int) bool { return false }, true, 60},
		"all":         {60, func(i, j int) bool { return true }, true, 1},
		"pairs":       {120, func(i, j int) bool { return i/2 == j/2 }, false, 60}, // 2^60 sets of 60
		"triples":     {150, func(i, j int) bool { return i/3 == j/3 }, false, 50},
		"at random":   {150, func(i, j int) bool { return source.Float64() < .1 }, false, 30},
		"one and all": {100, func(i, j int) bool { return j == 0 }, true, 99},
	} {
		m := blocks(0, 0, slices.Repeat([]int{1}, c.n)...)
		for i := range c.n {
			for j := range i {
				if c.overlaps(i, j) {
					m.Values[i][j], m.Values[j][i] = .8, .8
				}
			}
		}
		got, exact := m.NonOverlapping(Overlapping)
		if exact != c.exact || len(got) < c.least || !slices.IsSorted(got) {
			t.Errorf("%s: %d, exact %v; want %d at least, exact %v", name, len(got), exact, c.least, c.exact)
		}
		for i := range c.n {
			apart := !slices.Contains(got, i)
			for _, j := range got {
				apart = apart && m.Values[i][j] < Overlapping
				if i != j && slices.Contains(got, i) && m.Values[i][j] >= Overlapping {
					t.Errorf("%s: %d and %d of the set overlap", name, i, j)
				}
			}
			if apart {
				t.Errorf("%s: %d can be added", name, i)
			}
		}
	}
}

// Of two blocks of two, one drawn corruption covers one of three others, two of one block none and two of both all.
func TestChance(t *testing.T) {
	m := blocks(.9, .1, 2, 2)
	for _, c := range m.Chance(1, .5, 3) {
		if c.Covered != 1 || len(c.Best) != 3 || math.Abs(c.Mean-1.1/3) > 1e-12 {
			t.Fatalf("one: %+v", c)
		}
	}
	counts := map[int]int{}
	for _, c := range m.Chance(2, .5, 3) {
		counts[c.Covered]++
	}
	if counts[0]+counts[2] != 1000 || math.Abs(float64(counts[2])-2000./3) > 60 { // four standard deviations
		t.Errorf("two: %v", counts)
	}
}

func TestBalanced(t *testing.T) {
	m := blocks(.9, .1, 3, 3, 2, 1)
	m.Values[0][8], m.Values[8][0] = .8, .8 // only the first covers the last
	g := Groups{Of: []int{0, 0, 0, 1, 1, 1, 2, 2, 3}, N: 4}
	chosen, err := m.Balanced(g, 3, 2, 7)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(chosen, 0) || len(chosen) != 6 || !slices.IsSorted(chosen) {
		t.Errorf("%v: want two of each of three groups, and the first of all", chosen)
	}
	if b := g.Balance(chosen); b.Shares[3] != 0 || b.Shares[0] != b.Shares[1] || b.Shares[1] != b.Shares[2] {
		t.Errorf("%v: %+v", chosen, b)
	}
	// Where draws hardly ever find the best, exchanges do, whatever the seed.
	m = blocks(.2, .1, 30, 30)
	wide := Groups{Of: make([]int, 60), N: 2}
	for i := range 30 {
		wide.Of[30+i] = 1
	}
	for _, i := range []int{3, 11, 37, 52} { // each covers fifteen others of its group
		for j := range 60 {
			if j != i && j/30 == i/30 && (j%2 == 0) == (i == 3 || i == 52) {
				m.Values[i][j], m.Values[j][i] = .9, .9
			}
		}
	}
	for seed := range uint64(3) {
		if chosen, err := m.Balanced(wide, 2, 2, seed); err != nil || !slices.Equal(chosen, []int{3, 11, 37, 52}) {
			t.Errorf("seed %d: %v, %v", seed, chosen, err)
		}
	}
	m = blocks(.9, .1, 3, 3, 2, 1)
	if _, err := m.Balanced(g, 4, 2, 7); err == nil || !strings.Contains(err.Error(), "3 of 4 groups") {
		t.Errorf("a group of one with two of it: %v", err)
	}
}
