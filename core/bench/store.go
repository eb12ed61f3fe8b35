package bench

import (
	"errors"
	"sync"
)

// Store keeps results. Its methods may be called by several goroutines.
type Store interface {
	// Missing returns those of the cells that have no result, in their order.
	Missing(cells []Cell) ([]Cell, error)
	// Put keeps the results of cells, all of them or none, and returns when they are safe. A cell that has a result keeps it.
	Put(cells []Cell, results []*Result) error
	// Fail notes why a cell could not be measured, until it is.
	Fail(c Cell, reason string) error
	// Result returns the result of a cell, or an error that matches ErrNoResult.
	Result(c Cell) (*Result, error)
}

// ErrNoResult matches the error for a cell that was not measured.
var ErrNoResult = errors.New("bench: no result")

// Memory is a [Store] that is lost with the program. The zero value is empty.
type Memory struct {
	lock     sync.Mutex
	results  map[Key]*Result
	failures map[Key]string
}

// Missing is that of a Store.
func (m *Memory) Missing(cells []Cell) (missing []Cell, err error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, c := range cells {
		if m.results[c.Key()] == nil {
			missing = append(missing, c)
		}
	}
	return missing, nil
}

// Put is that of a Store.
func (m *Memory) Put(cells []Cell, results []*Result) error {
	for i, c := range cells {
		if err := results[i].Check(c); err != nil {
			return err
		}
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.results == nil {
		m.results = map[Key]*Result{}
	}
	for i, c := range cells {
		if k := c.Key(); m.results[k] == nil {
			m.results[k] = results[i]
		}
		delete(m.failures, c.Key())
	}
	return nil
}

// Fail is that of a Store.
func (m *Memory) Fail(c Cell, reason string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.failures == nil {
		m.failures = map[Key]string{}
	}
	m.failures[c.Key()] = reason
	return nil
}

// Result is that of a Store.
func (m *Memory) Result(c Cell) (*Result, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if r := m.results[c.Key()]; r != nil {
		return r, nil
	}
	return nil, ErrNoResult
}

// Failure returns why a cell could not be measured, "" if nothing is known of that.
func (m *Memory) Failure(c Cell) string {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.failures[c.Key()]
}

// Collect returns the result of a cell whose slices of at most n images are in a store. If some are not, the error matches
// ErrNoResult.
func Collect(s Store, c Cell, n int) (*Result, error) {
	slices := c.Slices(n)
	results := make([]*Result, len(slices))
	for i, slice := range slices {
		var err error
		if results[i], err = s.Result(slice); err != nil {
			return nil, err
		}
	}
	_, joined, err := Join(slices, results)
	return joined, err
}
