package engine

import (
	"errors"
	"fmt"
	"math"

	"steady/core/compute"
	"steady/core/nn"
)

// DefaultMaxBytes is the limit on an engine's memory when Config sets none, for few threads and beside what it takes for
// parameters: 4 GiB.
const DefaultMaxBytes = 4 << 30

// defaultLimit is what Config.MaxBytes is where it is 0.
func defaultLimit(b compute.Backend, n *nn.Network) int64 {
	limit := int64(DefaultMaxBytes)
	if t, ok := b.(compute.Threaded); ok {
		limit = max(limit, int64(t.Threads())<<28)
	}
	for _, p := range n.Params() {
		limit += 8 * 4 * int64(len(p.Data))
	}
	return limit
}

// ErrMemory matches where a network would need more memory than Config allows for one image or, training, for a batch.
var ErrMemory = errors.New("network needs too much memory")

// maxLayout bounds the elements that a convolution lays out, so that no size that follows from it overflows an int64.
const maxLayout = 1 << 45

// Memory is what an engine takes, in bytes: copies of the parameters, values between layers and their gradients, what the
// kernels keep and, for each thread, work in, and room for logits.
type Memory struct {
	Logits    float64 // of an engine that computes logits; 0 for one made with Config.Train
	Gradients float64 // of one that computes logits and gradients
	Limit     float64 // what New allows with this Config
}

// Measure returns the memory that an engine of a network takes on a backend for batches of Config.Batch images, without
// taking it: it prepares everything on b.Measuring(), as New does before it prepares on b. It measures beyond Memory.Limit
// too.
//
// The error says what is wrong with the network, or what the backend lacks; it matches ErrMemory where the sizes are
// beyond any memory.
func Measure(b compute.Backend, n *nn.Network, c Config) (Memory, error) {
	e, err := unprepared(b, n, c)
	if err != nil {
		return Memory{}, err
	}
	t, m := e.measuring(), Memory{Limit: float64(e.config.MaxBytes)}
	if err := t.prepareNow(); err != nil {
		return Memory{}, err
	}
	if !c.Train {
		m.Logits = t.meter.Bytes()
	}
	err = t.ensureGradientNow()
	m.Gradients = t.meter.Bytes()
	return m, err
}

// Bytes returns the memory that the engine takes now, by the count that Config.MaxBytes limits.
func (e *Engine) Bytes() float64 { return e.trial.meter.Bytes() }

// measuring returns an engine like this one, with nothing prepared, on a backend that only counts memory.
func (e *Engine) measuring() *Engine {
	t := &Engine{
		net: e.net, source: e.source, config: e.config, classes: e.classes, batch: e.batch, noRoomForSteps: e.noRoomForSteps,
		params: e.params, trained: e.trained,
		buffers: map[*nn.Param]compute.Buffer{}, paramGrads: map[*nn.Param]compute.Buffer{},
	}
	t.meter = e.backend.Measuring()
	t.backend = t.meter
	for _, p := range e.params {
		t.meter.Count(4 * float64(len(p.Value)+len(p.Grad)))
	}
	given := map[*nn.Param]bool{}
	for _, p := range e.source.Params() {
		given[p] = true
	}
	for _, p := range e.net.Params() {
		if !given[p] { // it was made by folding
			t.meter.Count(4 * float64(len(p.Data)))
		}
	}
	return t
}

// within does what prepares something, unless that takes the engine's memory beyond the limit: for that it does the same
// first on the engine that only counts.
func (e *Engine) within(prepare func(*Engine) error) error {
	if err := prepare(e.trial); err != nil {
		return err
	}
	if bytes := e.Bytes(); bytes > float64(e.config.MaxBytes) {
		return e.memoryError(bytes)
	}
	return prepare(e)
}

// room returns s with room for at least n numbers, on the host, and what it held.
func (e *Engine) room(s []float32, n int) []float32 {
	if e.meter != nil {
		e.meter.Count(4 * float64(n))
		return []float32{}
	}
	if len(s) >= n {
		return s
	}
	return append(make([]float32, 0, n), s...)[:n]
}

// memoryError returns the failure of what would exceed the limit on memory, by infinitely many bytes where the sizes of a
// single image are beyond any memory.
func (e *Engine) memoryError(bytes float64) error {
	images := "one image"
	if e.batch > 1 {
		images = fmt.Sprintf("%d images", e.batch)
	}
	fitting := ""
	if !math.IsInf(bytes, 1) {
		fitting = e.fittingBatch()
	}
	return fmt.Errorf("engine: %w: %s for %s at a time, the limit is %s%s",
		ErrMemory, megabytes(bytes), images, megabytes(float64(e.config.MaxBytes)), fitting)
}

// fittingBatch says which batch would keep within the limit, where the engine must not choose one itself.
func (e *Engine) fittingBatch() string {
	if e.config.Statistics != BatchStatistics {
		return ""
	}
	for n := e.batch / 2; n > 0; n /= 2 {
		t := e.measuring()
		t.batch = n
		if t.prepareNow() == nil && t.meter.Bytes() <= float64(e.config.MaxBytes) {
			return fmt.Sprintf(": %d images at a time keep within it", n)
		}
	}
	return ""
}

// megabytes returns a number of bytes for people.
func megabytes(bytes float64) string {
	switch {
	case bytes > 1e15:
		return "more than 10^9 MB"
	case bytes < 1e7:
		return fmt.Sprintf("%.3g MB", bytes/1e6)
	}
	return fmt.Sprintf("%.0f MB", bytes/1e6)
}
