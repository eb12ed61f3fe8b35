package cpu

import (
	"runtime"
	"sync/atomic"
	"time"
)

// pool is a fixed set of goroutines that take the tasks of one phase after another. The caller of run is one of them.
//
// The phases of a single image take some ten microseconds, less than it takes to wake a goroutine. So one that finds no
// more tasks looks out for the next phase for a while before it goes to sleep, and within a run hardly ever does.
type pool struct {
	scratch   [][]float32 // one for each worker, as long as the most demanding kernel asks
	measuring bool        // what is reserved is only counted
	reserved  int         // elements of each
	helpers   []helper

	rowsInPlace int // elements of the longest rows of convolutions in place

	// What is written before a phase is published, and read by those that have a task of it.
	phase  phase
	images int

	// A phase has a number, in the upper half of both words: in the lower half of offered is the number of its tasks, in
	// that of taken how many have been taken, or asked for in vain. A task taken under another number than the offered
	// one belongs to a phase that is over, and is none.
	offered, taken atomic.Uint64
	finished       atomic.Int64 // tasks of the phase
}

// helper is a goroutine other than the caller's.
type helper struct {
	asleep atomic.Bool
	wake   chan struct{} // wakes one that is asleep; closed at the end
}

const (
	lower = 1<<32 - 1
	// looks is how often a worker looks out for something before it lets other goroutines run, which takes some ten
	// microseconds; helpers then go to sleep.
	looks = 20_000
)

func newPool(threads int) *pool {
	p := &pool{scratch: make([][]float32, threads), helpers: make([]helper, threads-1)}
	for i := range p.helpers {
		h := &p.helpers[i]
		h.wake = make(chan struct{}, 1)
		go p.help(h, i+1)
	}
	return p
}

// reserve makes every worker's scratch at least n elements long.
func (p *pool) reserve(n int) {
	p.reserved = max(p.reserved, n)
	if p.measuring {
		return
	}
	for i, s := range p.scratch {
		if len(s) < n {
			p.scratch[i] = make([]float32, n)
		}
	}
}

// reserveBehindRows reserves n elements behind the rows of a convolution that hands its outputs on (handOn).
func (p *pool) reserveBehindRows(n int) { p.reserve(p.rowsInPlace + n) }

// run does all tasks of a phase.
func (p *pool) run(ph phase, images int) {
	count := ph.tasks(images)
	if count < 2 || len(p.helpers) == 0 {
		for task := range count {
			ph.do(images, task, p.scratch[0])
		}
		return
	}
	p.phase, p.images = ph, images
	p.finished.Store(0)
	number := p.offered.Load()>>32 + 1
	p.offered.Store(number<<32 | uint64(count)) // first: what is taken under a number that is not offered is lost
	p.taken.Store(number << 32)
	for i := range min(len(p.helpers), count-1) {
		if h := &p.helpers[i]; h.asleep.CompareAndSwap(true, false) {
			h.wake <- struct{}{}
		}
	}
	for p.work(0) {
	}
	for i := 0; p.finished.Load() < int64(count); i++ {
		switch {
		case i > 2*looks: // the processor has other things to do than the last task
			time.Sleep(20 * time.Microsecond)
		case i > looks:
			runtime.Gosched()
		}
	}
	p.phase = nil
}

// work does a task of the phase that is offered, and reports whether there was one.
func (p *pool) work(worker int) bool {
	offered := p.offered.Load()
	if taken := p.taken.Load(); taken>>32 != offered>>32 || taken&lower >= offered&lower {
		return false
	}
	task := p.taken.Add(1) - 1
	offered = p.offered.Load()
	if task>>32 != offered>>32 || task&lower >= offered&lower {
		return false
	}
	p.phase.do(p.images, int(task&lower), p.scratch[worker])
	p.finished.Add(1)
	return true
}

// help works until the pool is stopped.
func (p *pool) help(h *helper, worker int) {
	for {
		for i := 0; i < looks; i++ {
			if p.work(worker) {
				i = 0
			}
		}
		// A phase offered before this was asleep has not woken it.
		h.asleep.Store(true)
		if p.work(worker) && h.asleep.CompareAndSwap(true, false) {
			continue
		}
		if _, ok := <-h.wake; !ok {
			return
		}
	}
}

// stop ends the goroutines.
func (p *pool) stop() {
	for i := range p.helpers {
		close(p.helpers[i].wake)
	}
}
