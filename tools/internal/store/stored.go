package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"

	"steady/core/bench"
)

// stored is a row of results.
type stored struct {
	key                []byte
	identity           string
	images, right      int
	nll, brier         float64
	gradients, queries int
	answers            []byte
	backend, machine   string
	seconds            float64
	finished           string
}

const allResultColumns = "key, identity, images, right, nll, brier, gradients, queries, answers, backend, machine, seconds, finished"

func scanStored(from interface{ Scan(...any) error }) (*stored, error) {
	var r stored
	err := from.Scan(&r.key, &r.identity, &r.images, &r.right, &r.nll, &r.brier, &r.gradients, &r.queries, &r.answers,
		&r.backend, &r.machine, &r.seconds, &r.finished)
	return &r, err
}

func (r *stored) values() []any {
	return []any{r.key, r.identity, r.images, r.right, r.nll, r.brier, r.gradients, r.queries, r.answers,
		r.backend, r.machine, r.seconds, r.finished}
}

// check returns an error if a row cannot be what was found in its cell.
func (r *stored) check(places map[bench.Key]place) error {
	name := fmt.Sprintf("the result %.4x", r.key)
	if key := sha256.Sum256([]byte(r.identity)); !bytes.Equal(key[:], r.key) {
		return fmt.Errorf("%s has the key of another one", name)
	}
	answers, err := bench.DecodeAnswers(r.answers)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	result := bench.Result{Answers: answers, Right: r.right, Sums: bench.Sums{NLL: r.nll, Brier: r.brier, Gradients: r.gradients, Queries: r.queries}, Seconds: r.seconds}
	p, ok := places[bench.Key(r.key)]
	if !ok { // no longer asked for
		return result.Check(bench.Cell{N: r.images})
	}
	if err := result.Check(bench.Cell{N: p.images}); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	right := 0
	for _, c := range result.Correct(p.labels) {
		if c {
			right++
		}
	}
	if right != r.right || r.images != p.images {
		return fmt.Errorf("%s: %d of %d answers are the labels, and not %d of %d as it says", p, right, p.images, r.right, r.images)
	}
	return nil
}

// content is a hash of what was found, whatever made it.
type content [sha256.Size]byte

func (r *stored) content() content {
	return sha256.Sum256(fmt.Appendf(nil, "%d %x %x %d %d %x", r.right, r.nll, r.brier, r.gradients, r.queries, r.answers))
}

func (r *stored) made() Made { return Made{r.backend, r.machine, r.right} }

// compare orders the rows of a cell.
func (r *stored) compare(other *stored) int {
	return cmp.Or(cmp.Compare(r.backend, other.backend), cmp.Compare(r.machine, other.machine), cmp.Compare(r.finished, other.finished),
		cmp.Compare(r.seconds, other.seconds), cmp.Compare(r.right, other.right), cmp.Compare(r.nll, other.nll), cmp.Compare(r.brier, other.brier),
		cmp.Compare(r.gradients, other.gradients), cmp.Compare(r.queries, other.queries), bytes.Compare(r.answers, other.answers))
}
