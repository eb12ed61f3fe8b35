package onnx

import (
	"slices"

	"steady/core/onnx/internal/onnxpb"
)

// use is what the first nodes of a graph say of its input.
type use struct {
	layout   Layout // what nodes that work on channels say, or else a Transpose; "" if none does, or they contradict each other
	channels int    // that the weights of a first convolution or normalization have, else 0
}

// useFinder follows the input through nodes that keep or permute its axes.
type useFinder struct {
	readers map[string][]*onnxpb.Node
	tensors map[string]*onnxpb.Tensor
	makers  map[string]*onnxpb.Node
	seen    map[string]bool
	rank    int

	strong, weak map[Layout]bool // of nodes that work on channels, of transpositions
	channels     map[int]bool
}

// findUse returns what a graph says of its input of so many dimensions.
func findUse(g *onnxpb.Graph, input string, rank int) use {
	f := useFinder{readers: map[string][]*onnxpb.Node{}, tensors: map[string]*onnxpb.Tensor{}, makers: map[string]*onnxpb.Node{},
		seen: map[string]bool{}, rank: rank, strong: map[Layout]bool{}, weak: map[Layout]bool{}, channels: map[int]bool{}}
	for _, t := range g.Initializers {
		f.tensors[t.Name] = t
	}
	for _, n := range g.Nodes {
		for i, name := range n.Inputs {
			if !slices.Contains(n.Inputs[:i], name) {
				f.readers[name] = append(f.readers[name], n)
			}
		}
		for _, name := range n.Outputs {
			f.makers[name] = n
		}
	}
	order := make([]int, rank)
	for i := range order {
		order[i] = i
	}
	f.follow(input, order)
	u := use{}
	votes := f.strong
	if len(votes) == 0 {
		votes = f.weak
	}
	for layout := range votes {
		if len(votes) == 1 {
			u.layout = layout
		}
	}
	for c := range f.channels {
		if len(f.channels) == 1 && u.layout != "" {
			u.channels = c
		}
	}
	return u
}

// follow looks at the nodes that read a value, whose axis i is the input's axis order[i], or none if that is -1.
func (f *useFinder) follow(value string, order []int) {
	if f.seen[value] || len(f.seen) >= maxUse {
		return
	}
	f.seen[value] = true
	for _, n := range f.readers[value] {
		if len(n.Outputs) == 0 {
			continue
		}
		switch n.Op {
		case "Add", "Cast", "Clip", "DequantizeLinear", "Div", "Identity", "Mul", "Neg", "Pad", "QuantizeLinear", "Resize", "Sub":
			f.follow(n.Outputs[0], order)
		case "Transpose":
			f.transpose(n, order)
		case "Unsqueeze":
			if axes := f.axes(n); len(axes) == 1 && axes[0] == 0 {
				f.follow(n.Outputs[0], append([]int{-1}, order...))
			}
		case "Conv":
			if channels := f.dim(n, 1, 1); len(n.Inputs) > 1 && n.Inputs[0] == value {
				f.vote(order, channels*int(attributeOr(n, "group", 1)))
			}
		case "BatchNormalization", "InstanceNormalization":
			f.vote(order, f.dim(n, 1, 0))
		case "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "GroupNormalization", "LRN", "MaxPool", "SpaceToDepth":
			f.vote(order, 0)
		}
	}
}

// maxUse bounds the values that are followed.
const maxUse = 64

// transpose follows a Transpose.
func (f *useFinder) transpose(n *onnxpb.Node, order []int) {
	a := findAttribute(n, "perm")
	if a == nil || len(a.Ints) != len(order) {
		return
	}
	next := make([]int, len(order))
	for i, p := range a.Ints {
		if p < 0 || p >= int64(len(order)) {
			return
		}
		next[i] = order[p]
	}
	if len(next) == 4 {
		switch {
		case slices.Equal(a.Ints, []int64{0, 3, 1, 2}):
			f.weakVote(next[1])
		case slices.Equal(a.Ints, []int64{0, 2, 3, 1}):
			f.weakVote(next[3])
		}
	}
	f.follow(n.Outputs[0], next)
}

// vote records a node whose axis 1 is the channels, of which there are so many, or an unknown number if that is 0.
func (f *useFinder) vote(order []int, channels int) {
	if len(order) != 4 {
		return
	}
	f.strong[f.layoutOf(order[1])] = true
	if channels > 0 {
		f.channels[channels] = true
	}
}

func (f *useFinder) weakVote(axis int) { f.weak[f.layoutOf(axis)] = true }

// layoutOf returns the layout in which an axis of the input is the channels, or "" if there is none.
func (f *useFinder) layoutOf(axis int) Layout {
	switch axis - (f.rank - 3) {
	case 0:
		return CHW
	case 2:
		return HWC
	}
	return ""
}

// dim returns a dimension of input i, a constant, or 0 if it is not known.
func (f *useFinder) dim(n *onnxpb.Node, i, axis int) int {
	if i >= len(n.Inputs) {
		return 0
	}
	t := f.constant(n.Inputs[i])
	if t == nil || axis >= len(t.Dims) || t.Dims[axis] < 0 || t.Dims[axis] > maxExtent {
		return 0
	}
	return int(t.Dims[axis])
}

// constant returns the initializer that a value is, but for its type and scale, or nil.
func (f *useFinder) constant(name string) *onnxpb.Tensor {
	for range 4 {
		if t := f.tensors[name]; t != nil {
			return t
		}
		n := f.makers[name]
		if n == nil {
			return nil
		}
		if a := findAttribute(n, "value"); n.Op == "Constant" && a != nil {
			return a.Tensor
		}
		if len(n.Inputs) == 0 || n.Op != "Cast" && n.Op != "DequantizeLinear" && n.Op != "Identity" && n.Op != "QuantizeLinear" {
			return nil
		}
		name = n.Inputs[0]
	}
	return nil
}

// axes returns the axis of an Unsqueeze, or nil where it is not known.
func (f *useFinder) axes(n *onnxpb.Node) []int64 {
	if a := findAttribute(n, "axes"); a != nil {
		return a.Ints
	}
	if len(n.Inputs) < 2 {
		return nil
	}
	t := f.constant(n.Inputs[1])
	if t == nil || t.External || len(t.Dims) > 1 || len(t.Dims) == 1 && t.Dims[0] != 1 {
		return nil
	}
	d, err := decodeTensor(t)
	if err != nil {
		return nil
	}
	return d.ints
}

// findAttribute returns an attribute, or nil.
func findAttribute(n *onnxpb.Node, name string) *onnxpb.Attribute {
	for _, a := range n.Attributes {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// attributeOr returns an attribute that is an integer, or what it is where it is absent.
func attributeOr(n *onnxpb.Node, name string, absent int64) int64 {
	if a := findAttribute(n, name); a != nil && a.Type == onnxpb.AttributeInt && a.Int > 0 && a.Int <= maxExtent {
		return a.Int
	}
	return absent
}
