package overlap

import (
	"fmt"
	"math"
	"slices"
)

// Accuracies are what overlaps are computed from, each in [0,1]. There are n corruptions, and as many networks, each trained
// on one of them.
type Accuracies struct {
	Names         []string    // of the corruptions
	Standard      []float64   // n: of the standard network under each corruption
	StandardClean float64     // of the standard network on clean images
	Trained       [][]float64 // n×n: of the network that was trained on corruption i, under corruption j
	Clean         []float64   // n: of the network that was trained on corruption i, on clean images
}

// Score is what a network's accuracy under a corruption counts as.
type Score string

const (
	Ratio    Score = "ratio"    // the robustness score: accuracy divided by that on clean images
	Accuracy Score = "accuracy" // the accuracy itself
)

// LeastGain is the usual gain below which a corruption has no overlaps: two points of accuracy, about the half-width of a
// 95 % interval on 2,000 images. It is ours; the published code has no such guard.
const LeastGain = 0.02

// Matrix is the overlaps of corruptions: symmetric, 1 on the diagonal, NaN where they are not defined.
type Matrix struct {
	Names  []string
	Values [][]float64
	Gains  []float64 // what training on each corruption adds to the score under it
}

// New returns the overlaps of corruptions. Those on which training gains less than least have none: their rows and columns
// are NaN, the diagonal too. It returns an error if accuracies are missing or outside [0,1], if the standard network is right
// about no clean image, or least is not positive.
func New(a Accuracies, s Score, least float64) (*Matrix, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	if !(least > 0) {
		return nil, fmt.Errorf("overlap: a least gain of %g: want a number above 0", least)
	}
	score := func(accuracy, clean float64) float64 { return accuracy }
	switch s {
	case Accuracy:
	case Ratio:
		score = func(accuracy, clean float64) float64 { return accuracy / clean }
	default:
		return nil, fmt.Errorf("overlap: a score %.40q: want %s or %s", s, Ratio, Accuracy)
	}
	n := len(a.Names)
	gain := func(i, j int) float64 {
		return score(a.Trained[i][j], a.Clean[i]) - score(a.Standard[j], a.StandardClean)
	}
	m := &Matrix{Names: slices.Clone(a.Names), Values: square(n), Gains: make([]float64, n)}
	for i := range n {
		m.Gains[i] = gain(i, i)
	}
	for i := range n {
		for j := range n {
			switch {
			case m.Gains[i] < least-rounding || m.Gains[j] < least-rounding:
				m.Values[i][j] = math.NaN()
			case i == j:
				m.Values[i][j] = 1
			default:
				m.Values[i][j] = max(0, (gain(i, j)/m.Gains[j]+gain(j, i)/m.Gains[i])/2)
			}
		}
	}
	return m, nil
}

// rounding is by how much numbers may differ that are equal but for the order of operations: 0.30 - 0.28 is less than 0.02 in
// floating point.
const rounding = 1e-9

func (a Accuracies) check() error {
	n := len(a.Names)
	if n == 0 {
		return fmt.Errorf("overlap: no corruptions")
	}
	if len(a.Standard) != n || len(a.Trained) != n || len(a.Clean) != n {
		return fmt.Errorf("overlap: %d corruptions, but %d accuracies of the standard network, %d networks and %d clean accuracies",
			n, len(a.Standard), len(a.Trained), len(a.Clean))
	}
	rates := slices.Concat(a.Standard, []float64{a.StandardClean}, a.Clean)
	for i, row := range a.Trained {
		if len(row) != n {
			return fmt.Errorf("overlap: the network of %s has %d accuracies, want %d", a.Names[i], len(row), n)
		}
		rates = append(rates, row...)
		if a.Clean[i] == 0 {
			return fmt.Errorf("overlap: the network of %s is right about no clean image", a.Names[i])
		}
	}
	for _, r := range rates {
		if !(r >= 0 && r <= 1) {
			return fmt.Errorf("overlap: an accuracy of %g: want 0 to 1", r)
		}
	}
	if a.StandardClean == 0 {
		return fmt.Errorf("overlap: the standard network is right about no clean image")
	}
	return nil
}

// square returns an n×n matrix of zeros.
func square(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

// Defined returns the matrix of the corruptions that have overlaps, and the names of the others.
func (m *Matrix) Defined() (defined *Matrix, without []string) {
	var places []int
	for i, name := range m.Names {
		if math.IsNaN(m.Values[i][i]) {
			without = append(without, name)
		} else {
			places = append(places, i)
		}
	}
	return m.Select(places), without
}

// Select returns the matrix of the corruptions at these places.
func (m *Matrix) Select(places []int) *Matrix {
	s := &Matrix{Values: square(len(places))}
	for i, p := range places {
		s.Names, s.Gains = append(s.Names, m.Names[p]), append(s.Gains, m.Gains[p])
		for j, q := range places {
			s.Values[i][j] = m.Values[p][q]
		}
	}
	return s
}

// Index returns the place of a corruption, or an error if there is none of the name.
func (m *Matrix) Index(name string) (int, error) {
	if i := slices.Index(m.Names, name); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("overlap: no corruption %.40q in the matrix", name)
}

// mustBeDefined panics if an overlap is NaN: what is built from a matrix would be of numbers that are none.
func (m *Matrix) mustBeDefined() {
	for i, row := range m.Values {
		for _, v := range row {
			if math.IsNaN(v) {
				panic(fmt.Sprintf("overlap: %s has no overlaps: see Matrix.Defined", m.Names[i]))
			}
		}
	}
}
