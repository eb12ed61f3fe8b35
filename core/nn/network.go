package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Value numbers a tensor of the network: 0 is the input and i+1 is what Layers[i] makes.
type Value int

// Input is the value that enters the network.
const Input Value = 0

// Layer is one operation, reading earlier values and making one new value.
type Layer struct {
	Name string // unique within the network; used in messages
	Op   Op
	In   []Value
}

// Network is a directed acyclic graph of layers in an order in which each layer reads only earlier values.
// Its batch dimension is free: every shape is that of one image.
type Network struct {
	Name   string
	Image  Shape // shape of the input, {C, H, W} for images
	Layers []Layer
	Output Value
	Labels []string // class names, when they are known

	// LabelsFrom says where a file that was read has its Labels: "metadata property \"names\"".
	LabelsFrom string
	// Bytes says that the file which the network came from takes bytes, 0 to 255. The network itself takes pixels in [0,1], as
	// every other, and multiplies them.
	Bytes bool
	// Notes says what else the network does to an image because of how that file takes images, in the form of clauses.
	Notes []string

	// LogProbabilities says that the output is the logarithm of a probability for each class, and these need not sum to 1.
	LogProbabilities bool
}

// Shapes returns the shape of every value, the input's first, or an error that names the layer it fails at.
func (n *Network) Shapes() ([]Shape, error) {
	if err := n.Image.Check(); err != nil {
		return nil, fmt.Errorf("nn: input: %w", err)
	}
	shapes := make([]Shape, 1, len(n.Layers)+1)
	shapes[0] = n.Image
	for i, l := range n.Layers {
		if l.Op == nil {
			return nil, fmt.Errorf("nn: layer %q: has no operation", l.Name)
		}
		in := make([]Shape, len(l.In))
		for j, v := range l.In {
			if v < 0 || int(v) > i {
				return nil, fmt.Errorf("nn: layer %q: reads value %d, which is not made before it", l.Name, v)
			}
			in[j] = shapes[v]
		}
		s, err := l.Op.infer(in)
		if err != nil {
			return nil, fmt.Errorf("nn: layer %q: %w", l.Name, err)
		}
		shapes = append(shapes, s)
	}
	if n.Output < 0 || int(n.Output) >= len(shapes) {
		return nil, fmt.Errorf("nn: output is value %d, which no layer makes", n.Output)
	}
	return shapes, nil
}

// params returns the parameters of an operation in a fixed order, without those that are nil.
// The running statistics of a BatchNorm come last.
func params(o Op) []*Param {
	var all []*Param
	switch o := o.(type) {
	case *Conv:
		all = []*Param{o.Weight, o.Bias}
	case *Linear:
		all = []*Param{o.Weight, o.Bias}
	case *BatchNorm:
		all = []*Param{o.Scale, o.Shift, o.Mean, o.Variance}
	case *Affine:
		all = []*Param{o.Scale, o.Shift}
	case *LayerNorm:
		all = []*Param{o.Scale, o.Shift}
	case *Constant:
		all = []*Param{o.Value}
	}
	there := all[:0]
	for _, p := range all {
		if p != nil {
			there = append(there, p)
		}
	}
	return there
}

// Params returns every parameter once, running statistics included, in the order of the layers that first use them.
func (n *Network) Params() []*Param {
	seen := map[*Param]bool{}
	var all []*Param
	for _, l := range n.Layers {
		for _, p := range params(l.Op) {
			if !seen[p] {
				seen[p] = true
				all = append(all, p)
			}
		}
	}
	return all
}

// ParamCount returns the number of trained parameters: the elements of all but running statistics.
func (n *Network) ParamCount() int {
	statistics := map[*Param]bool{}
	for _, l := range n.Layers {
		if b, ok := l.Op.(*BatchNorm); ok {
			statistics[b.Mean], statistics[b.Variance] = true, true
		}
	}
	count := 0
	for _, p := range n.Params() {
		if !statistics[p] {
			count += len(p.Data)
		}
	}
	return count
}

// MACs returns the number of multiply-adds of the convolutions and matrix products for one image; the other layers are not
// counted. It is 0 for a network whose Shapes fail and stays at the largest int64 where the number would overflow.
func (n *Network) MACs() int64 {
	shapes, err := n.Shapes()
	if err != nil {
		return 0
	}
	total := int64(0)
	for i, l := range n.Layers {
		layer := int64(0)
		switch o := l.Op.(type) {
		case *Conv: // an output element reads one filter; both factors are below 2^31
			layer = int64(shapes[i+1].Size()) * int64(Shape(o.Weight.Shape[1:]).Size())
		case *Linear: // an output element reads one row
			layer = int64(shapes[i+1].Size()) * int64(o.Weight.Shape[1])
		case *MatMul:
			a := shapes[l.In[0]]
			layer = int64(shapes[i+1].Size()) * int64(a[len(a)-1])
		}
		if layer > math.MaxInt64-total {
			return math.MaxInt64
		}
		total += layer
	}
	return total
}

// Classes returns the number of elements of the output, 0 for a network whose Shapes fail.
func (n *Network) Classes() int {
	shapes, err := n.Shapes()
	if err != nil {
		return 0
	}
	return shapes[n.Output].Size()
}

// Validate returns an error unless the network is whole: every layer fits its inputs, names of layers are there and unique,
// names of parameters are unique where they are there, parameters are finite, and there are as many labels as classes
// (or none).
func (n *Network) Validate() error {
	if n == nil {
		return errors.New("nn: network is nil")
	}
	shapes, err := n.Shapes()
	if err != nil {
		return err
	}
	layers := map[string]bool{}
	for i, l := range n.Layers {
		switch {
		case l.Name == "":
			return fmt.Errorf("nn: layer %d (%s) has no name", i, OpName(l.Op))
		case layers[l.Name]:
			return fmt.Errorf("nn: layer %q: two layers have this name, want unique ones", l.Name)
		}
		layers[l.Name] = true
	}
	named := map[string]bool{}
	for _, p := range n.Params() {
		if p.Name != "" && named[p.Name] {
			return fmt.Errorf("nn: parameter %q: two parameters have this name, want unique ones", p.Name)
		}
		named[p.Name] = true
		if allFinite(p.Data) {
			continue
		}
		for i, x := range p.Data {
			if !finite(x) {
				return fmt.Errorf("nn: parameter %q: element %d is %v, want a finite number", p.Name, i, x)
			}
		}
	}
	if classes := shapes[n.Output].Size(); len(n.Labels) != 0 && len(n.Labels) != classes {
		return fmt.Errorf("nn: there are %d labels for %d classes, want as many or none", len(n.Labels), classes)
	}
	return nil
}

// OpName returns the name of an operation's type, for messages: "Conv".
func OpName(o Op) string {
	name := fmt.Sprintf("%T", o)
	return name[len("*nn."):]
}

// Clone returns a copy that shares nothing with the network. Parameters that several layers share stay shared.
func (n *Network) Clone() *Network {
	copies := map[*Param]*Param{}
	c := n.with(func(p *Param) *Param {
		if copies[p] == nil {
			q := *p
			q.Shape, q.Data = append([]int(nil), p.Shape...), append([]float32(nil), p.Data...)
			copies[p] = &q
		}
		return copies[p]
	})
	c.Image = append(Shape(nil), n.Image...)
	c.Labels = append([]string(nil), n.Labels...)
	c.Notes = append([]string(nil), n.Notes...)
	return c
}

// with returns a copy of the network whose parameters are those that f returns for the old ones.
func (n *Network) with(f func(*Param) *Param) *Network {
	c := *n
	c.Layers = make([]Layer, len(n.Layers))
	for i, l := range n.Layers {
		c.Layers[i] = Layer{l.Name, copyOp(l.Op, f), append([]Value(nil), l.In...)}
	}
	return &c
}

// copyOp returns a copy of an operation with the parameters that f returns; a nil parameter stays nil.
func copyOp(o Op, f func(*Param) *Param) Op {
	g := func(p *Param) *Param {
		if p == nil {
			return nil
		}
		return f(p)
	}
	switch o := o.(type) {
	case *Conv:
		c := *o
		c.Weight, c.Bias = g(o.Weight), g(o.Bias)
		return &c
	case *Linear:
		return &Linear{g(o.Weight), g(o.Bias)}
	case *BatchNorm:
		c := *o
		c.Scale, c.Shift, c.Mean, c.Variance = g(o.Scale), g(o.Shift), g(o.Mean), g(o.Variance)
		return &c
	case *Affine:
		return &Affine{g(o.Scale), g(o.Shift)}
	case *LayerNorm:
		c := *o
		c.Scale, c.Shift = g(o.Scale), g(o.Shift)
		return &c
	case *Constant:
		return &Constant{g(o.Value)}
	case *Map:
		c := *o
		return &c
	case *Mean:
		c := *o
		return &c
	case *Transpose:
		return &Transpose{slices.Clone(o.Perm)}
	case *Slice:
		return &Slice{slices.Clone(o.Start), slices.Clone(o.Step), slices.Clone(o.Shape)}
	case *Pad:
		return &Pad{slices.Clone(o.Before), slices.Clone(o.After), o.Value}
	case *LeakyRelu:
		c := *o
		return &c
	case *Clip:
		c := *o
		return &c
	case *MaxPool:
		c := *o
		return &c
	case *AveragePool:
		c := *o
		return &c
	case *Concat:
		c := *o
		return &c
	case *Softmax:
		c := *o
		return &c
	case *Reshape:
		return &Reshape{append(Shape(nil), o.Shape...)}
	}
	return o // without fields
}
