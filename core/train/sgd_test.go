package train

import (
	"math"
	"slices"
	"testing"

	"steady/core/engine"
)

// TestSGD follows two steps of Sutskever et al. 2013, in the form v = µv + g, w -= r(g + µv), worked out by hand.
func TestSGD(t *testing.T) {
	weight := engine.Param{Name: "w", Shape: []int{1, 1}, Value: []float32{2}, Grad: []float32{8}}
	bias := engine.Param{Name: "b", Shape: []int{1}, Value: []float32{2}, Grad: []float32{8}}
	running := engine.Param{Name: "mean", Shape: []int{1}, Value: []float32{2}}
	s := newSGD([]engine.Param{weight, bias, running}, &Config{Momentum: .5, WeightDecay: .25})
	s.step(.5, 4)
	// weight: g = 8/4 + 0.25·2 = 2.5, v = 2.5, w = 2 - 0.5·(2.5 + 1.25); bias: g = 2, v = 2, b = 2 - 0.5·(2 + 1)
	check := func(steps int, want ...float32) {
		t.Helper()
		if got := []float32{weight.Value[0], bias.Value[0], running.Value[0]}; !slices.Equal(got, want) {
			t.Errorf("after %d steps %v, want %v", steps, got, want)
		}
	}
	check(1, .125, .5, 2)
	weight.Grad[0], bias.Grad[0] = 0, 0
	s.step(.5, 4)
	// weight: g = 0.25·0.125 = 0.03125, v = 1.28125, w = 0.125 - 0.5·(0.03125 + 0.640625)
	// bias: g = 0, v = 1, b = 0.5 - 0.5·0.5
	check(2, -.2109375, .25, 2)
}

// Shifts of normalization have a learning rate of their own.
func TestShiftRate(t *testing.T) {
	shift := engine.Param{Name: "shift", Shape: []int{1}, Value: []float32{2}, Grad: []float32{8}, NormShift: true}
	bias := engine.Param{Name: "bias", Shape: []int{1}, Value: []float32{2}, Grad: []float32{8}}
	s := newSGD([]engine.Param{shift, bias}, &Config{Momentum: .5, ShiftRate: 3})
	s.step(.5, 4) // as above, the shift by 3·0.5·(2 + 1)
	if shift.Value[0] != -2.5 || bias.Value[0] != .5 {
		t.Errorf("the shift is %g and the bias %g, want -2.5 and 0.5", shift.Value[0], bias.Value[0])
	}
}

// On a quadratic, the step is of one length as long as the gradient is above the limit, and along the gradient of all
// parameters; below, it is what it is without a limit, to the bit.
func TestClip(t *testing.T) {
	const rate, limit, images = .5, 2, 4
	run := func(c Config, steps int) (w, b float32) {
		weight := engine.Param{Shape: []int{1, 1}, Value: []float32{6}, Grad: []float32{0}}
		bias := engine.Param{Shape: []int{1}, Value: []float32{8}, Grad: []float32{0}}
		running := engine.Param{Shape: []int{1}, Value: []float32{1e9}}
		s := newSGD([]engine.Param{weight, running, bias}, &c)
		for range steps {
			weight.Grad[0], bias.Grad[0] = images*weight.Value[0], images*bias.Value[0] // of half the squared distance
			s.step(rate, images)
		}
		return weight.Value[0], bias.Value[0]
	}
	for steps := range 9 { // from a distance of 10 in steps of 1
		w, b := run(Config{Clip: limit}, steps)
		if left := float64(10 - steps); math.Abs(float64(w)-.6*left) > 1e-5 || math.Abs(float64(b)-.8*left) > 1e-5 {
			t.Errorf("after %d steps at %g, %g, want a distance of %g", steps, w, b, left)
		}
	}
	if w, b := run(Config{Clip: limit}, 10); math.Abs(float64(w)-.3) > 1e-5 || math.Abs(float64(b)-.4) > 1e-5 { // from 2 on each halves it
		t.Errorf("below the limit it comes to %g, %g", w, b)
	}
	w, b := run(Config{Momentum: .9, WeightDecay: .1}, 20)
	if x, y := run(Config{Momentum: .9, WeightDecay: .1, Clip: 1000}, 20); x != w || y != b {
		t.Errorf("with a limit that is not reached %g, %g, without %g, %g", x, y, w, b)
	}
}

func BenchmarkSGD(b *testing.B) {
	p := engine.Param{Shape: []int{1000, 1000}, Value: make([]float32, 1e6), Grad: make([]float32, 1e6)}
	s := newSGD([]engine.Param{p}, &Config{Momentum: .9, WeightDecay: 5e-4})
	for b.Loop() {
		s.step(.1, 128)
	}
}
