package cpu

import (
	"sync"
	"sync/atomic"

	"steady/core/simdx"
)

// pool is a fixed set of goroutines that take the tasks of one phase after another. The caller of run is one of them.
type pool struct {
	scratch [][]float32 // one for each worker, as long as the most demanding kernel asks
	wake    []chan struct{}
	done    sync.WaitGroup

	phase  phase
	images int
	count  int
	next   atomic.Int64
}

func newPool(threads int) *pool {
	p := &pool{scratch: make([][]float32, threads)}
	for i := 1; i < threads; i++ {
		wake := make(chan struct{}, 1)
		p.wake = append(p.wake, wake)
		go func() {
			for range wake {
				p.work(i)
				p.done.Done()
			}
		}()
	}
	return p
}

// reserve makes every worker's scratch at least n elements long.
func (p *pool) reserve(n int) {
	for i, s := range p.scratch {
		if len(s) < n {
			p.scratch[i] = make([]float32, n)
		}
	}
}

// run does all tasks of a phase.
func (p *pool) run(ph phase, images int) {
	p.phase, p.images, p.count = ph, images, ph.tasks(images)
	p.next.Store(0)
	helpers := min(len(p.wake), p.count-1)
	p.done.Add(max(helpers, 0))
	for i := 0; i < helpers; i++ {
		p.wake[i] <- struct{}{}
	}
	p.work(0)
	p.done.Wait()
}

func (p *pool) work(worker int) {
	for {
		task := int(p.next.Add(1)) - 1
		if task >= p.count {
			return
		}
		p.phase.do(p.images, task, p.scratch[worker])
		simdx.ClearUpper()
	}
}

// stop ends the goroutines.
func (p *pool) stop() {
	for _, w := range p.wake {
		close(w)
	}
}
