package engine

import (
	"testing"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
)

// slow is a backend that takes its time.
type slow struct {
	compute.Backend
	pause time.Duration
}

func (s slow) Run(images int, kernels []compute.Kernel) {
	time.Sleep(s.pause)
	s.Backend.Run(images, kernels)
}

func TestFastest(t *testing.T) {
	n := residual(4)
	prepare := func(b compute.Backend, c Config) *Engine {
		e, err := New(b, n, c)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	const trial = 20 * time.Millisecond
	quick := prepare(slow{cpu.New(1), time.Millisecond}, Config{Batch: 2})
	late := prepare(slow{cpu.New(1), 10 * time.Millisecond}, Config{Batch: 2})
	gone := prepare(&fragile{Backend: cpu.New(1), left: 1}, Config{Batch: 2, Fallback: func(error) compute.Backend { return cpu.New(1) }})
	dead := prepare(&fragile{Backend: cpu.New(1), left: 2}, Config{Batch: 2})
	for _, c := range []struct {
		engines []*Engine
		want    int
	}{
		{[]*Engine{late, quick}, 1},
		{[]*Engine{quick, late}, 0},
		{[]*Engine{late, gone}, 0},
		{[]*Engine{dead, late}, 1},
		{[]*Engine{dead}, 0},
	} {
		got, speeds := Fastest(trial, c.engines...)
		if got != c.want {
			t.Errorf("%d of %v images a second, want %d", got, speeds, c.want)
		}
	}
	if _, speeds := Fastest(trial, gone, dead); speeds[0] != 0 || speeds[1] != 0 {
		t.Errorf("engines that failed compute %v images a second, want none", speeds)
	}
}
