package nn

import (
	"fmt"
	"math"
	"slices"
)

// rebuild makes a derived network layer by layer and keeps track of where the old values went.
type rebuild struct {
	net   Network
	moved []Value         // old value -> new value
	names map[string]bool // of parameters, old and new
}

func (n *Network) rebuild() *rebuild {
	r := &rebuild{net: *n, moved: make([]Value, 1, len(n.Layers)+1), names: map[string]bool{}}
	r.net.Layers = nil
	for _, p := range n.Params() {
		r.names[p.Name] = true
	}
	return r
}

// add appends a layer that reads values of the new network.
func (r *rebuild) add(name string, op Op, in ...Value) Value {
	r.net.Layers = append(r.net.Layers, Layer{name, op, in})
	return Value(len(r.net.Layers))
}

// keep appends an old layer unchanged.
func (r *rebuild) keep(l Layer) Value {
	in := slices.Clone(l.In)
	for i, v := range in {
		in[i] = r.moved[v]
	}
	return r.add(l.Name, l.Op, in...)
}

// done returns the network, whose output is where the old output went.
func (r *rebuild) done(output Value) *Network {
	r.net.Output = r.moved[output]
	return &r.net
}

// param makes a parameter whose name no other has.
func (r *rebuild) param(name string, shape []int, data []float32) *Param {
	unique := name
	for i := 2; r.names[unique]; i++ {
		unique = fmt.Sprintf("%s_%d", name, i)
	}
	r.names[unique] = true
	return &Param{Name: unique, Shape: shape, Data: data}
}

// readers counts how often each value is read; the output of the network counts as a reader.
func (n *Network) readers() []int {
	count := make([]int, len(n.Layers)+1)
	for _, l := range n.Layers {
		for _, v := range l.In {
			count[v]++
		}
	}
	count[n.Output]++
	return count
}

// Fold returns a network for evaluation: each BatchNorm, and each Affine with one element per output or for all, is
// worked into the Conv or Linear before it where nothing else reads that layer's value. A BatchNorm that cannot be
// worked in becomes an Affine. The original must be valid and is left as it is; parameters that do not change are
// shared with it.
func (n *Network) Fold() *Network {
	shapes, err := n.Shapes()
	if err != nil {
		return n
	}
	readers := n.readers()
	r := n.rebuild()
	for i, l := range n.Layers {
		v := r.keep(l)
		r.moved = append(r.moved, v)
		scale, shift, ok := l.constants(shapes[i+1])
		if !ok {
			continue
		}
		if before := r.before(l, readers); before != nil && before.fold(r, scale, shift, len(shapes[i+1])) {
			r.net.Layers = r.net.Layers[:len(r.net.Layers)-1]
			r.moved[i+1] = r.moved[l.In[0]]
			continue
		}
		if _, ok := l.Op.(*BatchNorm); ok {
			r.net.Layers[v-1].Op = &Affine{
				r.param(l.Name+".scale", []int{len(scale.data)}, narrow(scale.data)),
				r.param(l.Name+".shift", []int{len(shift.data)}, narrow(shift.data)),
			}
		}
	}
	return r.done(n.Output)
}

// before returns the new layer whose value l, and only l, reads.
func (r *rebuild) before(l Layer, readers []int) *Layer {
	v := r.moved[l.In[0]]
	if v == Input || readers[l.In[0]] != 1 {
		return nil
	}
	return &r.net.Layers[v-1]
}

// spanning is numbers along the axes from first up to last of a value.
type spanning struct {
	data        []float64
	first, last int
}

// along reports whether there is one number for all, or one for each place along the axis.
func (s spanning) along(axis int) bool {
	return len(s.data) == 1 || s.first == axis && s.last == axis+1
}

// constants returns a BatchNorm or Affine on a value of shape s as x·scale + shift.
func (l Layer) constants(s Shape) (scale, shift spanning, ok bool) {
	switch o := l.Op.(type) {
	case *BatchNorm:
		a, b := make([]float64, len(o.Scale.Data)), make([]float64, len(o.Scale.Data))
		for c := range a {
			a[c] = float64(o.Scale.Data[c]) / math.Sqrt(float64(o.Variance.Data[c])+float64(o.Epsilon))
			b[c] = float64(o.Shift.Data[c]) - float64(o.Mean.Data[c])*a[c]
		}
		return spanning{a, 0, 1}, spanning{b, 0, 1}, true
	case *Affine:
		return widen(o.Scale, 1, s), widen(o.Shift, 0, s), true
	}
	return scale, shift, false
}

// widen returns a parameter's elements, or the one that stands for a parameter that is nil.
func widen(p *Param, absent float64, s Shape) spanning {
	if p == nil {
		return spanning{data: []float64{absent}}
	}
	wide := make([]float64, len(p.Data))
	for i, x := range p.Data {
		wide[i] = float64(x)
	}
	first, last, _ := p.Span(s)
	if last-first == len(s) && len(s) > 0 { // dimensions of 1 do not count
		for first < last-1 && s[first] == 1 {
			first++
		}
		for last > first+1 && s[last-1] == 1 {
			last--
		}
	}
	return spanning{wide, first, last}
}

func narrow(x []float64) []float32 {
	n := make([]float32, len(x))
	for i := range x {
		n[i] = float32(x[i])
	}
	return n
}

// fold works x·scale + shift into a Conv or Linear of the new network, or does nothing and returns false.
func (l *Layer) fold(r *rebuild, scale, shift spanning, rank int) bool {
	var weight, bias *Param
	axis := 0 // of the outputs
	switch o := l.Op.(type) {
	case *Conv:
		weight, bias = o.Weight, o.Bias
	case *Linear:
		weight, bias, axis = o.Weight, o.Bias, rank-1
	default:
		return false
	}
	if !scale.along(axis) || !shift.along(axis) {
		return false
	}
	outputs := weight.Shape[0]
	weights, biases := make([]float32, len(weight.Data)), make([]float32, outputs)
	row := len(weights) / outputs
	for k := range outputs {
		a, b := scale.data[k%len(scale.data)], shift.data[k%len(shift.data)]
		for j := k * row; j < (k+1)*row; j++ {
			weights[j] = float32(float64(weight.Data[j]) * a)
		}
		if bias != nil {
			b += float64(bias.Data[k]) * a
		}
		biases[k] = float32(b)
	}
	newWeight := r.param(l.Name+".folded.weight", weight.Shape, weights)
	newBias := r.param(l.Name+".folded.bias", []int{outputs}, biases)
	switch o := l.Op.(type) {
	case *Conv:
		c := *o
		c.Weight, c.Bias = newWeight, newBias
		l.Op = &c
	case *Linear:
		l.Op = &Linear{newWeight, newBias}
	}
	return true
}

// Logits returns the network without the Softmax at its end, if it has one, so that its output is what goes into the
// cross-entropy. Reshapes after the Softmax stay. The original must be valid and is left as it is; parameters are
// shared with it.
func (n *Network) Logits() *Network {
	shapes, err := n.Shapes()
	if err != nil {
		return n
	}
	readers := n.readers()
	v := n.Output
	for v != Input && readers[v] == 1 {
		l := n.Layers[v-1]
		switch o := l.Op.(type) {
		case *Reshape:
			v = l.In[0]
			continue
		case *Softmax:
			// Over an axis that is not all of the output it is not the distribution over the classes.
			if shapes[v][o.Axis] == shapes[v].Size() {
				return n.without(v)
			}
		}
		break
	}
	return n
}

// without returns the network in which the readers of a value read instead what the value's layer reads.
func (n *Network) without(v Value) *Network {
	r := n.rebuild()
	for i, l := range n.Layers {
		if Value(i+1) == v {
			r.moved = append(r.moved, r.moved[l.In[0]])
		} else {
			r.moved = append(r.moved, r.keep(l))
		}
	}
	return r.done(n.Output)
}

// Normalized returns a network that takes pixels in [0,1], in the order R, G, B, and does the preprocessing that the
// original wants itself: x·scale, minus mean, divided by std, and then, where bgr is set, the channels in reverse
// order. mean and std are therefore in the units of x·scale and in the order R, G, B whatever bgr is. Each has one
// element per channel, or one for all, or none (0 and 1). The preprocessing is a 1×1 Conv, so that gradients reach the
// pixels and a bound on them is one on pixels; training leaves it as it is.
//
// The original is left as it is; parameters are shared with it. Where mean or std have another length or a std is 0,
// Validate and Shapes of the result say so.
func (n *Network) Normalized(mean, std []float32, scale float32, bgr bool) *Network {
	channels := 0
	if len(n.Image) > 0 {
		channels = max(n.Image[0], 0)
	}
	r := n.rebuild()
	weight, bias := make([]float32, channels*channels), make([]float32, channels)
	m, okMean := spread(mean, 0, channels)
	s, okStd := spread(std, 1, channels)
	for c := range channels {
		to := c
		if bgr {
			to = channels - 1 - c
		}
		weight[to*channels+c] = float32(float64(scale) / s[c])
		bias[to] = float32(-m[c] / s[c])
	}
	if !okMean || !okStd {
		bias = append(bias, 0) // a mistake that Shapes reports
	}
	w, b := r.param("preprocess.weight", []int{channels, channels, 1, 1}, weight), r.param("preprocess.bias", []int{len(bias)}, bias)
	w.Frozen, b.Frozen = true, true
	v := r.add(r.layerName(n, "preprocess"), &Conv{
		Weight:   w,
		Bias:     b,
		Stride:   [2]int{1, 1},
		Dilation: [2]int{1, 1},
		Groups:   1,
	}, Input)
	r.moved[Input] = v
	for _, l := range n.Layers {
		r.moved = append(r.moved, r.keep(l))
	}
	return r.done(n.Output)
}

// spread returns one element per channel, and whether x fits.
func spread(x []float32, absent float64, channels int) ([]float64, bool) {
	wide := make([]float64, channels)
	for c := range wide {
		switch len(x) {
		case 0:
			wide[c] = absent
		case 1:
			wide[c] = float64(x[0])
		case channels:
			wide[c] = float64(x[c])
		default:
			wide[c] = 1
		}
	}
	return wide, len(x) <= 1 || len(x) == channels
}

// layerName returns the name, or one made from it, that no layer of n has.
func (r *rebuild) layerName(n *Network, name string) string {
	unique := name
	for i := 2; ; i++ {
		taken := false
		for _, l := range n.Layers {
			taken = taken || l.Name == unique
		}
		if !taken {
			return unique
		}
		unique = fmt.Sprintf("%s_%d", name, i)
	}
}

// Needed reports of each value, the input first, whether the output depends on it.
func (n *Network) Needed() []bool {
	needed := make([]bool, len(n.Layers)+1)
	needed[n.Output] = true
	for i := len(n.Layers) - 1; i >= 0; i-- {
		for _, v := range n.Layers[i].In {
			needed[v] = needed[v] || needed[i+1]
		}
	}
	return needed
}

// Pruned returns the network without the layers that its output does not depend on.
func (n *Network) Pruned() *Network {
	needed, r := n.Needed(), n.rebuild()
	for i, l := range n.Layers {
		if needed[i+1] {
			r.moved = append(r.moved, r.keep(l))
		} else {
			r.moved = append(r.moved, Input)
		}
	}
	return r.done(n.Output)
}
