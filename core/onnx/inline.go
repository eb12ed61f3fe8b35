package onnx

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"steady/core/onnx/internal/onnxpb"
)

const (
	maxInlined = 1 << 18 // names in all nodes that are read in place of others
	maxCalls   = 64      // calls within each other
)

// functionKey identifies a function of the file.
type functionKey struct{ domain, name, overload string }

// readFunctions finds the functions that the file defines.
func (r *reader) readFunctions(list []*onnxpb.Function) error {
	for i, f := range list {
		key := functionKey{f.Domain, f.Name, f.Overload}
		if r.functions[key] != nil {
			return errorf(fmt.Sprintf("function %d", i), "%q occurs twice in domain %q, want unique names",
				onnxpb.Abbreviate(f.Name), onnxpb.Abbreviate(f.Domain))
		}
		r.functions[key] = f
	}
	return nil
}

// function returns the function of the file that a node calls, or nil. An operator of ONNX itself is not replaced.
func (r *reader) function(p *onnxpb.Node) *onnxpb.Function {
	if _, ok := operators[p.Op]; ok && isStandardDomain(p.Domain) {
		return nil
	}
	return r.functions[functionKey{p.Domain, p.Op, p.Overload}]
}

// call reads the nodes of a function in place of the node that calls it.
func (n *node) call(f *onnxpb.Function) {
	s := newScope(n)
	s.attributes = map[string]*onnxpb.Attribute{}
	if len(n.Inputs) > len(f.Inputs) || len(n.Outputs) > len(f.Outputs) {
		n.fail("has %d inputs and %d outputs, want at most %d and %d, those of the function", len(n.Inputs), len(n.Outputs),
			len(f.Inputs), len(f.Outputs))
		return
	}
	for i, name := range f.Inputs {
		s.names[name] = ""
		if n.has(i) {
			s.names[name] = n.Inputs[i]
		}
	}
	for _, a := range f.Defaults {
		s.attributes[a.Name] = a
	}
	for _, a := range n.Attributes {
		field := "attribute " + onnxpb.Abbreviate(a.Name)
		if _, ok := s.attributes[a.Name]; !ok && !slices.Contains(f.Attributes, a.Name) {
			n.failField(field, "is not one of the function, valid: %v", append(slices.Sorted(maps.Keys(s.attributes)), f.Attributes...))
			return
		}
		s.attributes[a.Name] = a
	}
	around := n.r.opset
	for _, o := range f.Opsets {
		if isStandardDomain(o.Domain) {
			n.r.opset = o.Version
		}
	}
	if err := checkOpset(n.r.opset); err != nil {
		n.failField("opset_import of the function", "%w", err)
	}
	n.inline(f.Nodes, f.Outputs, s)
	n.r.opset = around
}

// ifOperator implements If with a constant condition: it reads the nodes of one branch in its place.
func (n *node) ifOperator() {
	c := n.constant(0)
	if n.err != nil {
		return
	}
	if c.size() != 1 {
		n.failField(n.inputField(0), "has %d elements, want 1: whether the condition holds", c.size())
		return
	}
	name := "else_branch"
	if c.isInt && c.ints[0] != 0 || !c.isInt && c.floats[0] != 0 {
		name = "then_branch"
	}
	a := n.attribute(name, onnxpb.AttributeGraph)
	if a == nil {
		n.failField("attribute "+name, "is missing, want a graph")
		return
	}
	g := a.Graph
	if g.Sparse {
		n.failField("attribute "+name, "has sparse tensors, want dense ones")
		return
	}
	s := newScope(n)
	outputs := make([]string, len(g.Outputs))
	for i, o := range g.Outputs {
		outputs[i] = o.Name
	}
	if len(outputs) != len(n.Outputs) {
		n.failField("attribute "+name, "makes %d values, want %d", len(outputs), len(n.Outputs))
	}
	for _, t := range g.Initializers {
		if _, twice := s.names[t.Name]; t.Name == "" || twice {
			n.failField("attribute "+name, "has an initializer %q, want unique names", onnxpb.Abbreviate(t.Name))
		}
		if n.err != nil || !n.spendNames(1) {
			return
		}
		own := *t
		own.Name = s.define(n.r, t.Name)
		n.r.constants[own.Name] = &constant{proto: &own}
	}
	n.inline(g.Nodes, outputs, s)
}

// scope is what the names in the nodes of a function, or of a branch, stand for outside.
type scope struct {
	prefix     string
	names      map[string]string            // a name that is not a key keeps its meaning
	attributes map[string]*onnxpb.Attribute // of the function that is called; nil in a branch
}

// newScope returns the scope of what is read in place of a node. Names are shortened, so that calls of calls cannot make
// them ever longer.
func newScope(n *node) *scope {
	return &scope{prefix: onnxpb.Abbreviate(n.title) + "/", names: map[string]string{}}
}

// define names a value that is made inside by a name that is unique outside.
func (s *scope) define(r *reader, name string) string {
	if name == "" {
		return ""
	}
	s.names[name] = r.valueNames.unique(s.prefix + onnxpb.Abbreviate(name))
	return s.names[name]
}

// outside returns the name outside of what is read or made inside.
func (s *scope) outside(name string) string {
	if to, ok := s.names[name]; ok {
		return to
	}
	return name
}

func (s *scope) allOutside(list []string) []string {
	out := make([]string, len(list))
	for i, name := range list {
		out[i] = s.outside(name)
	}
	return out
}

// node returns a node with names, and attributes of the function, replaced by what they stand for.
func (s *scope) node(p *onnxpb.Node) *onnxpb.Node {
	q := *p
	q.Inputs, q.Outputs = s.allOutside(p.Inputs), s.allOutside(p.Outputs)
	if p.Name != "" {
		q.Name = s.prefix + onnxpb.Abbreviate(p.Name)
	}
	q.Attributes = make([]*onnxpb.Attribute, 0, len(p.Attributes))
	for _, a := range p.Attributes {
		if a.Ref != "" && s.attributes != nil {
			given := s.attributes[a.Ref]
			if given == nil {
				continue // neither given nor with a default value
			}
			own := *given
			own.Name = a.Name
			a = &own
		}
		if a.Graph != nil {
			own := *a
			own.Graph = s.graph(a.Graph)
			a = &own
		}
		q.Attributes = append(q.Attributes, a)
	}
	return &q
}

// graph returns a graph within a node, in which the names that it makes itself keep their meaning.
func (s *scope) graph(g *onnxpb.Graph) *onnxpb.Graph {
	inner := &scope{names: maps.Clone(s.names), attributes: s.attributes}
	for _, name := range namesMade(g) {
		delete(inner.names, name)
	}
	own := *g
	own.Nodes = make([]*onnxpb.Node, len(g.Nodes))
	for i, p := range g.Nodes {
		own.Nodes[i] = inner.node(p)
	}
	own.Outputs = make([]*onnxpb.ValueInfo, len(g.Outputs))
	for i, o := range g.Outputs {
		own.Outputs[i] = &onnxpb.ValueInfo{Name: inner.outside(o.Name)}
	}
	return &own
}

// namesMade returns the names of initializers, inputs and what the nodes of a graph make.
func namesMade(g *onnxpb.Graph) []string {
	var list []string
	for _, t := range g.Initializers {
		list = append(list, t.Name)
	}
	for _, i := range g.Inputs {
		list = append(list, i.Name)
	}
	for _, p := range g.Nodes {
		list = append(list, p.Outputs...)
	}
	return list
}

// namesRead returns the names that a node reads, also those that the graphs within it read of what is outside them.
func namesRead(p *onnxpb.Node) []string {
	list := p.Inputs
	for _, a := range p.Attributes {
		if a.Graph == nil {
			continue
		}
		made := map[string]bool{"": true}
		for _, name := range namesMade(a.Graph) {
			made[name] = true
		}
		list = slices.Clip(list)
		for _, q := range a.Graph.Nodes {
			for _, name := range namesRead(q) {
				if !made[name] {
					list = append(list, name)
				}
			}
		}
		for _, o := range a.Graph.Outputs {
			if !made[o.Name] {
				list = append(list, o.Name)
			}
		}
	}
	return list
}

// spendNames counts names of nodes that are read in place of others, and reports whether there may be so many.
func (n *node) spendNames(count int) bool {
	if n.r.inlined += count; n.r.inlined > maxInlined {
		n.fail("functions and branches stand for more than %d names, which is too many", maxInlined)
	}
	return n.err == nil
}

// countNames returns how many names a node has, with those of graphs within it.
func countNames(p *onnxpb.Node) int {
	count := 1 + len(p.Inputs) + len(p.Outputs) + len(p.Attributes)
	for _, a := range p.Attributes {
		if a.Graph != nil {
			for _, q := range a.Graph.Nodes {
				count += countNames(q)
			}
			count += len(a.Graph.Initializers) + len(a.Graph.Outputs)
		}
	}
	return count
}

// inline reads nodes in place of the node, whose outputs become those of the given names.
func (n *node) inline(nodes []*onnxpb.Node, outputs []string, s *scope) {
	if n.r.calls++; n.r.calls > maxCalls {
		n.fail("is the %dth call within other calls, want at most %d: does a function call itself?", n.r.calls, maxCalls)
	}
	defer func() { n.r.calls-- }()
	for _, p := range nodes {
		if n.err != nil || !n.spendNames(countNames(p)) {
			return
		}
		for _, name := range p.Outputs {
			if _, twice := s.names[name]; twice && name != "" {
				n.fail("has a node %q that makes %q, which something else makes too, want unique names",
					onnxpb.Abbreviate(p.Name), onnxpb.Abbreviate(name))
				return
			}
			s.define(n.r, name)
		}
	}
	own := make([]*onnxpb.Node, len(nodes))
	for i, p := range nodes {
		own[i] = s.node(p)
	}
	var wanted []string
	for i := range n.Outputs {
		if n.Outputs[i] != "" {
			wanted = append(wanted, s.outside(outputs[i]))
		}
	}
	err := n.r.run(own, wanted)
	if e, ok := errors.AsType[*Error](err); ok && e.Node == "" {
		n.failField(e.Field, "%w", e.Err)
	}
	if n.err == nil {
		n.err = err
	}
	for i, name := range n.Outputs {
		if n.err == nil {
			n.r.alias(name, s.outside(outputs[i]))
		}
	}
}
