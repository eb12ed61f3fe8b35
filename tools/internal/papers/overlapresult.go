package papers

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"steady/core/corrupt"
	"steady/core/overlap"
	"steady/core/overlapfile"
	"steady/core/results"
	"steady/core/score"
	"steady/core/table"
	"steady/tools/internal/usage"
)

// scoring is what overlaps are computed with; its flags are common to overlap, coverage and build.
type scoring struct {
	kind  string
	least float64
	only  []*corrupt.Corruption // nil for all
	seeds []uint64              // of training, nil for all
	resampling
}

func (s *scoring) check() error {
	switch overlap.Score(s.kind) {
	case overlap.Accuracy, overlap.Ratio:
	default:
		return usage.Errorf("--score %s: valid: %s, %s", s.kind, overlap.Accuracy, overlap.Ratio)
	}
	if !(s.least > 0 && s.least < 1) {
		return usage.Errorf("--least-gain %g: want a number above 0 and below 1", s.least)
	}
	return s.resampling.check()
}

// Overlap is what 'steady papers overlap' finds: the file of it, and what the other commands compute with.
type Overlap struct {
	overlapfile.File
	sample          *overlapSample
	accuracy, ratio *overlapMatrix // those of the file
}

// overlapMatrix is a matrix of the file with its overlaps as numbers.
type overlapMatrix struct {
	*overlapfile.Matrix
	matrix, defined *overlap.Matrix
	groups          overlap.Groups
	tree            []overlap.Merge
	resamples       []*overlap.Matrix
}

// newOverlap computes overlaps by both scores.
func newOverlap(ctx context.Context, t *results.Table, o *scoring) (*Overlap, error) {
	s, err := newOverlapSample(t, o.only, o.seeds)
	if err != nil {
		return nil, err
	}
	a, err := s.Accuracies()
	if err != nil {
		return nil, usage.Error{Err: err}
	}
	r := &Overlap{sample: s, File: overlapfile.File{
		Data: table.OneLine(s.images.Name), Images: s.Images, Seeds: s.seeds, Networks: len(s.seeds) * (len(s.Names) + 1), Protocol: t.Protocol,
		LeastGain: o.least, Resamples: o.resamples, Clean: a.StandardClean, Notes: s.notes, Score: o.kind,
	}}
	for i, c := range s.corruptions {
		of := overlapfile.Corruption{Name: c.Name, Family: c.Family, Suite: string(c.Suite), Approximation: approximate(c, s.images.Preparation),
			Standard: a.Standard[i], Trained: a.Trained[i][i], TrainedClean: a.Clean[i]}
		for _, cell := range s.cells[i] {
			of.Cells = append(of.Cells, t.Cells[cell].Perturbation)
		}
		r.Corruptions = append(r.Corruptions, of)
	}
	if r.accuracy, err = newOverlapMatrix(ctx, s, overlap.Accuracy, o); err != nil {
		return nil, err
	}
	if r.ratio, err = newOverlapMatrix(ctx, s, overlap.Ratio, o); err != nil {
		return nil, err
	}
	r.Accuracy, r.Ratio = r.accuracy.Matrix, r.ratio.Matrix
	r.Forms = newAgreement("", overlap.Agree(r.accuracy.matrix, r.ratio.matrix, o.resamples, o.seed))
	if len(s.seeds) == 1 {
		r.Notes = append(r.Notes, "Intervals are of images only: with one seed nothing is known of how much networks differ that are trained alike.")
	}
	return r, nil
}

// shown returns the matrix of the form that is shown.
func (r *Overlap) shown() *overlapMatrix { return r.by(r.Score) }

// by returns the matrix of a score.
func (r *Overlap) by(kind string) *overlapMatrix {
	if overlap.Score(kind) == overlap.Ratio {
		return r.ratio
	}
	return r.accuracy
}

func newOverlapMatrix(ctx context.Context, s *overlapSample, kind overlap.Score, o *scoring) (*overlapMatrix, error) {
	matrix, err := s.Matrix(kind, o.least)
	if err != nil {
		return nil, err
	}
	m := &overlapMatrix{matrix: matrix, Matrix: &overlapfile.Matrix{Gains: matrix.Gains, Undefined: []overlapfile.Undefined{}, Groups: []overlapfile.Group{},
		Clusters: []overlapfile.Group{}, Order: []string{}, Tree: []overlapfile.Merge{}}}
	if m.resamples, err = s.Resamples(ctx, kind, o.resamples, o.seed); err != nil {
		return nil, err
	}
	for i := range s.Names {
		values, intervals := make([]*float64, len(s.Names)), make([]*score.Interval, len(s.Names))
		for j := range s.Names {
			if values[j] = known(matrix.Values[i][j]); values[j] != nil {
				intervals[j] = overlap.Interval(m.resamples, func(m *overlap.Matrix) float64 { return m.Values[i][j] }).Known()
			}
		}
		m.Values, m.Intervals = append(m.Values, values), append(m.Intervals, intervals)
		if values[i] == nil {
			m.Undefined = append(m.Undefined, overlapfile.Undefined{Corruption: s.Names[i], Reason: fmt.Sprintf("training on it adds %.3f to the score under it, less than %g", matrix.Gains[i], o.least)})
		}
	}
	m.defined, _ = matrix.Defined()
	m.cluster(o.seed)
	m.Between = betweenSeeds(s, kind, o.least)
	return m, nil
}

// cluster finds the groups of the corruptions that have overlaps.
func (m *overlapMatrix) cluster(seed uint64) {
	n := len(m.defined.Names)
	if n == 0 {
		return
	}
	m.groups, m.tree = m.defined.Groups(seed), m.defined.Tree()
	m.GroupRule = known(m.groups.Correlation)
	clusters := overlap.Cut(m.tree, n, m.groups.N)
	m.Groups, m.Clusters = m.list(m.groups.Of), m.list(clusters)
	m.Rand = known(overlap.AdjustedRand(m.groups.Of, clusters))
	for _, i := range overlap.Leaves(m.tree, n) {
		m.Order = append(m.Order, m.defined.Names[i])
	}
	name := func(id int) string {
		if id < n {
			return m.defined.Names[id]
		}
		return fmt.Sprintf("#%d", id-n)
	}
	for _, merge := range m.tree {
		m.Tree = append(m.Tree, overlapfile.Merge{A: name(merge.A), B: name(merge.B), Height: merge.Height})
	}
}

// list returns groups with their members.
func (m *overlapMatrix) list(of []int) (groups []overlapfile.Group) {
	for k := range of {
		var members []int
		for i := range of {
			if of[i] == k {
				members = append(members, i)
			}
		}
		if members == nil {
			break
		}
		groups = append(groups, overlapfile.NewGroup(m.defined, members))
	}
	return groups
}

// betweenSeeds returns the mean rank correlation of the matrices of two seeds; nil of one seed, or where there is none.
func betweenSeeds(s *overlapSample, kind overlap.Score, least float64) *float64 {
	var matrices []*overlap.Matrix
	for k := range s.Runs {
		m, err := s.Of(k).Matrix(kind, least)
		if err != nil {
			return nil
		}
		matrices = append(matrices, m)
	}
	var all []float64
	for i := range matrices {
		for j := range i {
			if r := overlap.Agree(matrices[i], matrices[j], 0, 0).Spearman; !math.IsNaN(r) {
				all = append(all, r)
			}
		}
	}
	return known(score.Mean(all))
}

func newAgreement(with string, g overlap.Agreement) *overlapfile.Agreement {
	a := &overlapfile.Agreement{With: with, Corruptions: len(g.Corruptions), Pairs: g.Pairs, Spearman: known(g.Spearman), Interval: g.Interval.Known()}
	if g.Pairs > 0 {
		a.Difference = &g.Difference
	}
	return a
}

// approximate reports whether a corruption was published for larger images than those of a preparation, as "input=3×32×32":
// then its amounts are an approximation of this program.
func approximate(c *corrupt.Corruption, preparation string) bool {
	_, input, _ := strings.Cut(preparation, "input=")
	var channels, h, w int
	n, _ := fmt.Sscanf(input, "%d×%d×%d", &channels, &h, &w)
	return n == 3 && c.Suite == corrupt.Laugros && corrupt.Auto.For(w, h) == corrupt.CIFAR
}

// readAgainst reads what a matrix is compared with.
func readAgainst(path string, say func(string, ...any)) (*overlapSample, error) {
	t, err := Read([]string{path}, say)
	if err != nil {
		return nil, err
	}
	s, err := newOverlapSample(t, nil, nil)
	if err != nil {
		return nil, usage.Errorf("--against %s: %w", path, err)
	}
	return s, nil
}

// compare adds how much the matrix agrees with that of other results.
func (r *Overlap) compare(s *overlapSample, path string, o *scoring) error {
	m, err := s.Matrix(overlap.Score(o.kind), o.least)
	if err != nil {
		return err
	}
	r.Against = newAgreement(filepath.Base(path), overlap.Agree(r.shown().matrix, m, o.resamples, o.seed))
	for _, n := range s.notes {
		r.Notes = append(r.Notes, r.Against.With+": "+n)
	}
	if a, b := described(s.images), described(r.sample.images); a != b {
		r.Notes = append(r.Notes, fmt.Sprintf("%s is of other images: %s, and not %s.", r.Against.With, table.OneLine(a), table.OneLine(b)))
	}
	if a, b := s.first.Architecture, r.sample.first.Architecture; a != b {
		r.Notes = append(r.Notes, fmt.Sprintf("%s is of other networks: %s, and not %s.", r.Against.With, table.OneLine(a), table.OneLine(b)))
	}
	if r.Against.Corruptions < 3 {
		return usage.Errorf("--against %s: it has overlaps of %d of the corruptions: want at least 3", path, r.Against.Corruptions)
	}
	return nil
}
