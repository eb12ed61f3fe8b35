package engine

import (
	"testing"
	"time"

	"steady/core/attackstep"
	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/nn"
)

// A backend without the kernels leaves images where they are; what does not fit is refused.
func TestRunStepsWithout(t *testing.T) {
	n := residual(6)
	size := n.Image.Size()
	e, err := New(cpu.New(1), n, Config{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	if e.CanRunSteps() {
		t.Fatal("the processor has no kernels for steps")
	}
	zeros := make([]float32, size)
	good := attackstep.Iterate{X: zeros, Origin: zeros, Velocity: zeros, Steps: 3, Evaluated: 5}
	if err := e.RunSteps(attackstep.PGD{Momentum: 1}, []*attackstep.Iterate{&good}); err != nil || good.Evaluated != 0 {
		t.Errorf("%v, %d evaluated; want nothing", err, good.Evaluated)
	}
	for name, change := range map[string]func(c *attackstep.Iterate){
		"short":      func(c *attackstep.Iterate) { c.X = c.X[1:] },
		"no origin":  func(c *attackstep.Iterate) { c.Origin = nil },
		"no such":    func(c *attackstep.Iterate) { c.Class = e.Classes() },
		"negative":   func(c *attackstep.Iterate) { c.Class = -1 },
		"step back":  func(c *attackstep.Iterate) { c.Steps = -1 },
		"standstill": func(c *attackstep.Iterate) { c.Velocity = c.X[:1] },
	} {
		bad := good
		change(&bad)
		if err := e.RunSteps(attackstep.PGD{Momentum: 1}, []*attackstep.Iterate{&bad}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// stepping is a backend that has kernels for steps, which do nothing.
type stepping struct{ compute.Backend }

func (s *stepping) Measuring() compute.Measuring {
	m := s.Backend.Measuring()
	return steppingMeter{&stepping{Backend: m}, m}
}

// steppingMeter is a stepping on a backend that counts.
type steppingMeter struct {
	*stepping
	m compute.Measuring
}

func (s steppingMeter) Count(bytes float64) { s.m.Count(bytes) }
func (s steppingMeter) Bytes() float64      { return s.m.Bytes() }

func (s *stepping) nothing(b compute.AttackBuffers) compute.Kernel {
	return s.Activate(compute.NoActivation, 1, b.State, b.State)
}

func (s *stepping) SelectBest(_ compute.AttackShape, _ attackstep.PGD, b compute.AttackBuffers) compute.Kernel {
	return s.nothing(b)
}

func (s *stepping) Momentum(_ compute.AttackShape, _ attackstep.PGD, b compute.AttackBuffers) compute.Kernel {
	return s.nothing(b)
}

func (s *stepping) ProjectedStep(_ compute.AttackShape, _ attackstep.PGD, b compute.AttackBuffers) compute.Kernel {
	return s.nothing(b)
}

func (s *stepping) FromTanh(_ compute.AttackShape, b compute.AttackBuffers) compute.Kernel {
	return s.nothing(b)
}

func (s *stepping) CWLoss(_ compute.AttackShape, _ attackstep.CW, b compute.AttackBuffers) compute.Kernel {
	return s.nothing(b)
}

func (s *stepping) AdamStep(_ compute.AttackShape, _ attackstep.CW, b compute.AttackBuffers) compute.Kernel {
	return s.nothing(b)
}

// What steps take counts as memory: where it is beyond the limit, fewer images take steps together, and where there is
// none for one image, none does.
func TestRunStepsMemory(t *testing.T) {
	n := residual(6)
	size := n.Image.Size()
	const batch = 4
	x, grad := random(batch*size, 1), make([]float32, batch*size)
	rules := []attackstep.Rule{attackstep.PGD{}, attackstep.PGD{Momentum: 1}, attackstep.CW{Beta1: .9}}
	// try has images take a step by each rule.
	try := func(batch int, limit int64) *Engine {
		e, err := New(&stepping{Backend: cpu.New(1)}, n, Config{Batch: batch, MaxBytes: limit})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Gradient(grad, nil, x, func(int, []float32, []float32) {}); err != nil {
			t.Fatal(err)
		}
		for _, rule := range rules {
			var iterates []*attackstep.Iterate
			for range batch {
				iterates = append(iterates, &attackstep.Iterate{
					X: x[:size], Origin: x[:size], Velocity: make([]float32, size), Square: make([]float32, size), Steps: 1,
				})
			}
			if err := e.RunSteps(rule, iterates); err != nil {
				t.Fatal(err)
			}
		}
		return e
	}
	bytes := func(images int) int64 { return int64(try(images, 0).Bytes()) }
	for _, c := range []struct {
		limit int64
		batch int
		steps bool
	}{
		{bytes(4), 4, true}, {bytes(4) - 1, 2, true}, {bytes(2), 2, true}, {bytes(2) - 1, 1, true}, {bytes(1), 1, true},
		{bytes(1) - 1, 1, false},
	} {
		e := try(batch, c.limit)
		if e.CanRunSteps() != c.steps {
			t.Errorf("%d bytes: it takes steps: %v", c.limit, e.CanRunSteps())
		}
		if e.batch != c.batch || (e.attackSteps != nil && e.attackSteps.rule == rules[len(rules)-1]) != c.steps {
			t.Errorf("%d bytes where an image takes %d: %d images at a time, want %d; steps %v", c.limit, bytes(1), e.batch, c.batch, c.steps)
		}
	}
}

// Where not even one image's steps have room, everything else goes on with as many images as before.
func TestRunStepsNoRoom(t *testing.T) {
	const batch, size = 2, 12
	n := &build(nn.Shape{size}, &nn.Linear{Weight: param(3, size), Bias: param(3)}).Network
	b := &stepping{Backend: cpu.New(1)}
	e, err := New(b, n, Config{Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	x, grad := random(batch*size, 1), make([]float32, batch*size)
	gradient := func() {
		if err := e.Gradient(grad, nil, x, func(int, []float32, []float32) {}); err != nil {
			t.Fatal(err)
		}
	}
	gradient()
	e.config.MaxBytes = int64(e.Bytes())
	c := &attackstep.Iterate{X: x[:size], Origin: x[:size], Velocity: make([]float32, size), Square: make([]float32, size), Steps: 1}
	if err := e.RunSteps(attackstep.CW{Beta1: .9}, []*attackstep.Iterate{c}); err != nil || c.Evaluated != 0 {
		t.Fatalf("%v, %d evaluated; want no step", err, c.Evaluated)
	}
	if gradient(); e.CanRunSteps() || e.batch != batch {
		t.Errorf("it takes steps: %v; then %d images at a time, want %d as before", e.CanRunSteps(), e.batch, batch)
	}
}

// The steps of a submission become more while they are quick and needed, and fewer where they are not.
func TestAdaptStride(t *testing.T) {
	for _, c := range []struct {
		stride, steps int
		took          time.Duration
		used          float64
		want          int
	}{
		{1, 1, time.Millisecond, 1, 2},
		{8, 8, time.Millisecond, 1, 12},
		{8, 3, time.Millisecond, 1, 8}, // that was the end of the walks
		{8, 8, maxDuration * 3 / 4, 1, 8},
		{8, 8, 2 * maxDuration, 1, 4},
		{8, 2, 2 * maxDuration, 1, 1},
		{8, 8, time.Millisecond, 0.3, 4},
		{8, 8, time.Millisecond, 0.6, 8},
		{1, 1, time.Hour, 0, 1},
	} {
		a := attackSteps{stride: c.stride, maxSteps: 12}
		if a.adapt(c.took, c.steps, 32, c.used); a.stride != c.want {
			t.Errorf("%d of %d steps in %v, %g of them used: then %d, want %d", c.steps, c.stride, c.took, c.used, a.stride, c.want)
		}
	}
	// The last images of a list are few and quick; the next list begins with many.
	a := attackSteps{stride: 4, maxSteps: 32}
	for _, images := range []int{2, 2, 2} {
		a.adapt(time.Millisecond, a.stride, images, 1)
	}
	if a.limitStride(16); a.stride != 4 {
		t.Errorf("32 steps at once of 2 images are %d of 16, want 4", a.stride)
	}
	if a.limitStride(1); a.stride != 4 {
		t.Errorf("%d steps at once of fewer images, want as many as before until it is known to be quick", a.stride)
	}
}
