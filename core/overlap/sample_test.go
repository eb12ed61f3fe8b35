package overlap

import (
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/random"
	"steady/core/score"
)

// right returns n images of which the first k are right.
func right(k, n int) Outcome {
	b := make([]bool, n)
	for i := range k {
		b[i] = true
	}
	return Outcome{score.Pack(b)}
}

// sampleOf returns runs whose numbers of right images of 100 are those of tables: the first row is the standard network, the
// first column clean images.
func sampleOf(names []string, tables ...[][]int) *Sample {
	s := &Sample{Names: names, Images: 100}
	for _, table := range tables {
		r := Run{StandardClean: right(table[0][0], 100)}
		for _, k := range table[0][1:] {
			r.Standard = append(r.Standard, right(k, 100))
		}
		for _, row := range table[1:] {
			r.Clean = append(r.Clean, right(row[0], 100))
			var trained []Outcome
			for _, k := range row[1:] {
				trained = append(trained, right(k, 100))
			}
			r.Trained = append(r.Trained, trained)
		}
		s.Runs = append(s.Runs, r)
	}
	return s
}

// Three corruptions and two seeds, by hand: the means are .8 clean, .4, .4, .5 for the standard network; training on a makes
// .6, .5, .5, that on b .45, .6, .5, that on c .4, .4, .8.
func TestSample(t *testing.T) {
	s := sampleOf([]string{"a", "b", "c"},
		[][]int{{80, 40, 45, 50}, {80, 55, 50, 50}, {80, 45, 65, 50}, {80, 40, 40, 80}},
		[][]int{{80, 40, 35, 50}, {80, 65, 50, 50}, {80, 45, 55, 50}, {80, 40, 40, 80}})
	for kind, want := range map[Score]float64{
		Accuracy: (.1/.2 + .05/.2) / 2,
		Ratio:    (.1/.2 + .05/.2) / 2, // clean accuracies are all the same
	} {
		m, err := s.Matrix(kind, LeastGain)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(m.Values[0][1]-want) > 1e-12 || m.Values[0][2] != 0 || math.Abs(m.Gains[2]*100-map[Score]float64{Accuracy: 30, Ratio: 37.5}[kind]) > 1e-9 {
			t.Errorf("%s: %v, gains %v; want %g", kind, m.Values, m.Gains, want)
		}
	}
	// One seed alone, by hand: (.05/.2 + .05/.15)/2.
	if m, err := s.Of(0).Matrix(Accuracy, LeastGain); err != nil || math.Abs(m.Values[0][1]-(.05/.2+.05/.15)/2) > 1e-12 {
		t.Errorf("%v, %v", m, err)
	}
	resamples, err := s.Resamples(t.Context(), Accuracy, 300, 1)
	if err != nil {
		t.Fatal(err)
	}
	i := Interval(resamples, func(m *Matrix) float64 { return m.Values[0][1] })
	if !i.Contains(.375) || !(i.Upper-i.Lower > .1) || !(i.Upper-i.Lower < 1) {
		t.Errorf("%+v", i)
	}
	if i := Interval(resamples, func(m *Matrix) float64 { return m.Values[0][0] }); i.Lower != 1 || i.Upper != 1 {
		t.Errorf("a corruption with itself: %+v", i)
	}
	again, err := s.Resamples(t.Context(), Accuracy, 300, 1)
	if err != nil || !slices.EqualFunc(resamples, again, func(a, b *Matrix) bool { return slices.Equal(a.Values[1], b.Values[1]) }) {
		t.Errorf("the same seed draws others (%v)", err)
	}
	// A gain that not all resamples have leaves no interval.
	s.Runs[0].Trained[2][2], s.Runs[1].Trained[2][2] = right(51, 100), right(51, 100)
	if resamples, err = s.Resamples(t.Context(), Accuracy, 300, 1); err != nil {
		t.Fatal(err)
	}
	if i := Interval(resamples, func(m *Matrix) float64 { return m.Values[0][2] }); !math.IsNaN(i.Lower) {
		t.Errorf("%+v", i)
	}
}

// A network that is right about a single clean image is right about none in some resamples, which then leave no interval.
func TestResamplesOfOne(t *testing.T) {
	s := sampleOf([]string{"a", "b"}, [][]int{{80, 40, 40}, {1, 60, 50}, {80, 50, 60}})
	resamples, err := s.Resamples(t.Context(), Accuracy, 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	if i := Interval(resamples, func(m *Matrix) float64 { return m.Values[0][1] }); !math.IsNaN(i.Lower) {
		t.Errorf("%+v", i)
	}
}

// An outcome at several severities is the mean of these.
func TestSeverities(t *testing.T) {
	s := sampleOf([]string{"a"}, [][]int{{80, 40}, {80, 60}})
	s.Runs[0].Trained[0][0] = append(right(60, 100), right(20, 100)...)
	if a, err := s.Accuracies(); err != nil || a.Trained[0][0] != .4 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestSampleRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*Sample){
		"no corruptions":              func(s *Sample) { s.Names = nil },
		"no networks":                 func(s *Sample) { s.Runs = nil },
		"0 images":                    func(s *Sample) { s.Images = 0 },
		"0 clean results":             func(s *Sample) { s.Runs[0].Clean = nil },
		"results are missing":         func(s *Sample) { s.Runs[0].Trained[0][0] = nil },
		"results of 9 images":         func(s *Sample) { s.Runs[0].Standard[0] = right(3, 9) },
		"network of a has 0 results":  func(s *Sample) { s.Runs[0].Trained[0] = nil },
		"right about no clean image":  func(s *Sample) { s.Runs[0].StandardClean = right(0, 100) },
		"of a is right about no clea": func(s *Sample) { s.Runs[0].Clean[0] = right(0, 100) },
	} {
		s := sampleOf([]string{"a"}, [][]int{{80, 40}, {80, 60}})
		spoil(s)
		if _, err := s.Matrix(Ratio, LeastGain); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestCut(t *testing.T) {
	merges := []Merge{{0, 1, .2}, {2, 3, .3}, {4, 5, .7}} // of four: ab, cd, all
	for k, want := range [][]int{1: {0, 0, 0, 0}, 2: {0, 0, 1, 1}, 3: {0, 0, 1, 2}, 4: {0, 1, 2, 3}} {
		if k > 0 && !slices.Equal(Cut(merges, 4, k), want) {
			t.Errorf("%d groups: %v, want %v", k, Cut(merges, 4, k), want)
		}
	}
	for height, want := range map[float64][]int{.1: {0, 1, 2, 3}, .2: {0, 0, 1, 2}, .69: {0, 0, 1, 1}, 1: {0, 0, 0, 0}} {
		if got := CutAt(merges, 4, height); !slices.Equal(got, want) {
			t.Errorf("cut at %g: %v, want %v", height, got, want)
		}
	}
	// a and b overlap by .9, c and d too; e by .1 with all. Of a, d and e none measures the same.
	m := blocks(.9, .1, 2, 2, 1)
	if got := m.Redundant([]int{0, 1, 2, 4}, .5); len(got) != 1 || !slices.Equal(got[0], []int{0, 1}) {
		t.Errorf("%v", got)
	}
	if got := m.Redundant([]int{0, 3, 4}, .5); got != nil {
		t.Errorf("%v", got)
	}
}

// Six things in two ways, by hand: 2 pairs of 15 are together in both, 4 in the one and 3 in the other.
func TestAdjustedRand(t *testing.T) {
	a, b := []int{0, 0, 0, 1, 1, 2}, []int{0, 0, 1, 2, 2, 1}
	if got, want := AdjustedRand(a, b), (2-4*3/15.)/(3.5-4*3/15.); math.Abs(got-want) > 1e-12 {
		t.Errorf("%g, want %g", got, want)
	}
	if got := AdjustedRand(a, []int{7, 7, 7, 3, 3, 5}); got != 1 {
		t.Errorf("the same groups with other numbers: %g", got)
	}
	if got := AdjustedRand([]int{0, 1}, []int{0, 1}); got != 1 {
		t.Errorf("all alone: %g", got)
	}
}

func TestAgree(t *testing.T) {
	a := blocks(.9, .1, 2, 2)
	b := blocks(.5, .3, 2, 2)
	if g := Agree(a, b, 200, 1); math.Abs(g.Spearman-1) > 1e-12 || g.Pairs != 6 || math.Abs(g.Difference-(2*.4+4*.2)/6) > 1e-12 || !(g.Interval.Upper <= 1) {
		t.Errorf("%+v", g)
	}
	// Corruptions without overlaps, or in one of them only, do not count; by hand, the ranks of three pairs are 1 2 3 and 2 1 3.
	a, b = blocks(0, 0, 1, 1, 1, 1), blocks(0, 0, 1, 1, 1)
	for k, v := range [][2]float64{{.1, .3}, {.2, .2}, {.3, .9}} {
		i, j := [][2]int{{0, 1}, {0, 2}, {1, 2}}[k][0], [][2]int{{0, 1}, {0, 2}, {1, 2}}[k][1]
		a.Values[i][j], a.Values[j][i], b.Values[i][j], b.Values[j][i] = v[0], v[0], v[1], v[1]
	}
	if g := Agree(a, b, 200, 1); math.Abs(g.Spearman-.5) > 1e-12 || g.Pairs != 3 || !math.IsNaN(g.Interval.Lower) {
		t.Errorf("%+v", g)
	}
	a.Values[0][0] = math.NaN()
	if g := Agree(a, b, 200, 1); g.Pairs != 1 || !math.IsNaN(g.Spearman) {
		t.Errorf("%+v", g)
	}
}

// Seeds that differ widen the interval beyond that of images alone.
func TestSeedsWiden(t *testing.T) {
	source := random.New(4, 0, "test", 0)
	table := func(trained int) [][]int { return [][]int{{90, 40, 40}, {90, 70, trained}, {90, trained, 70}} }
	shuffled := func(s *Sample) *Sample { // the same images are not right everywhere
		for r := range s.Runs {
			for i := range s.Runs[r].Trained {
				for j := range s.Runs[r].Trained[i] {
					p := source.Perm(100)
					b := make([]bool, 100)
					for _, at := range p[:int(math.Round(100*score.Once(100).Accuracy(s.Runs[r].Trained[i][j][0])))] {
						b[at] = true
					}
					s.Runs[r].Trained[i][j] = Outcome{score.Pack(b)}
				}
			}
		}
		return s
	}
	width := func(s *Sample) float64 {
		resamples, err := s.Resamples(t.Context(), Accuracy, 400, 2)
		if err != nil {
			t.Fatal(err)
		}
		i := Interval(resamples, func(m *Matrix) float64 { return m.Values[0][1] })
		return i.Upper - i.Lower
	}
	names := []string{"a", "b"}
	same, apart := width(shuffled(sampleOf(names, table(55), table(55), table(55)))), width(shuffled(sampleOf(names, table(42), table(55), table(68))))
	if !(apart > 1.3*same) {
		t.Errorf("intervals of %g and %g", same, apart)
	}
}
