package bench

import "context"

// lot is images that are prepared together.
type lot struct {
	first, n int
	x        []float32 // n×C×H×W
	err      error
}

// supply prepares the lots of tasks, in their order, one ahead of what is asked for.
type supply struct {
	lots   chan lot
	free   chan []float32 // memory of lots that are done with
	cancel context.CancelFunc
	ended  chan struct{}
}

// prepare begins to prepare images. The end of the context does not end it: that does close.
func prepare(ctx context.Context, tasks []task) *supply {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &supply{make(chan lot), make(chan []float32, 2), cancel, make(chan struct{})}
	s.free <- nil
	s.free <- nil
	go func() {
		defer close(s.ended)
		for i := range tasks {
			if !s.task(ctx, &tasks[i]) {
				return
			}
		}
	}()
	return s
}

// task prepares the images of a task. It returns false if that is the end.
func (s *supply) task(ctx context.Context, t *task) bool {
	cell, subject := t.cells[0], t.subjects[0]
	perturbation := cell.Perturbation
	if a, _ := perturbation.Attack(); a != nil {
		perturbation = Perturbation{} // each network is attacked by itself
	}
	size := subject.Network.InputShape().Size()
	most := max(min(maxLot, maxLotBytes/(4*size)), 1)
	for first, end := cell.First, cell.First+cell.N; first < end; {
		var x []float32
		select {
		case x = <-s.free:
		case <-ctx.Done():
			return false
		}
		n := min(most, end-first)
		if cap(x) < n*size {
			x = make([]float32, most*size)
		}
		l := lot{first: first, n: n, x: x[:n*size]}
		l.err = subject.Images.Fill(ctx, l.x, perturbation, cell.Seed, first, n)
		select {
		case s.lots <- l:
		case <-ctx.Done():
			return false
		}
		if l.err != nil {
			return false
		}
		first += n
	}
	return true
}

// close ends the preparation, and returns when nothing uses the images any more.
func (s *supply) close() {
	s.cancel()
	<-s.ended
}
