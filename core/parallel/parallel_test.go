package parallel

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
)

func TestFor(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 1000} {
		times := make([]atomic.Int64, n)
		For(n, func(i int) { times[i].Add(1) })
		for i := range times {
			if got := times[i].Load(); got != 1 {
				t.Errorf("%d of %d was worked on %d times", i, n, got)
			}
		}
	}
}

func TestTry(t *testing.T) {
	const n = 1000
	var done atomic.Int64
	all := func(worker, i int) error {
		if worker < 0 || worker >= Workers() {
			return fmt.Errorf("worker %d of %d", worker, Workers())
		}
		done.Add(1)
		return nil
	}
	if err := Try(context.Background(), n, all); err != nil || done.Load() != n {
		t.Errorf("%d of %d, %v", done.Load(), n, err)
	}

	want := errors.New("the first")
	done.Store(0)
	err := Try(context.Background(), n, func(_, i int) error {
		done.Add(1)
		if i == 7 {
			return want
		}
		if i > 7 {
			return errors.New("a later one")
		}
		return nil
	})
	if err != want || done.Load() > 8+int64(Workers()) {
		t.Errorf("%v after %d of them, want %v and no further ones", err, done.Load(), want)
	}

	ctx, cancel := context.WithCancel(context.Background())
	done.Store(0)
	err = Try(ctx, n, func(_, i int) error {
		done.Add(1)
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || done.Load() > int64(Workers()) {
		t.Errorf("canceled: %v after %d", err, done.Load())
	}
}
