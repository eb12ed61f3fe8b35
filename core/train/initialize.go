package train

import (
	"math"

	"steady/core/nn"
	"steady/core/random"
)

// Initialize draws the weights of convolutions and linear layers from the normal distribution of He et al. 2015,
// keyed by the seed and the parameter's name, and sets their biases to zero. Batch normalization begins as it is
// before any data: scale 1, shift 0, mean 0, variance 1. Parameters of other layers stay.
func Initialize(n *nn.Network, seed uint64) {
	for _, l := range n.Layers {
		var weight, bias *nn.Param
		switch o := l.Op.(type) {
		case *nn.Conv:
			weight, bias = o.Weight, o.Bias
		case *nn.Linear:
			weight, bias = o.Weight, o.Bias
		case *nn.BatchNorm:
			fill(o.Scale, 1)
			fill(o.Shift, 0)
			fill(o.Mean, 0)
			fill(o.Variance, 1)
			continue
		default:
			continue
		}
		source := random.New(seed, 0, "initialise "+weight.Name, 0)
		fanIn := len(weight.Data) / weight.Shape[0]
		scale := float32(math.Sqrt(2 / float64(fanIn)))
		for i := range weight.Data { // one by one: so the networks in models/ began
			weight.Data[i] = source.Normal() * scale
		}
		if bias != nil {
			clear(bias.Data)
		}
	}
}

func fill(p *nn.Param, x float32) {
	for i := range p.Data {
		p.Data[i] = x
	}
}
