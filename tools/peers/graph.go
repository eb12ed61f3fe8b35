package main

import (
	"encoding/binary"
	"fmt"
	"math"

	"steady/core/net"
)

// graph describes a network for page.js, which builds it from TensorFlow.js's layers.
type graph struct {
	Image   []int  `json:"image"`
	Classes int    `json:"classes"`
	Layers  []node `json:"layers"`
	Output  int    `json:"output"`
	weights []byte // little-endian float32
}

// node is a layer. Values are numbered as in package net: 0 is the input.
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
}

// tensor is a part of the weights.
type tensor struct {
	Shape  []int `json:"shape"`
	Offset int   `json:"offset"` // in elements
}

func describe(n *net.Network) (*graph, error) {
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
		case *net.Conv:
			if o.Groups != 1 || o.Dilation != [2]int{1, 1} {
				return nil, fmt.Errorf("layer %q: groups and dilation are not translated", l.Name)
			}
			d.Op, d.Stride, d.Pads, d.Weight, d.Bias = "conv", o.Stride, o.Pads, g.add(o.Weight), g.add(o.Bias)
		case *net.Linear:
			d.Op, d.Weight, d.Bias = "linear", g.add(o.Weight), g.add(o.Bias)
		case *net.Affine:
			d.Op, d.Scale, d.Bias = "affine", g.add(o.Scale), g.add(o.Shift)
		case *net.MaxPool:
			d.Op, d.Stride, d.Pads, d.Kernel = "maxpool", o.Stride, o.Pads, o.Kernel
		case *net.Relu:
			d.Op = "relu"
		case *net.Add:
			d.Op = "add"
		case *net.Concat:
			d.Op = "concat"
		case *net.GlobalAveragePool:
			d.Op = "mean"
		case *net.Reshape:
			d.Op, d.Shape = "reshape", shapes[i+1]
		default:
			return nil, fmt.Errorf("layer %q: %T is not translated", l.Name, l.Op)
		}
		g.Layers = append(g.Layers, d)
	}
	return g, nil
}

func (g *graph) add(p *net.Param) *tensor {
	if p == nil {
		return nil
	}
	t := &tensor{Shape: p.Shape, Offset: len(g.weights) / 4}
	for _, v := range p.Data {
		g.weights = binary.LittleEndian.AppendUint32(g.weights, math.Float32bits(v))
	}
	return t
}
