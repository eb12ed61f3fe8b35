package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"steady/core/attack"
	"steady/core/loss"
	"steady/core/score"
)

// Subject is a network, and the images that it is measured on.
type Subject struct {
	Cell    Cell // of all these images; its Perturbation is ignored
	Network Network
	Images  Images
	Labels  []int // of the images, as classes of the network
	MACs    int64 // multiply-adds of the network for an image, by which shards are made; 0 if unknown
	// Machine returns what computes at the time, for the Result: the backend and its vector extensions or GPU.
	Machine func() (backend, machine string)
}

// Network is what is measured. An *engine.Engine is one.
type Network interface {
	attack.Model
	// Probabilities writes the probabilities of the classes for logits of any number of images.
	Probabilities(dst, logits []float32)
}

// Images prepare images of a set for networks of one input shape. Subjects with the same Images, which must be comparable,
// share what is prepared.
type Images interface {
	// Fill writes images first to first+n-1 to dst, n×C×H×W, as they are or corrupted: p is no attack. Calls follow one
	// another.
	Fill(ctx context.Context, dst []float32, p Perturbation, seed uint64, first, n int) error
}

// Options choose what part of a benchmark [Run] computes, and what it reports.
type Options struct {
	// SliceSize returns how many images there are in a slice of a cell for inputs of so many pixels; nil stands for [SliceSize].
	SliceSize func(p Perturbation, pixels int) int
	// Images returns how many of a subject's images are computed under a perturbation, the first ones; nil stands for all.
	Images func(p Perturbation, all int) int
	// Of the parts that slices are dealt out to by their cost, 0 to Shards-1, only Shard is computed. Shards is 0 if all are.
	// The parts are the same for the same networks, images and perturbations, whatever a store has.
	Shard, Shards int
	// Block is how many consecutive images, from a multiple of it on, are computed under all perturbations before the next:
	// as many as Images can keep, where preparing them from the beginning takes long. 0 stands for all images.
	Block int
	// Progress is called before and after each lot of images of a cell, and as an attack on it goes on, by the goroutine that
	// called Run.
	Progress func(Progress)
}

// Progress is how far a run has come. A cell is a subject under a perturbation, on all images that are asked for (of the
// shard), and done when the last of its slices is.
type Progress struct {
	Stored      int // cells that had all results before
	Cells, Done int // to compute, and computed
	Failed      int // of the done ones
	Images      int // that networks are to answer: an image counts once for each cell
	ImagesDone  int // images under attack count by the share of their steps

	Perturbation Perturbation // of the current cell
	Subject      int          // its place in the list
}

// maxLot is the number of images that are prepared together, and maxLotBytes bounds their memory.
const (
	maxLot      = 250
	maxLotBytes = 48 << 20
)

// SliceSize returns how many images a slice has at most, so that a common network takes less than about a minute for them
// on two cores: 1,000 without an attack, 250 with one, 100 with an ensemble of them, and a fifth of it for inputs of more
// than 128×128 pixels.
func SliceSize(p Perturbation, pixels int) int {
	n := 1000
	if p.attack != nil {
		n = 250
		if p.attack.Access == attack.Ensemble {
			n = 100
		}
	}
	if pixels > 128*128 {
		n /= 5
	}
	return n
}

// Run computes the cells of subjects under perturbations that a store does not have, slice by slice, and puts their results
// there. The slices of the same images under one perturbation are computed together, on images that are prepared once for
// all networks that take the same; while these compute, the next images are prepared, on all cores. Results do not depend
// on that, nor on which other cells are computed, before or after an interruption or elsewhere.
//
// Where a network's answers are not finite, the slice fails, which the store notes, and the others are computed all the same.
// Any other error ends the run. If the context ends, Run returns its error once the slice under way is in the store.
//
// Besides the networks, a run takes memory for two lots of prepared images, of 48 MiB each at most (or one image, if that is
// larger), for the logits of one, and what an attack takes for one.
func Run(ctx context.Context, s Store, subjects []Subject, perturbations []Perturbation, o Options) (Progress, error) {
	r := &runner{store: s, options: o}
	if err := r.plan(subjects, perturbations); err != nil {
		return r.progress, err
	}
	return r.progress, r.run(ctx)
}

type runner struct {
	store    Store
	options  Options
	tasks    []task
	left     map[cellID]int // slices of each cell that are to be computed
	failed   map[cellID]bool
	progress Progress
}

// cellID names a cell of the benchmark.
type cellID struct {
	subject      int // its place
	perturbation Perturbation
}

func (t *task) id(i int) cellID { return cellID{t.places[i], t.cells[i].Perturbation} }

// plan lists the tasks.
func (r *runner) plan(subjects []Subject, perturbations []Perturbation) error {
	for i := range subjects {
		if s := &subjects[i]; s.Cell.First < 0 || s.Cell.First+s.Cell.N > len(s.Labels) {
			return fmt.Errorf("bench: images %d to %d of a set with %d labels", s.Cell.First, s.Cell.First+s.Cell.N-1, len(s.Labels))
		}
	}
	all := map[cellID]bool{}
	r.left, r.failed = map[cellID]int{}, map[cellID]bool{}
	for _, t := range tasks(subjects, perturbations, r.options) {
		left, err := r.missing(t)
		if err != nil {
			return err
		}
		for i := range t.cells {
			all[t.id(i)] = true
		}
		if len(left.cells) > 0 {
			r.tasks = append(r.tasks, left)
		}
		for i, c := range left.cells {
			r.left[left.id(i)]++
			r.progress.Images += c.N
		}
	}
	r.progress.Cells, r.progress.Stored = len(r.left), len(all)-len(r.left)
	return nil
}

// missing returns what of a task has no results. Subjects that have the same cells are computed once.
func (r *runner) missing(t task) (left task, err error) {
	cells, err := r.store.Missing(t.cells)
	if err != nil {
		return left, err
	}
	for i, c := range t.cells {
		if slices.Contains(cells, c) && !slices.Contains(left.cells, c) {
			left.cells, left.subjects, left.places = append(left.cells, c), append(left.subjects, t.subjects[i]), append(left.places, t.places[i])
		}
	}
	return left, nil
}

// run computes the tasks.
func (r *runner) run(ctx context.Context) error {
	supply := prepare(ctx, r.tasks)
	defer supply.close()
	for i := range r.tasks {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.compute(ctx, &r.tasks[i], supply); err != nil {
			return err
		}
	}
	return nil
}

// compute computes a task, and puts the results into the store.
func (r *runner) compute(ctx context.Context, t *task, supply *supply) error {
	ctx = context.WithoutCancel(ctx) // a slice under way is finished
	makers := make([]*maker, len(t.cells))
	for i, s := range t.subjects {
		makers[i] = &maker{subject: s, cell: t.cells[i]}
	}
	for done := 0; done < t.cells[0].N; {
		l := <-supply.lots
		if l.err != nil {
			return l.err
		}
		for i, m := range makers {
			r.report(t, i)
			before := r.progress.ImagesDone
			step := func(s attack.Step) {
				if done := before + int(s.ImagesDone()); done > r.progress.ImagesDone {
					r.progress.ImagesDone = done
					r.report(t, i)
				}
			}
			if err := m.add(ctx, l, step); err != nil {
				return err
			}
			r.progress.ImagesDone = before + l.n
			r.report(t, i)
		}
		done += l.n
		supply.free <- l.x
	}
	var cells []Cell
	var results []*Result
	for i, m := range makers {
		if m.failure != nil {
			if err := r.store.Fail(m.cell, m.failure.Error()); err != nil {
				return err
			}
			r.failed[t.id(i)] = true
			continue
		}
		cells, results = append(cells, m.cell), append(results, m.finish())
	}
	if err := r.store.Put(cells, results); err != nil {
		return err
	}
	for i := range t.cells {
		id := t.id(i)
		if r.left[id]--; r.left[id] > 0 {
			continue
		}
		r.progress.Done++
		if r.failed[id] {
			r.progress.Failed++
		}
	}
	r.report(t, len(t.cells)-1)
	return nil
}

func (r *runner) report(t *task, i int) {
	if r.options.Progress != nil {
		r.progress.Perturbation, r.progress.Subject = t.cells[i].Perturbation, t.places[i]
		r.options.Progress(r.progress)
	}
}

// maker makes the result of a cell.
type maker struct {
	subject               *Subject
	cell                  Cell
	result                Result
	failure               error
	backends, machines    []string
	logits, probabilities []float32
}

// add adds a lot of images. step is called as an attack on them goes on.
func (m *maker) add(ctx context.Context, l lot, step func(attack.Step)) error {
	if m.failure != nil {
		return nil
	}
	begin := time.Now()
	err := m.answer(ctx, l, step)
	m.result.Seconds += time.Since(begin).Seconds()
	if m.subject.Machine != nil {
		backend, machine := m.subject.Machine()
		m.backends, m.machines = append(m.backends, backend), append(m.machines, machine)
	}
	var param *attack.ParamError
	if errors.Is(err, loss.ErrNotFinite) || errors.As(err, &param) {
		m.failure, err = err, nil
	}
	if err != nil {
		return fmt.Errorf("bench: %s, images %d to %d: %w", m.cell.Perturbation, l.first, l.first+l.n-1, err)
	}
	return nil
}

func (m *maker) answer(ctx context.Context, l lot, step func(attack.Step)) error {
	network, x, labels := m.subject.Network, l.x, m.subject.Labels[l.first:][:l.n]
	var distances []float32
	if a, params := m.cell.Perturbation.Attack(); a != nil {
		params.Seed, params.First = m.cell.Seed, uint64(l.first)
		r, err := a.Run(ctx, network, x, labels, params, step)
		if err != nil {
			return err
		}
		x = r.Adv
		if a.Nearest(params) {
			distances = nearest(r, params.Norm)
		}
		m.result.Sums.Gradients += r.Gradients
		m.result.Sums.Queries += r.Gradients + r.Queries
	}
	classes := network.Classes()
	m.logits = slices.Grow(m.logits[:0], l.n*classes)[:l.n*classes]
	m.probabilities = slices.Grow(m.probabilities[:0], l.n*classes)[:l.n*classes]
	if err := network.Logits(m.logits, x); err != nil {
		return err
	}
	if err := loss.CheckFinite(m.logits); err != nil {
		return err
	}
	network.Probabilities(m.probabilities, m.logits)
	for i, label := range labels {
		m.count(m.logits[i*classes:][:classes], m.probabilities[i*classes:][:classes], label)
		if distances != nil {
			m.result.Answers[len(m.result.Answers)-1].Distance = distances[i]
		}
	}
	return nil
}

// nearest returns the distances that an attack has found.
func nearest(r *attack.Result, norm attack.Norm) []float32 {
	found := r.Linf
	switch norm {
	case attack.L2:
		found = r.L2
	case attack.L1:
		found = r.L1
	}
	distances := make([]float32, len(found))
	for i, d := range found {
		switch {
		case !r.Correct[i]: // nothing was to be found
		case r.Success[i]:
			distances[i] = float32(d)
		default:
			distances[i] = float32(math.Inf(1))
		}
	}
	return distances
}

// count adds the answer to one image.
func (m *maker) count(logits, probabilities []float32, label int) {
	class := loss.ArgMax(logits)
	r := &m.result
	r.Answers = append(r.Answers, Answer{Class: class, Confidence: min(max(probabilities[class], 0), 1)})
	if class == label {
		r.Right++
	}
	r.Sums.Brier += score.Brier(probabilities, label)
	// A probability that is 0 as float32 counts as the smallest, so that sums stay finite.
	r.Sums.NLL -= math.Log(min(max(float64(probabilities[label]), math.SmallestNonzeroFloat32), 1))
}

// finish returns the result.
func (m *maker) finish() *Result {
	m.result.Backend, m.result.Machine = distinct(m.backends), distinct(m.machines)
	return &m.result
}
