package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"steady/core/nn"
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
	model, err := new(decoder).model(b)
	if err != nil {
		return nil, &Error{Field: "file", Err: err}
	}
	n, err := model.network(len(b))
	if err != nil {
		return nil, err
	}
	return n, nil
}

// network builds the network of a file of the given size.
func (p *modelProto) network(size int) (*nn.Network, error) {
	opset, err := p.opset()
	if err != nil {
		return nil, err
	}
	g := p.graph
	switch {
	case g == nil:
		return nil, bad("graph", "there is none, want an ONNX model")
	case len(g.outputs) != 1:
		return nil, bad("graph.output", "there are %d outputs, want 1: the class scores", len(g.outputs))
	case g.sparse:
		return nil, bad("graph.sparse_initializer", "sparse tensors are not supported, want dense ones")
	}
	r := &reader{
		opset:     opset,
		budget:    3*int64(size) + 1<<20,
		output:    g.outputs[0].name,
		net:       &nn.Network{Name: g.name},
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
		if err := r.node(g.nodes[i], i); err != nil {
			return nil, err
		}
	}
	output := g.outputs[0].name
	v, ok := r.values[output]
	if !ok {
		return nil, bad("graph.output", "%q is a constant or only wanted in training, want a value made from the input",
			clip(output))
	}
	if v.axis > 0 || v.joined() {
		return nil, bad("graph.output", "%q has shape %v, want the batch N as the first dimension", clip(output),
			given(r.full(v)))
	}
	end := &node{nodeProto: &nodeProto{}, r: r, title: output}
	r.net.Output = end.oneImage(v).Value
	if end.err != nil {
		return nil, end.err
	}
	v.Value = r.net.Output
	classes := r.shapes[v.Value].Size()
	joinAffines(r.net)
	fuse(r.net)
	if err := p.labels(r.net, classes); err != nil {
		return nil, err
	}
	if err := r.net.Validate(); err != nil {
		return nil, &Error{Err: err}
	}
	return r.net, nil
}

// opset gives the version of the operator set.
func (p *modelProto) opset() (int64, error) {
	for _, o := range p.opsets {
		if !standard(o.domain) {
			continue
		}
		if o.version < oldestOpset || o.version > newestOpset {
			return 0, bad("opset_import", "operator set is %d, want %d to %d", o.version, oldestOpset, newestOpset)
		}
		return o.version, nil
	}
	return 0, bad("opset_import", "no version of the ONNX operator set is given, want %d to %d; is this an ONNX model?",
		oldestOpset, newestOpset)
}

// standard tells whether a domain is that of the ONNX operators.
func standard(domain string) bool { return domain == "" || domain == "ai.onnx" }

// labels reads the class names.
func (p *modelProto) labels(n *nn.Network, classes int) error {
	for _, e := range p.metadata {
		if e.key != labelsKey {
			continue
		}
		var labels []string
		if json.Unmarshal([]byte(e.value), &labels) != nil {
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
	proto  *tensorProto
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
func (r *reader) begin(g *graphProto) error {
	for i, t := range g.initialisers {
		place := fmt.Sprintf("graph.initializer %d", i)
		if t.name == "" {
			return bad(place, "has no name")
		}
		if r.constants[t.name] != nil {
			return bad(place, "%q is there twice, want unique names", clip(t.name))
		}
		r.constants[t.name] = &constant{proto: t}
	}
	found := false
	for _, i := range g.inputs {
		if r.constants[i.name] != nil {
			continue // files of IR version 3 list initialisers among the inputs
		}
		if found {
			return bad("graph.input", "%q is a second input, want only one: the picture", clip(i.name))
		}
		found = true
		image, err := r.image(i)
		if err != nil {
			return &Error{Field: fmt.Sprintf("graph.input %q", clip(i.name)), Err: err}
		}
		r.net.Image = image
		r.shapes = []nn.Shape{image}
		r.values[i.name] = first(nn.Input)
	}
	if !found {
		return bad("graph.input", "there is none, want one: the picture")
	}
	return nil
}

// image gives the input's shape without the batch.
func (r *reader) image(i *valueInfoProto) (nn.Shape, error) {
	switch {
	case i.name == "":
		return nil, errors.New("has no name")
	case !i.tensor:
		return nil, errors.New("is not a tensor")
	case !isFloat(i.elemType):
		return nil, fmt.Errorf("elem_type is %s, want FLOAT or another float type", typeNames[i.elemType])
	case len(i.dims) < 2:
		return nil, fmt.Errorf("has %d dimensions, want a batch and the shape of a picture: N×C×H×W", len(i.dims))
	}
	if d := i.dims[0]; d.param == "" && d.value > 0 {
		r.batch = d.value
	}
	image := make(nn.Shape, len(i.dims)-1)
	for j, d := range i.dims[1:] {
		if d.param != "" || d.value <= 0 || d.value > nn.MaxElements {
			given := d.param
			if given == "" {
				given = strconv.FormatInt(d.value, 10)
			}
			return nil, fmt.Errorf("dimension %d is %q, want a positive number (only the batch may be free)",
				j+1, clip(given))
		}
		image[j] = int(d.value)
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
func sorted(g *graphProto, outside map[string]bool) ([]int, error) {
	maker := map[string]int{}
	for i, n := range g.nodes {
		for _, name := range n.outputs {
			if name == "" {
				continue // an optional output that is not wanted
			}
			if _, twice := maker[name]; twice || outside[name] {
				return nil, &Error{n.title(i), n.op, "output",
					fmt.Errorf("makes %q, which something else makes too, want unique names", clip(name))}
			}
			maker[name] = i
		}
	}
	output := g.outputs[0].name
	if _, made := maker[output]; !made && !outside[output] {
		return nil, bad("graph.output", "no node makes %q", clip(output))
	}

	// Both walks keep their own stack, so that a deep graph cannot exhaust Go's.
	needed := make([]bool, len(g.nodes))
	var stack []int
	need := func(name string) {
		if i, ok := maker[name]; ok && !needed[i] {
			needed[i] = true
			stack = append(stack, i)
		}
	}
	need(output)
	for len(stack) > 0 {
		n := g.nodes[stack[len(stack)-1]]
		stack = stack[:len(stack)-1]
		for _, name := range n.inputs {
			need(name)
		}
	}

	const (
		fresh = iota
		open  // on the stack
		done
	)
	state := make([]byte, len(g.nodes))
	next := make([]int, len(g.nodes)) // input to look at next
	var order []int
	for i := range g.nodes {
		if !needed[i] || state[i] != fresh {
			continue
		}
		state[i] = open
		stack = append(stack, i)
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			n := g.nodes[top]
			if next[top] == len(n.inputs) {
				state[top] = done
				order = append(order, top)
				stack = stack[:len(stack)-1]
				continue
			}
			field := fmt.Sprintf("input %d", next[top])
			name := n.inputs[next[top]]
			next[top]++
			from, made := maker[name]
			switch {
			case name == "" || outside[name]:
			case !made:
				return nil, &Error{n.title(top), n.op, field, fmt.Errorf("reads %q, which nothing makes", clip(name))}
			case state[from] == open:
				return nil, &Error{n.title(top), n.op, field,
					fmt.Errorf("reads %q, which is made from this node's own output: the graph has a cycle", clip(name))}
			case state[from] == fresh:
				state[from] = open
				stack = append(stack, from)
			}
		}
	}
	return order, nil
}

// title is what messages and layers call the node with index i.
func (p *nodeProto) title(i int) string {
	if p.name != "" {
		return p.name
	}
	if len(p.outputs) > 0 && p.outputs[0] != "" {
		return p.outputs[0]
	}
	return fmt.Sprintf("#%d", i)
}
