package train

import (
	"slices"

	"steady/core/engine"
)

// average follows the values of a network, running statistics included, by an exponential moving average (Polyak and
// Juditsky 1992; Tarvainen and Valpola 2017). It is often a better network than the last one, above all where the
// learning rate is still high.
type average struct {
	decay  float64
	params []engine.Param
	values [][]float32
}

// newAverage returns an average that begins with the values as they are, or nil if decay is 0.
func newAverage(params []engine.Param, decay float64) *average {
	if decay == 0 {
		return nil
	}
	return &average{decay, params, cloneValues(params)}
}

// follow updates the average after a step; step is the number of steps before it. The first steps count for more, so that
// the values that training began with are soon forgotten.
func (a *average) follow(step int) {
	if a == nil {
		return
	}
	keep := float32(min(a.decay, float64(1+step)/float64(10+step)))
	for i, p := range a.params {
		to := a.values[i][:len(p.Value)]
		for j, x := range p.Value {
			to[j] += (1 - keep) * (x - to[j])
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
