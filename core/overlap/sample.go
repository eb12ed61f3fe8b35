package overlap

import (
	"context"
	"fmt"
	"math"
	"slices"

	"steady/core/parallel"
	"steady/core/random"
	"steady/core/score"
)

// Outcome is which images a network gets right under a corruption: at one severity, or at several with the same images.
type Outcome []score.Packed

// Run is the networks that were trained with one seed, and what they get right, as [Accuracies] has it.
type Run struct {
	StandardClean Outcome
	Standard      []Outcome
	Clean         []Outcome
	Trained       [][]Outcome
}

// Sample is what overlaps and their intervals are computed from: networks of several seeds, on the same images.
type Sample struct {
	Names  []string // of the corruptions
	Images int
	Runs   []Run
}

// Matrix returns the overlaps. Accuracies are means over the seeds, so that a quotient of two noisy gains is taken once, of
// the less noisy means. See [New] for the score and the least gain.
func (s *Sample) Matrix(kind Score, least float64) (*Matrix, error) {
	a, err := s.Accuracies()
	if err != nil {
		return nil, err
	}
	return New(a, kind, least)
}

// Accuracies returns the accuracies, means over the seeds.
func (s *Sample) Accuracies() (Accuracies, error) {
	if err := s.check(); err != nil {
		return Accuracies{}, err
	}
	return s.accuracies(s.all(), score.Once(s.Images)), nil
}

// Of returns the sample of one seed, by its place.
func (s *Sample) Of(run int) *Sample { return &Sample{s.Names, s.Images, s.Runs[run : run+1]} }

// Resamples returns the matrices of n resamples, from which [Interval] makes intervals. Each draws as many images as there
// are, with replacement and the same for all networks, and as many seeds, whose networks stay together; of a single seed
// only images. With few seeds, intervals are too narrow: by about a fifth with three. There is no guard but that
// a corruption on which nothing is gained in a resample has no overlaps in it, and none has any where a network is right
// about no clean image that is drawn. The same seed draws the same, whatever the score.
func (s *Sample) Resamples(ctx context.Context, kind Score, n int, seed uint64) ([]*Matrix, error) {
	if _, err := s.Matrix(kind, smallestGain); err != nil {
		return nil, err
	}
	matrices := make([]*Matrix, n)
	return matrices, parallel.Try(ctx, n, func(_, k int) error {
		runs := s.all()
		if source := random.New(seed, uint64(k), "seeds", 0); len(runs) > 1 {
			for i := range runs {
				runs[i] = source.IntN(len(runs))
			}
		}
		a := s.accuracies(runs, score.Resample(s.Images, seed, k))
		if a.StandardClean == 0 || slices.Contains(a.Clean, 0) {
			matrices[k] = undefined(s.Names)
			return nil
		}
		var err error
		matrices[k], err = New(a, kind, smallestGain)
		return err
	})
}

// undefined returns a matrix without overlaps.
func undefined(names []string) *Matrix {
	m := &Matrix{Names: slices.Clone(names), Values: square(len(names)), Gains: make([]float64, len(names))}
	for i, row := range m.Values {
		m.Gains[i] = math.NaN()
		for j := range row {
			row[j] = math.NaN()
		}
	}
	return m
}

// smallestGain is the gain of a resample, above which there are overlaps: more than rounding errors.
const smallestGain = 1e-9

// Interval returns the 95 % interval of a statistic of a matrix from those of resamples; none if it is not finite in all of
// them.
func Interval(resamples []*Matrix, statistic func(m *Matrix) float64) score.Interval {
	values := make([]float64, len(resamples))
	for k, m := range resamples {
		values[k] = statistic(m)
	}
	return score.Percentiles(values, .95)
}

func (s *Sample) all() []int {
	runs := make([]int, len(s.Runs))
	for i := range runs {
		runs[i] = i
	}
	return runs
}

// accuracies returns those on the images that are drawn, means over some runs.
func (s *Sample) accuracies(runs []int, d score.Draw) Accuracies {
	n := len(s.Names)
	a := Accuracies{Names: s.Names, Standard: make([]float64, n), Trained: square(n), Clean: make([]float64, n)}
	of := func(o Outcome) float64 { // the share of one of the runs
		sum := 0.
		for _, p := range o {
			sum += d.Accuracy(p)
		}
		return sum / float64(len(o)*len(runs))
	}
	for _, r := range runs {
		run := &s.Runs[r]
		a.StandardClean += of(run.StandardClean)
		for i := range n {
			a.Standard[i] += of(run.Standard[i])
			a.Clean[i] += of(run.Clean[i])
			for j := range n {
				a.Trained[i][j] += of(run.Trained[i][j])
			}
		}
	}
	// Sums of thirds may be a rounding error above 1.
	for _, row := range append([][]float64{a.Standard, a.Clean}, a.Trained...) {
		for i, v := range row {
			row[i] = min(v, 1)
		}
	}
	a.StandardClean = min(a.StandardClean, 1)
	return a
}

func (s *Sample) check() error {
	n := len(s.Names)
	switch {
	case n == 0:
		return fmt.Errorf("overlap: no corruptions")
	case len(s.Runs) == 0:
		return fmt.Errorf("overlap: no networks")
	case s.Images < 1:
		return fmt.Errorf("overlap: %d images", s.Images)
	}
	for k := range s.Runs {
		r := &s.Runs[k]
		if len(r.Standard) != n || len(r.Clean) != n || len(r.Trained) != n {
			return fmt.Errorf("overlap: seed %d: %d corruptions, but %d results of the standard network, %d networks and %d clean results",
				k, n, len(r.Standard), len(r.Trained), len(r.Clean))
		}
		outcomes := slices.Concat([]Outcome{r.StandardClean}, r.Standard, r.Clean)
		for i, row := range r.Trained {
			if len(row) != n {
				return fmt.Errorf("overlap: seed %d: the network of %s has %d results, want %d", k, s.Names[i], len(row), n)
			}
			outcomes = append(outcomes, row...)
		}
		for _, o := range outcomes {
			if len(o) == 0 {
				return fmt.Errorf("overlap: seed %d: results are missing", k)
			}
			for _, p := range o {
				if p.Len() != s.Images {
					return fmt.Errorf("overlap: seed %d: results of %d images, want %d", k, p.Len(), s.Images)
				}
			}
		}
	}
	return nil
}
