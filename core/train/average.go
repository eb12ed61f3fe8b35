package train

import "steady/core/engine"

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
	a := &average{decay: decay, params: params}
	for _, p := range params {
		a.values = append(a.values, append([]float32(nil), p.Value...))
	}
	return a
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
	if a == nil {
		return
	}
	for i, p := range a.params {
		to := a.values[i][:len(p.Value)]
		for j, x := range p.Value {
			p.Value[j], to[j] = to[j], x
		}
	}
}
