package main

import (
	"encoding/binary"
	"fmt"
	"math"

	"steady/core/nn"
)

// graph describes a network for page.js, which builds it from TensorFlow.js's layers.
type graph struct {
	Image   []int  `json:"image"`
	Classes int    `json:"classes"`
	Layers  []node `json:"layers"`
	Output  int    `json:"output"`
	weights []byte // little-endian float32
}

// node is a layer. Values are numbered as in package nn: 0 is the input.
type node struct {
	Op     string  `json:"op"`
	In     []int   `json:"in"`
	Weight *tensor `json:"weight,omitempty"`
	Bias   *tensor `json:"bias,omitempty"`
	Stride [2]int  `json:"stride"`
	Pads   [4]int  `json:"pads"`
	Kernel [2]int  `json:"kernel"`
	Scale  *tensor `json:"scale,omitempty"`
	Shape  []int   `json:"shape,omitempty"`
	Min    float32 `json:"min"`
	Max    float32 `json:"max"`
}

// tensor is a part of the weights.
type tensor struct {
	Shape  []int `json:"shape"`
	Offset int   `json:"offset"` // in elements
}

func describe(n *nn.Network) (*graph, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	g := &graph{Image: n.Image, Classes: shapes[n.Output].Size(), Output: int(n.Output)}
	for i, l := range n.Layers {
		d := node{}
		for _, v := range l.In {
			d.In = append(d.In, int(v))
		}
		switch o := l.Op.(type) {
		case *nn.Conv:
			if o.Dilation != [2]int{1, 1} {
				return nil, fmt.Errorf("layer %q: dilation is not translated", l.Name)
			}
			if d.Op = "conv"; o.Groups != 1 {
				if d.Op = "depthwise"; o.Groups != o.Weight.Shape[0] || o.Weight.Shape[1] != 1 {
					return nil, fmt.Errorf("layer %q: %d groups are not translated, valid: 1 or one for each channel", l.Name, o.Groups)
				}
			}
			d.Stride, d.Pads, d.Weight, d.Bias = o.Stride, o.Pads, g.add(o.Weight), g.add(o.Bias)
		case *nn.Linear:
			d.Op, d.Weight, d.Bias = "linear", g.add(o.Weight), g.add(o.Bias)
		case *nn.Affine:
			d.Op, d.Scale, d.Bias = "affine", g.add(o.Scale), g.add(o.Shift)
		case *nn.MaxPool:
			d.Op, d.Stride, d.Pads, d.Kernel = "maxpool", o.Stride, o.Pads, o.Kernel
		case *nn.Relu:
			d.Op = "relu"
		case *nn.Clip:
			d.Op, d.Min, d.Max = "clip", o.Min, o.Max
		case *nn.Add:
			d.Op = "add"
		case *nn.Concat:
			d.Op = "concat"
		case *nn.GlobalAveragePool:
			d.Op = "mean"
		case *nn.Reshape:
			d.Op, d.Shape = "reshape", shapes[i+1]
		default:
			return nil, fmt.Errorf("layer %q: %T is not translated", l.Name, l.Op)
		}
		g.Layers = append(g.Layers, d)
	}
	return g, nil
}

func (g *graph) add(p *nn.Param) *tensor {
	if p == nil {
		return nil
	}
	t := &tensor{Shape: p.Shape, Offset: len(g.weights) / 4}
	for _, v := range p.Data {
		g.weights = binary.LittleEndian.AppendUint32(g.weights, math.Float32bits(v))
	}
	return t
}
