package main

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls work(worker, i) for every i below n, from as many goroutines as there are cores, and gives the
// first error in the order of i. Workers are numbered from 0, so that each can have memory of its own. What is
// made of an i must depend on i alone: then it does not matter who does it.
func parallel(ctx context.Context, n int, work func(worker, i int) error) error {
	workers := min(workers(), n)
	errs := make([]error, n)
	var next atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for !stop.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[i] = work(w, i); errs[i] != nil {
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

// workers is the greatest number of goroutines that parallel uses.
func workers() int { return runtime.GOMAXPROCS(0) }
