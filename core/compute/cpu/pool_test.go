package cpu

import (
	"sync/atomic"
	"testing"
	"time"
)

// counted is a phase of as many tasks as there are images, which counts how often each is done.
type counted struct {
	done  []atomic.Int64
	other func(task int)
}

func (c *counted) tasks(images int) int { return images }

func (c *counted) do(_, task int, _ []float32) {
	c.done[task].Add(1)
	if c.other != nil {
		c.other(task)
	}
}

// Every task of every phase is done once, by whatever worker, awake or asleep.
func TestPool(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		p := newPool(threads)
		for round := range 3000 {
			n := round % 7
			c := &counted{done: make([]atomic.Int64, n)}
			if round%500 == 3 {
				time.Sleep(time.Millisecond) // the helpers fall asleep
			}
			if round%11 == 0 {
				c.other = func(task int) { time.Sleep(time.Duration(task) * 10 * time.Microsecond) }
			}
			p.run(c, n)
			for i := range c.done {
				if d := c.done[i].Load(); d != 1 {
					t.Fatalf("%d threads, round %d: task %d of %d was done %d times", threads, round, i, n, d)
				}
			}
		}
		p.stop()
	}
}
