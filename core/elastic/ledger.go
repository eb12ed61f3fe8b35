package elastic

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"steady/core/bench"
	"steady/core/exchange"
)

// ErrRefused matches the error of results that are not taken, of which nothing is kept.
var ErrRefused = errors.New("the results are refused")

// Ledger knows which slices of a benchmark are computed, and puts what workers find into a store. Its methods may be called by
// several goroutines.
type Ledger struct {
	store  bench.Store
	names  []string // of the networks
	slices map[string]*exchange.Slice
	tasks  []Task
	taskOf map[string]int // by key
	inTask []int          // slices of each task that are open

	lock      sync.Mutex
	state     map[string]state // of slices that had no result before
	left      map[cellID]int   // slices of a cell that are open
	failed    map[cellID]int
	progress  bench.Progress
	conflicts []Conflict
}

// state is what is known of a slice.
type state byte

const (
	open state = iota
	failed
	done
)

// cellID names a cell: a network under a perturbation.
type cellID struct{ network, perturbation int }

// Conflict is a slice for which two workers have found different things; what came first was kept.
type Conflict struct {
	Network      string `json:"model"`
	Perturbation string `json:"perturbation"`
	First        int    `json:"first"`
	Images       int    `json:"images"`
	Kept         Made   `json:"kept"`
	Other        Made   `json:"other"`
}

// Made is a result, and what made it.
type Made struct {
	Backend string `json:"backend"`
	Machine string `json:"machine"`
	Right   int    `json:"right"`
}

// NewLedger returns the ledger of what a store lacks of pieces, and of what is asked for besides.
func NewLedger(store bench.Store, h exchange.Head, pieces []bench.Part) (*Ledger, error) {
	s, err := Slices(h)
	if err != nil {
		return nil, err
	}
	l := &Ledger{store: store, slices: s, taskOf: map[string]int{}, state: map[string]state{}, left: map[cellID]int{}, failed: map[cellID]int{}}
	for _, n := range h.Networks {
		l.names = append(l.names, n.Name)
	}
	all := map[cellID]bool{}
	for _, piece := range pieces {
		missing, err := store.Missing(piece.Cells)
		if err != nil {
			return nil, err
		}
		var t Task
		for _, c := range piece.Cells {
			key := c.Key().String()
			slice := s[key]
			if slice == nil {
				return nil, fmt.Errorf("elastic: %s, images %d to %d, is a piece that nothing asks for", c.Perturbation, c.First, c.First+c.N-1)
			}
			id := cellID{slice.Network, slice.Perturbation}
			all[id] = true
			if _, twice := l.state[key]; twice || !slices.Contains(missing, c) {
				continue
			}
			l.state[key], l.taskOf[key] = open, len(l.tasks)
			t.Keys = append(t.Keys, key)
			l.left[id]++
			l.progress.Images += c.N
		}
		if len(t.Keys) > 0 {
			l.tasks, l.inTask = append(l.tasks, t), append(l.inTask, len(t.Keys))
		}
	}
	l.progress.Cells, l.progress.Stored = len(l.left), len(all)-len(l.left)
	return l, nil
}

// Grid returns the hash of the keys of all slices.
func (l *Ledger) Grid() string { return Grid(l.slices) }

// Tasks returns what is to be computed, the costliest first.
func (l *Ledger) Tasks() []Task { return l.tasks }

// Progress returns how far the benchmark has come.
func (l *Ledger) Progress() bench.Progress {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.progress
}

// Complete reports whether every slice has a result, or has failed.
func (l *Ledger) Complete() bool {
	p := l.Progress()
	return p.Done == p.Cells
}

// Conflicts returns the slices for which workers have found different things.
func (l *Ledger) Conflicts() []Conflict {
	l.lock.Lock()
	defer l.lock.Unlock()
	return slices.Clone(l.conflicts)
}

// Take puts results into the store, all of a message or none, and returns the tasks that are done with them. The error of what
// cannot be a result here matches [ErrRefused]; any other is the store's.
func (l *Ledger) Take(r Results) (finished []int, err error) {
	found := make([]*bench.Result, len(r.Lines))
	for i := range r.Lines {
		line := &r.Lines[i]
		s := l.slices[line.Key]
		if s == nil {
			return nil, fmt.Errorf("%w: nothing asks for one with the key %.12q, line %d of %d of worker %s", ErrRefused, line.Key, i+1, len(r.Lines), r.Worker)
		}
		if line.Failure != "" {
			if line.Key != s.Cell.Key().String() || len(line.Failure) > maxText {
				return nil, fmt.Errorf("%w: a failure told in %d bytes, want %d at most", ErrRefused, len(line.Failure), maxText)
			}
			continue
		}
		if found[i], err = line.Result(s); err != nil {
			return nil, fmt.Errorf("%w: %s of %s, images %d to %d, of worker %s: %w", ErrRefused, s.Cell.Perturbation, l.names[s.Network],
				s.Cell.First, s.Cell.First+s.Cell.N-1, r.Worker, err)
		}
		if len(found[i].Backend) > maxText || len(found[i].Machine) > maxText {
			return nil, fmt.Errorf("%w: a backend with a name of %d bytes, want %d at most", ErrRefused, len(found[i].Backend)+len(found[i].Machine), maxText)
		}
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	var cells []bench.Cell
	var results []*bench.Result
	for i, result := range found {
		if result == nil {
			continue
		}
		cell := l.slices[r.Lines[i].Key].Cell
		missing, err := l.store.Missing([]bench.Cell{cell})
		if err != nil {
			return nil, err
		}
		if len(missing) > 0 && !slices.Contains(cells, cell) {
			cells, results = append(cells, cell), append(results, result)
			continue
		}
		if err := l.compare(r.Lines[i].Key, result); err != nil {
			return nil, err
		}
	}
	if len(cells) > 0 {
		if err := l.store.Put(cells, results); err != nil {
			return nil, err
		}
	}
	for i := range r.Lines {
		line := &r.Lines[i]
		if line.Failure != "" {
			if err := l.fail(line.Key, line.Failure); err != nil {
				return nil, err
			}
		} else {
			l.move(line.Key, done)
		}
		if at, ok := l.taskOf[line.Key]; ok && l.inTask[at] == 0 && !slices.Contains(finished, at) {
			finished = append(finished, at)
		}
	}
	return finished, nil
}

// compare notes a conflict if the store has something else of a slice. What came while the message was read is compared when it
// comes again.
func (l *Ledger) compare(key string, r *bench.Result) error {
	s := l.slices[key]
	kept, err := l.store.Result(s.Cell)
	if errors.Is(err, bench.ErrNoResult) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(l.conflicts) < maxConflicts && (kept.Right != r.Right || kept.Sums != r.Sums || !slices.Equal(kept.Answers, r.Answers)) {
		l.conflicts = append(l.conflicts, Conflict{l.names[s.Network], s.Cell.Perturbation.String(), s.Cell.First, s.Cell.N,
			Made{kept.Backend, kept.Machine, kept.Right}, Made{r.Backend, r.Machine, r.Right}})
	}
	return nil
}

// GiveUp notes that a task cannot be computed.
func (l *Ledger) GiveUp(task int, reason string) error {
	l.lock.Lock()
	defer l.lock.Unlock()
	for _, key := range l.tasks[task].Keys {
		if err := l.fail(key, reason); err != nil {
			return err
		}
	}
	return nil
}

// fail notes that a slice could not be measured, unless it is.
func (l *Ledger) fail(key, reason string) error {
	if before, ours := l.state[key]; !ours || before == done {
		return nil
	}
	if err := l.store.Fail(l.slices[key].Cell, reason); err != nil {
		return err
	}
	l.move(key, failed)
	return nil
}

// move notes what is known of a slice now.
func (l *Ledger) move(key string, to state) {
	before, ours := l.state[key]
	if !ours || before >= to {
		return
	}
	l.state[key] = to
	s := l.slices[key]
	id := cellID{s.Network, s.Perturbation}
	wasFailed := l.left[id] == 0 && l.failed[id] > 0
	if to == failed {
		l.failed[id]++
	} else if before == failed {
		l.failed[id]--
	}
	if before == open {
		l.progress.ImagesDone += s.Cell.N
		l.inTask[l.taskOf[key]]--
		if l.left[id]--; l.left[id] == 0 {
			l.progress.Done++
		}
	}
	isFailed := l.left[id] == 0 && l.failed[id] > 0
	switch {
	case isFailed && !wasFailed:
		l.progress.Failed++
	case wasFailed && !isFailed:
		l.progress.Failed--
	}
	l.progress.Perturbation, l.progress.Subject = s.Cell.Perturbation, s.Network
}
