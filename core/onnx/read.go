package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// Operator sets that can be read.
const (
	oldestOpset = 7
	newestOpset = 21
)

// labelsKey is the metadata property that holds the class names.
const labelsKey = "classes"

// Read gives the network that the bytes of an ONNX file describe, or an *Error. The network shares no memory with b
// and passes net's Validate.
func Read(b []byte) (*nn.Network, error) {
	model, err := onnxpb.Decode(b)
	if err != nil {
		return nil, &Error{Field: "file", Err: err}
	}
	return build(model, len(b))
}

// build returns the network of a file of the given size.
func build(p *onnxpb.Model, size int) (*nn.Network, error) {
	opset, err := opsetVersion(p)
	if err != nil {
		return nil, err
	}
	g := p.Graph
	switch {
	case g == nil:
		return nil, bad("graph", "there is none, want an ONNX model")
	case len(g.Outputs) != 1:
		return nil, bad("graph.output", "there are %d outputs, want 1: the class scores", len(g.Outputs))
	case g.Sparse:
		return nil, bad("graph.sparse_initializer", "sparse tensors are not supported, want dense ones")
	}
	r := &reader{
		opset:     opset,
		budget:    3*int64(size) + 1<<20,
		output:    g.Outputs[0].Name,
		net:       &nn.Network{Name: g.Name},
		values:    map[string]placed{},
		constants: map[string]*constant{},
		params:    map[paramKey]*nn.Param{},
		lent:      map[*float32]bool{},
		taken:     names{},
		layers:    names{},
	}
	if err := r.begin(g); err != nil {
		return nil, err
	}
	order, err := sorted(g, r.outside())
	if err != nil {
		return nil, err
	}
	for _, i := range order {
		if err := r.node(g.Nodes[i], i); err != nil {
			return nil, err
		}
	}
	output := g.Outputs[0].Name
	v, ok := r.values[output]
	if !ok {
		return nil, bad("graph.output", "%q is a constant or only wanted in training, want a value made from the input",
			onnxpb.Abbreviate(output))
	}
	if v.axis > 0 || v.joined() {
		return nil, bad("graph.output", "%q has shape %v, want the batch N as the first dimension", onnxpb.Abbreviate(output),
			given(r.full(v)))
	}
	end := &node{Node: &onnxpb.Node{}, r: r, title: output}
	r.net.Output = end.oneImage(v).Value
	if end.err != nil {
		return nil, end.err
	}
	v.Value = r.net.Output
	classes := r.shapes[v.Value].Size()
	joinAffines(r.net)
	fuse(r.net)
	if err := readLabels(r.net, p, classes); err != nil {
		return nil, err
	}
	if err := r.net.Validate(); err != nil {
		return nil, &Error{Err: err}
	}
	return r.net, nil
}

// opsetVersion returns the version of the operator set.
func opsetVersion(p *onnxpb.Model) (int64, error) {
	for _, o := range p.Opsets {
		if !standard(o.Domain) {
			continue
		}
		if o.Version < oldestOpset || o.Version > newestOpset {
			return 0, bad("opset_import", "operator set is %d, want %d to %d", o.Version, oldestOpset, newestOpset)
		}
		return o.Version, nil
	}
	return 0, bad("opset_import", "no version of the ONNX operator set is given, want %d to %d; is this an ONNX model?",
		oldestOpset, newestOpset)
}

// standard tells whether a domain is that of the ONNX operators.
func standard(domain string) bool { return domain == "" || domain == "ai.onnx" }

// readLabels reads the class names.
func readLabels(n *nn.Network, p *onnxpb.Model, classes int) error {
	for _, e := range p.Metadata {
		if e.Key != labelsKey {
			continue
		}
		var labels []string
		if json.Unmarshal([]byte(e.Value), &labels) != nil {
			continue // another program's property
		}
		if len(labels) != classes {
			return bad("metadata_props."+labelsKey, "has %d names, want %d: one per class", len(labels), classes)
		}
		n.Labels = labels
	}
	return nil
}

// reader builds a network node by node.
type reader struct {
	opset     int64
	budget    int64 // elements that may still be allocated
	batch     int64 // the batch dimension that the file gives, 0 when it is free
	output    string
	net       *nn.Network
	shapes    []nn.Shape
	values    map[string]placed    // by ONNX name
	constants map[string]*constant // by ONNX name
	params    map[paramKey]*nn.Param
	lent      map[*float32]bool // first elements of the data of params
	taken     names             // of parameters
	layers    names
}

// constant is decoded when it is first wanted.
type constant struct {
	proto  *onnxpb.Tensor
	tensor *tensor
}

// spend counts elements that are about to be allocated.
func (r *reader) spend(n int) error {
	if r.budget -= int64(n); r.budget < 0 {
		return errors.New("the tensors that the network makes from this small file are too large")
	}
	return nil
}

// begin reads the initialisers and the input.
func (r *reader) begin(g *onnxpb.Graph) error {
	for i, t := range g.Initializers {
		place := fmt.Sprintf("graph.initializer %d", i)
		if t.Name == "" {
			return bad(place, "has no name")
		}
		if r.constants[t.Name] != nil {
			return bad(place, "%q is there twice, want unique names", onnxpb.Abbreviate(t.Name))
		}
		r.constants[t.Name] = &constant{proto: t}
	}
	found := false
	for _, i := range g.Inputs {
		if r.constants[i.Name] != nil {
			continue // files of IR version 3 list initialisers among the inputs
		}
		if found {
			return bad("graph.input", "%q is a second input, want only one: the picture", onnxpb.Abbreviate(i.Name))
		}
		found = true
		image, err := r.image(i)
		if err != nil {
			return &Error{Field: fmt.Sprintf("graph.input %q", onnxpb.Abbreviate(i.Name)), Err: err}
		}
		r.net.Image = image
		r.shapes = []nn.Shape{image}
		r.values[i.Name] = first(nn.Input)
	}
	if !found {
		return bad("graph.input", "there is none, want one: the picture")
	}
	return nil
}

// image gives the input's shape without the batch.
func (r *reader) image(i *onnxpb.ValueInfo) (nn.Shape, error) {
	switch {
	case i.Name == "":
		return nil, errors.New("has no name")
	case !i.IsTensor:
		return nil, errors.New("is not a tensor")
	case !i.ElemType.IsFloat():
		return nil, fmt.Errorf("elem_type is %s, want FLOAT or another float type", i.ElemType)
	case len(i.Dims) < 2:
		return nil, fmt.Errorf("has %d dimensions, want a batch and the shape of a picture: N×C×H×W", len(i.Dims))
	}
	if d := i.Dims[0]; d.Param == "" && d.Value > 0 {
		r.batch = d.Value
	}
	image := make(nn.Shape, len(i.Dims)-1)
	for j, d := range i.Dims[1:] {
		if d.Param != "" || d.Value <= 0 || d.Value > nn.MaxElements {
			given := d.Param
			if given == "" {
				given = strconv.FormatInt(d.Value, 10)
			}
			return nil, fmt.Errorf("dimension %d is %q, want a positive number (only the batch may be free)",
				j+1, onnxpb.Abbreviate(given))
		}
		image[j] = int(d.Value)
	}
	return image, image.Check()
}

// outside gives the names that no node makes.
func (r *reader) outside() map[string]bool {
	names := map[string]bool{}
	for name := range r.constants {
		names[name] = true
	}
	for name := range r.values {
		names[name] = true
	}
	return names
}

// sorted gives the nodes that the output needs, by index, each after those that make what it reads, and in the file's
// order as far as that allows.
func sorted(g *onnxpb.Graph, outside map[string]bool) ([]int, error) {
	maker := map[string]int{}
	for i, n := range g.Nodes {
		for _, name := range n.Outputs {
			if name == "" {
				continue // an optional output that is not wanted
			}
			if _, twice := maker[name]; twice || outside[name] {
				return nil, &Error{nodeTitle(n, i), n.Op, "output",
					fmt.Errorf("makes %q, which something else makes too, want unique names", onnxpb.Abbreviate(name))}
			}
			maker[name] = i
		}
	}
	output := g.Outputs[0].Name
	if _, made := maker[output]; !made && !outside[output] {
		return nil, bad("graph.output", "no node makes %q", onnxpb.Abbreviate(output))
	}

	// Both walks keep their own stack, so that a deep graph cannot exhaust Go's.
	needed := make([]bool, len(g.Nodes))
	var stack []int
	need := func(name string) {
		if i, ok := maker[name]; ok && !needed[i] {
			needed[i] = true
			stack = append(stack, i)
		}
	}
	need(output)
	for len(stack) > 0 {
		n := g.Nodes[stack[len(stack)-1]]
		stack = stack[:len(stack)-1]
		for _, name := range n.Inputs {
			need(name)
		}
	}

	const (
		fresh = iota
		open  // on the stack
		done
	)
	state := make([]byte, len(g.Nodes))
	next := make([]int, len(g.Nodes)) // input to look at next
	var order []int
	for i := range g.Nodes {
		if !needed[i] || state[i] != fresh {
			continue
		}
		state[i] = open
		stack = append(stack, i)
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			n := g.Nodes[top]
			if next[top] == len(n.Inputs) {
				state[top] = done
				order = append(order, top)
				stack = stack[:len(stack)-1]
				continue
			}
			field := fmt.Sprintf("input %d", next[top])
			name := n.Inputs[next[top]]
			next[top]++
			from, made := maker[name]
			switch {
			case name == "" || outside[name]:
			case !made:
				return nil, &Error{nodeTitle(n, top), n.Op, field, fmt.Errorf("reads %q, which nothing makes", onnxpb.Abbreviate(name))}
			case state[from] == open:
				return nil, &Error{nodeTitle(n, top), n.Op, field,
					fmt.Errorf("reads %q, which is made from this node's own output: the graph has a cycle", onnxpb.Abbreviate(name))}
			case state[from] == fresh:
				state[from] = open
				stack = append(stack, from)
			}
		}
	}
	return order, nil
}

// nodeTitle returns what messages and layers call the node with index i.
func nodeTitle(p *onnxpb.Node, i int) string {
	if p.Name != "" {
		return p.Name
	}
	if len(p.Outputs) > 0 && p.Outputs[0] != "" {
		return p.Outputs[0]
	}
	return fmt.Sprintf("#%d", i)
}
