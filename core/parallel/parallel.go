package parallel

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// Workers returns the greatest number of goroutines that work at the same time.
func Workers() int { return runtime.GOMAXPROCS(0) }

// For calls work(i) for every i below n, on all cores. The result of an i must depend on i alone, not on which goroutine
// computes it.
func For(n int, work func(i int)) {
	workers := min(Workers(), n/2)
	if workers < 2 {
		for i := range n {
			work(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	wg.Wait()
}

// Try is For for work that may fail: after a failure, or when the context has ended, it starts no further i. It returns the
// first error in the order of i, or that of the context. Workers are numbered from 0, so that each can have its own memory.
func Try(ctx context.Context, n int, work func(worker, i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	for worker := range min(Workers(), n) {
		wg.Go(func() {
			for !stop.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[i] = work(worker, i); errs[i] != nil {
					stop.Store(true)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
