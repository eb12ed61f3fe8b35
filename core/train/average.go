package train

import (
	"slices"

	"steady/core/engine"
)

// average is another set of a network's values, running statistics included, that follows those of the steps and is what
// is stored: often a better network than the last one, above all where the learning rate is still high.
//
// It is an exponential moving average (Polyak and Juditsky 1992; Tarvainen and Valpola 2017) or, where every is set, the
// slow weights of lookahead (Zhang et al. 2019): after every so many steps they go a part of the way to the values, and
// the values begin again from there. Velocities go on. Running statistics do the same, as in Jordan 2024: they are then
// of networks near the slow weights, not of those that the steps have come to.
type average struct {
	params []engine.Param
	values [][]float32

	decay float64 // of the moving average

	every  int     // steps
	alpha  float64 // part of the way
	rising bool    // the part is 1 at the beginning, and falls to alpha
}

// The schedules of lookahead.
const (
	Constant = "constant"
	Cubic    = "cubic" // 1 - (1 - alpha)·t³ at the part t of the run (Jordan 2024)
)

// newAverage returns the average that a Config asks for, which begins with the values as they are, or nil.
func newAverage(params []engine.Param, c *Config) *average {
	if c.EMADecay == 0 && c.Lookahead == 0 {
		return nil
	}
	return &average{
		params: params, values: cloneValues(params), decay: c.EMADecay,
		every: c.Lookahead, alpha: c.LookaheadAlpha, rising: c.LookaheadSchedule == Cubic,
	}
}

// follow updates the average after a step; step is the number of steps before it, of so many of the run.
func (a *average) follow(step, steps int) {
	switch {
	case a == nil:
	case a.every == 0:
		a.move(min(a.decay, float64(1+step)/float64(10+step))) // the values that training began with are soon forgotten
	case (step+1)%a.every == 0:
		keep := 1 - a.alpha
		if a.rising {
			t := float64(step+1) / float64(steps)
			keep *= t * t * t
		}
		a.move(keep)
		for i, p := range a.params {
			copy(p.Value, a.values[i])
		}
	}
}

// move moves the average towards the values, and keeps a part of what it was.
func (a *average) move(keep float64) {
	part := 1 - float32(keep)
	for i, p := range a.params {
		to := a.values[i][:len(p.Value)]
		for j, x := range p.Value {
			to[j] += part * (x - to[j])
		}
	}
}

// swap exchanges the averages with the values.
func (a *average) swap() {
	if a != nil {
		swapValues(a.params, a.values)
	}
}

// swapValues exchanges the values of parameters with others.
func swapValues(params []engine.Param, values [][]float32) {
	for i, p := range params {
		to := values[i][:len(p.Value)]
		for j, x := range p.Value {
			p.Value[j], to[j] = to[j], x
		}
	}
}

func cloneValues(params []engine.Param) (values [][]float32) {
	for _, p := range params {
		values = append(values, slices.Clone(p.Value))
	}
	return values
}
