package train

import (
	"math"

	"steady/core/dataset"
	"steady/core/nn"
	"steady/core/random"
)

// What the weights of convolutions begin with.
const (
	He       = "he"       // all drawn, as Initialize does
	Identity = "identity" // filters that pass on as many channels as there are, the others drawn (Jordan 2024)
)

// InitializeFor initializes a network as a run on a set begins. Besides what [Initialize] does, with [Identity] the
// filters of convolutions pass on a channel each, as many as there are channels on both sides; and a first convolution
// whose parameters are frozen whitens the patches of the set's images (arch.Whitened has one). The error is one that
// [New] would return.
func InitializeFor(n *nn.Network, set *dataset.Set, c Config) error {
	if err := c.check(n.Image, set); err != nil {
		return err
	}
	Initialize(n, c.Seed)
	for _, l := range n.Layers {
		o, ok := l.Op.(*nn.Conv)
		switch {
		case !ok || o.Groups != 1:
		case l.In[0] == nn.Input && o.Weight.Frozen && o.Bias != nil && o.Bias.Frozen:
			whiten(o, set)
		case c.Initialization == Identity:
			passOn(o.Weight)
		}
	}
	return nil
}

// passOn makes the first filters of a convolution copies of a channel each.
func passOn(weight *nn.Param) {
	k, c, rows, columns := weight.Shape[0], weight.Shape[1], weight.Shape[2], weight.Shape[3]
	taps := rows * columns
	for i := range min(k, c) {
		filter := weight.Data[i*c*taps:][:c*taps]
		clear(filter)
		filter[i*taps+rows/2*columns+columns/2] = 1
	}
}

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
