package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"steady/core/classnames"
	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// Description is what an ONNX file holds, whether it can be read as a network or not.
type Description struct {
	Graph     string // its name
	Producer  string // program that wrote the file, and its version
	IRVersion int64
	Opsets    []Opset
	Inputs    []ValueInfo // without initializers
	Outputs   []ValueInfo
	Operators []Operator // the most frequent first
	Metadata  []classnames.Property

	Elements   int64 // of all initializers and constants of a float type
	Elements16 int64 // of these, those that are stored in 16 bits

	Network   *nn.Network // nil if there are Problems
	Begun     *nn.Network // where Network is nil: its layers before the first problem, if it begins with an image
	Problems  []*Error    // why the file cannot be read; nodes in the order in which they run
	Unchecked int         // nodes that could not be checked because of the problems before them
}

// Opset is a set of operators and its version. The domain of ONNX's own is "ai.onnx".
type Opset struct {
	Domain  string
	Version int64
}

// ValueInfo is an input or output as the file declares it. Dims are numbers, names, or "?"; nil if there is no shape.
type ValueInfo struct {
	Name string
	Type string // of the elements, as in onnx.proto: "FLOAT"; "" if the value is no tensor
	Dims []string
}

// Operator is how often an operator occurs, and in how many nodes of these it cannot be read.
type Operator struct {
	Domain      string // "" for ONNX's own
	Name        string
	Nodes       int
	Unneeded    int // nodes that the output does not depend on, which are ignored
	Unchecked   int
	Unsupported int
	Reasons     []string // why they are not supported, each once
}

// Describe returns what an ONNX file holds. It fails, with an *Error, only where the bytes are no ONNX model.
func Describe(b []byte) (*Description, error) { return Options{}.Describe(b) }

// Describe is the function Describe with options.
func (o Options) Describe(b []byte) (*Description, error) {
	p, err := onnxpb.Decode(b)
	if err != nil {
		return nil, &Error{Field: "file", Err: err}
	}
	g := p.Graph
	if g == nil {
		return nil, errorf("graph", "there is none, want an ONNX model")
	}
	d := &Description{Graph: g.Name, Producer: p.Producer, IRVersion: p.IRVersion, Metadata: properties(p)}
	if p.ProducerVersion != "" && p.Producer != "" {
		d.Producer += " " + p.ProducerVersion
	}
	for _, s := range p.Opsets {
		if isStandardDomain(s.Domain) {
			s.Domain = "ai.onnx"
		}
		d.Opsets = append(d.Opsets, Opset{s.Domain, s.Version})
	}
	initializers := map[string]bool{}
	for _, t := range g.Initializers {
		initializers[t.Name] = true
		d.count(t)
	}
	for _, n := range g.Nodes {
		for _, a := range n.Attributes {
			if n.Op == "Constant" && a.Tensor != nil {
				d.count(a.Tensor)
			}
		}
	}
	for _, v := range g.Inputs {
		if !initializers[v.Name] {
			d.Inputs = append(d.Inputs, describeValue(v))
		}
	}
	for _, v := range g.Outputs {
		d.Outputs = append(d.Outputs, describeValue(v))
	}
	diagnosis := newDiagnosis(g)
	if d.Network, err = o.build(p, len(b), diagnosis); err != nil {
		if e, ok := errors.AsType[*Error](err); ok && !slices.Contains(diagnosis.problems, e) {
			diagnosis.problems = append(diagnosis.problems, e)
		}
		d.Network, d.Begun, d.Problems = nil, diagnosis.begun(), diagnosis.problems
	}
	d.Unchecked = len(diagnosis.unchecked)
	d.Operators = describeOperators(g, diagnosis)
	return d, nil
}

// count adds the elements of a tensor of a float type.
func (d *Description) count(t *onnxpb.Tensor) {
	if n, err := elementCount(t); err == nil && t.DataType.IsFloat() {
		d.Elements += int64(n)
		if elementBytes(t.DataType) == 2 {
			d.Elements16 += int64(n)
		}
	}
}

func describeValue(v *onnxpb.ValueInfo) ValueInfo {
	info := ValueInfo{Name: v.Name}
	if !v.IsTensor {
		return info
	}
	info.Type = v.ElemType.String()
	if v.HasShape {
		info.Dims = []string{}
	}
	for _, d := range v.Dims {
		s := d.Param
		if s == "" {
			s = "?"
			if d.Value > 0 {
				s = strconv.FormatInt(d.Value, 10)
			}
		}
		info.Dims = append(info.Dims, s)
	}
	return info
}

// describeOperators counts the operators of a graph.
func describeOperators(g *onnxpb.Graph, d *diagnosis) []Operator {
	type key struct{ domain, name string }
	found := map[key]*Operator{}
	var order []*Operator
	for i, p := range g.Nodes {
		k := key{p.Domain, p.Op}
		if isStandardDomain(p.Domain) {
			k.domain = ""
		}
		o := found[k]
		if o == nil {
			o = &Operator{Domain: k.domain, Name: k.name}
			found[k] = o
			order = append(order, o)
		}
		o.Nodes++
		switch e := d.nodeError(p, i); {
		case e != nil:
			o.Unsupported++
			if reason := e.Reason(); !slices.Contains(o.Reasons, reason) {
				o.Reasons = append(o.Reasons, reason)
			}
		case d.unchecked[i]:
			o.Unchecked++
		case !d.isNeeded(i):
			o.Unneeded++
		}
	}
	slices.SortStableFunc(order, func(a, b *Operator) int { return cmp.Compare(b.Nodes, a.Nodes) })
	list := make([]Operator, len(order))
	for i, o := range order {
		list[i] = *o
	}
	return list
}

// nodeError returns what is wrong with node i, or nil. If the nodes could not be put in order, it is what can be said of
// the node by itself.
func (d *diagnosis) nodeError(p *onnxpb.Node, i int) *Error {
	if d.needed != nil {
		return d.faulty[i]
	}
	n := &node{Node: p, title: nodeTitle(p, i)}
	n.checkOperator()
	e, _ := errors.AsType[*Error](n.err)
	return e
}

// isNeeded reports whether the output depends on node i, as far as that is known.
func (d *diagnosis) isNeeded(i int) bool { return d.needed == nil || d.needed[i] }

// Reason returns what is wrong without the place, for a list of operators.
func (e *Error) Reason() string {
	_, external := errors.AsType[*externalError](e.Err) // the same for all of a file's tensors
	switch {
	case errors.Is(e.Err, errUnsupported):
		return "not supported"
	case e.Field == "" || external:
		return e.Err.Error()
	}
	return fmt.Sprintf("%s %s", e.Field, e.Err)
}
