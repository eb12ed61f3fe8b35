package bench

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Answer is a network's answer to one image: the most probable class, and its probability.
type Answer struct {
	Class      int
	Confidence float32
	// Distance is that of the closest adversarial image, in the norm of an attack that looks for it (attack.Nearest): 0 if the
	// image itself is misclassified, +Inf if the attack found none. Without such an attack it is 0.
	Distance float32
}

// Result is what was found in a cell.
type Result struct {
	Answers []Answer // of the cell's images in their order
	Right   int      // how many are the labels
	Sums    Sums

	// What made it, which does not decide it: floating-point operations in another order may change an answer now and then.
	Backend string // "cpu", "webgpu"
	Machine string // vector extensions or GPU
	Seconds float64
}

// Sums are of figures that cannot be computed from the answers. Those that do not apply are 0.
type Sums struct {
	NLL       float64 // negative log likelihoods of the labels, in nats
	Brier     float64 // Brier scores
	Gradients int     // that an attack asked for
	Queries   int     // with those
}

// Correct returns for each image whether the answer is its label, for the functions of core/score.
func (r *Result) Correct(labels []int) []bool {
	if len(labels) != len(r.Answers) {
		panic(fmt.Sprintf("bench: %d labels for %d answers", len(labels), len(r.Answers)))
	}
	correct := make([]bool, len(labels))
	for i, a := range r.Answers {
		correct[i] = a.Class == labels[i]
	}
	return correct
}

// Confidences returns the confidence of each answer.
func (r *Result) Confidences() []float64 {
	c := make([]float64, len(r.Answers))
	for i, a := range r.Answers {
		c[i] = float64(a.Confidence)
	}
	return c
}

// Check returns an error if a result cannot be that of a cell: it has another number of answers, or impossible ones.
func (r *Result) Check(c Cell) error {
	switch {
	case len(r.Answers) != c.N:
		return fmt.Errorf("bench: a result of %d images for a cell of %d", len(r.Answers), c.N)
	case r.Right < 0 || r.Right > c.N:
		return fmt.Errorf("bench: a result with %d of %d right", r.Right, c.N)
	case r.Sums.Gradients < 0 || r.Sums.Queries < r.Sums.Gradients:
		return fmt.Errorf("bench: a result of %d queries, %d with gradients", r.Sums.Queries, r.Sums.Gradients)
	case !isSum(r.Sums.NLL) || !isSum(r.Sums.Brier):
		return fmt.Errorf("bench: a result with the sums %g and %g: want finite ones, none below 0", r.Sums.NLL, r.Sums.Brier)
	case !(r.Seconds >= 0) || math.IsInf(r.Seconds, 0):
		return fmt.Errorf("bench: a result after %g seconds", r.Seconds)
	}
	return checkAnswers(r.Answers)
}

// isSum reports whether a number can be a sum of what is at least 0.
func isSum(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }

func checkAnswers(answers []Answer) error {
	for i, a := range answers {
		if a.Class < 0 || uint64(a.Class) > math.MaxUint32 || !(a.Confidence >= 0 && a.Confidence <= 1) {
			return fmt.Errorf("bench: image %d has class %d with the probability %g", i, a.Class, a.Confidence)
		}
		if !(a.Distance >= 0) {
			return fmt.Errorf("bench: image %d is at a distance of %g from its adversarial one", i, a.Distance)
		}
	}
	return nil
}

// Join returns the result of the consecutive cells that [Cell.Slices] makes, as that of one cell. Backends and machines
// are joined where they differ, with " + ".
func Join(slices []Cell, results []*Result) (Cell, *Result, error) {
	if len(slices) == 0 || len(slices) != len(results) {
		return Cell{}, nil, fmt.Errorf("bench: %d results of %d slices", len(results), len(slices))
	}
	cell, all := slices[0], &Result{}
	cell.N = 0
	var backends, machines []string
	for i, slice := range slices {
		if slice.First != cell.First+cell.N {
			return Cell{}, nil, fmt.Errorf("bench: images from %d after those to %d: want slices without gaps, in order", slice.First, cell.First+cell.N-1)
		}
		moved := slice
		moved.First, moved.N = cell.First, cell.N
		if moved != cell {
			return Cell{}, nil, errors.New("bench: slices of different cells cannot be joined")
		}
		r := results[i]
		if err := r.Check(slice); err != nil {
			return Cell{}, nil, err
		}
		cell.N += slice.N
		all.Answers = append(all.Answers, r.Answers...)
		all.Right += r.Right
		all.Sums.NLL += r.Sums.NLL
		all.Sums.Brier += r.Sums.Brier
		all.Sums.Gradients += r.Sums.Gradients
		all.Sums.Queries += r.Sums.Queries
		all.Seconds += r.Seconds
		backends, machines = append(backends, r.Backend), append(machines, r.Machine)
	}
	all.Backend, all.Machine = distinct(backends), distinct(machines)
	return cell, all, nil
}

// distinct returns the different words, in their order.
func distinct(words []string) string {
	var list []string
	for _, w := range words {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return strings.Join(list, " + ")
}
