package engine

import (
	"testing"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
)

// TestFastest does not depend on timing: failed engines count as 0, and the choice follows the speeds.
func TestFastest(t *testing.T) {
	prepare := func(b compute.Backend, c Config) *Engine {
		e, err := New(b, residual(4), c)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	const trial = time.Millisecond
	works := prepare(cpu.New(1), Config{Batch: 2})
	gone := prepare(&fragile{Backend: cpu.New(1), left: 1}, Config{Batch: 2, Fallback: func(error) compute.Backend { return cpu.New(1) }})
	dead := prepare(&fragile{Backend: cpu.New(1), left: 2}, Config{Batch: 2})
	for _, c := range []struct {
		engines []*Engine
		want    int
	}{
		{[]*Engine{works, gone}, 0},
		{[]*Engine{gone, works}, 1},
		{[]*Engine{dead, gone, works}, 2},
		{[]*Engine{dead, gone}, 0},
	} {
		got, speeds := Fastest((*Engine).Speed, trial, c.engines...)
		if got != c.want {
			t.Errorf("%d of %v images a second, want %d", got, speeds, c.want)
		}
		for i, e := range c.engines {
			if (speeds[i] > 0) != (e == works) {
				t.Errorf("engine %d computes %v images a second, working: %v", i, speeds[i], e == works)
			}
		}
	}
	got, speeds := Fastest((*Engine).Speed, trial, works, prepare(cpu.New(1), Config{Batch: 2}))
	if speeds[got] < speeds[1-got] {
		t.Errorf("%d of %v", got, speeds)
	}
}
