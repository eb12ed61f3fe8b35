package train

import (
	"errors"
	"fmt"
	"slices"

	"steady/core/nn"
	"steady/core/preprocess"
)

// ErrFinetune matches the error for a network that training cannot continue from.
var ErrFinetune = errors.New("training cannot continue from this network")

// Finetune returns a copy of a network, as a file has it, for training to continue from.
//
// What is trained are the weights and biases of convolutions and linear layers, the scales and shifts of normalizations,
// and other scales and shifts of one number for each channel. All else is frozen: the normalization of the image, single
// numbers, position embeddings, class tokens, masks and other constants, which a file does not tell apart. Frozen
// parameters that several layers share become one for each of them.
func Finetune(n *nn.Network) (*nn.Network, error) {
	n = n.Clone()
	first := map[string]bool{} // layers that normalize the image
	if inside := preprocess.FindInside(n); inside != nil {
		for _, name := range inside.Layers {
			first[name] = true
		}
	}
	names := map[string]bool{}
	for _, p := range n.Params() {
		names[p.Name] = true
	}
	taken := map[*nn.Param]bool{}
	own := func(p **nn.Param) { // freezes a parameter that is then this layer's own
		if *p == nil {
			return
		}
		if taken[*p] {
			q := **p
			for i := 2; names[q.Name]; i++ {
				q.Name = fmt.Sprintf("%s_%d", (*p).Name, i)
			}
			names[q.Name] = true
			q.Data = slices.Clone(q.Data)
			*p = &q
		}
		taken[*p] = true
		(*p).Frozen = true
	}
	for _, l := range n.Layers {
		switch o := l.Op.(type) {
		case *nn.Constant:
			own(&o.Value)
		case *nn.Affine:
			for _, p := range []**nn.Param{&o.Scale, &o.Shift} {
				if *p != nil && (first[l.Name] || !isVector(*p)) {
					own(p)
				}
			}
		case *nn.Conv:
			if first[l.Name] {
				own(&o.Weight)
				own(&o.Bias)
			}
		}
	}
	if !slices.ContainsFunc(n.Params(), func(p *nn.Param) bool { return !p.Frozen }) {
		return nil, fmt.Errorf("train: %w: it has no weights", ErrFinetune)
	}
	return n, nil
}

// isVector reports whether a parameter has one axis with more than one element.
func isVector(p *nn.Param) bool {
	axes := 0
	for _, d := range p.Shape {
		if d > 1 {
			axes++
		}
	}
	return axes == 1
}

// NewHead returns the network with another number of classes: its last convolution or linear layer, from which nothing
// but activations, pooling and reshaping leads to the output, is replaced by one for these classes, initialized as by Initialize.
// Parameters are shared with the original, which is left as it is.
func NewHead(n *nn.Network, classes int, seed uint64) (*nn.Network, error) {
	before := n.Classes()
	c := *n
	c.Layers, c.Labels, c.LabelsFrom = slices.Clone(n.Layers), nil, ""
	for v := n.Output; v != nn.Input; {
		l := &c.Layers[v-1]
		switch o := l.Op.(type) {
		case *nn.Relu, *nn.LeakyRelu, *nn.Clip, *nn.Map, *nn.Softmax, *nn.GlobalAveragePool, *nn.AveragePool, *nn.Mean:
		case *nn.Reshape:
			shape := slices.Clone(o.Shape)
			for i, d := range shape {
				if d == before {
					shape[i] = classes
				}
			}
			l.Op = &nn.Reshape{Shape: shape}
		case *nn.Linear:
			l.Op = &nn.Linear{Weight: resized(o.Weight, classes), Bias: resized(o.Bias, classes)}
			return initializedHead(&c, l, classes, seed)
		case *nn.Conv:
			if o.Groups != 1 {
				return nil, fmt.Errorf("train: new head: %w: its last layer %q is a convolution in groups", ErrFinetune, l.Name)
			}
			conv := *o
			conv.Weight, conv.Bias = resized(o.Weight, classes), resized(o.Bias, classes)
			l.Op = &conv
			return initializedHead(&c, l, classes, seed)
		default:
			return nil, fmt.Errorf("train: new head: %w: its output comes from layer %q (%s): want a linear layer or a convolution",
				ErrFinetune, l.Name, nn.OpName(l.Op))
		}
		v = l.In[0]
	}
	return nil, fmt.Errorf("train: new head: %w: it has no weights", ErrFinetune)
}

// resized returns a parameter like another with so many rows.
func resized(p *nn.Param, rows int) *nn.Param {
	if p == nil {
		return nil
	}
	shape := slices.Clone(p.Shape)
	shape[0] = rows
	return &nn.Param{Name: p.Name, Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
}

// initializedHead initializes the new last layer of a network, and checks what became of the network.
func initializedHead(n *nn.Network, l *nn.Layer, classes int, seed uint64) (*nn.Network, error) {
	Initialize(&nn.Network{Layers: []nn.Layer{*l}}, seed)
	if err := n.Validate(); err != nil || n.Classes() != classes {
		return nil, fmt.Errorf("train: new head: %w: layer %q cannot have %d outputs (%v)", ErrFinetune, l.Name, classes, err)
	}
	return n, nil
}
