package engine

import (
	"testing"
	"time"

	"steady/core/compute"
	"steady/core/compute/cpu"
)

// A backend without the kernels leaves images where they are; what does not fit is refused.
func TestAscendWithout(t *testing.T) {
	n := residual(6)
	size := n.Image.Size()
	e, err := New(cpu.New(1), n, Config{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	if e.Ascends() {
		t.Fatal("the processor has no kernels for steps")
	}
	zeros := make([]float32, size)
	good := compute.Climber{X: zeros, Origin: zeros, Velocity: zeros, Steps: 3, Judged: 5}
	if err := e.Ascend(compute.Ascent{Momentum: 1}, []*compute.Climber{&good}); err != nil || good.Judged != 0 {
		t.Errorf("%v, %d judged; want nothing", err, good.Judged)
	}
	for name, change := range map[string]func(c *compute.Climber){
		"short":      func(c *compute.Climber) { c.X = c.X[1:] },
		"no origin":  func(c *compute.Climber) { c.Origin = nil },
		"no such":    func(c *compute.Climber) { c.Class = e.Classes() },
		"negative":   func(c *compute.Climber) { c.Class = -1 },
		"step back":  func(c *compute.Climber) { c.Steps = -1 },
		"standstill": func(c *compute.Climber) { c.Velocity = c.X[:1] },
	} {
		bad := good
		change(&bad)
		if err := e.Ascend(compute.Ascent{Momentum: 1}, []*compute.Climber{&bad}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The steps of a submission become more while they are quick and needed, and fewer where they are not.
func TestAdapt(t *testing.T) {
	for _, c := range []struct {
		stride, steps int
		took          time.Duration
		used          float64
		want          int
	}{
		{1, 1, time.Millisecond, 1, 2},
		{8, 8, time.Millisecond, 1, 12},
		{8, 3, time.Millisecond, 1, 8}, // that was the end of the walks
		{8, 8, longest * 3 / 4, 1, 8},
		{8, 8, 2 * longest, 1, 4},
		{8, 2, 2 * longest, 1, 1},
		{8, 8, time.Millisecond, 0.3, 4},
		{8, 8, time.Millisecond, 0.6, 8},
		{1, 1, time.Hour, 0, 1},
	} {
		a := ascent{stride: c.stride, most: 12}
		if a.adapt(c.took, c.steps, c.used); a.stride != c.want {
			t.Errorf("%d of %d steps in %v, %g of them used: then %d, want %d", c.steps, c.stride, c.took, c.used, a.stride, c.want)
		}
	}
}
