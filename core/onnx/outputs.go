package onnx

import (
	"fmt"
	"slices"
	"strings"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// maxCandidates bounds the outputs that are read to find out which one fits.
const maxCandidates = 16

// Output is an output of a file.
type Output struct {
	Name  string
	Shape []int // per image; nil if it is not known
	Fits  bool  // whether it could be the class scores: only one axis is above 1
}

// OutputError is the error of a file of whose outputs none, or more than one, could be the class scores.
type OutputError struct {
	Outputs []Output
	Unread  error // why the first one that cannot be read cannot, if none could be the class scores
}

func (e *OutputError) Error() string {
	fitting, list := 0, make([]string, 0, len(e.Outputs))
	for i, o := range e.Outputs {
		if o.Fits {
			fitting++
		}
		switch name := fmt.Sprintf("%q", onnxpb.Abbreviate(o.Name)); {
		case i > maxCandidates:
		case i == maxCandidates:
			list = append(list, "…")
		case o.Shape == nil:
			list = append(list, name+" (unknown shape)")
		default:
			list = append(list, fmt.Sprintf("%s %v", name, o.Shape))
		}
	}
	could := fmt.Sprintf("%d of them could", fitting)
	switch fitting {
	case 0:
		could = "none of them could"
	case len(e.Outputs):
		could = "each of them could"
	}
	text := fmt.Sprintf("there are %d outputs, and %s be the class scores, want the name of one: %s", len(e.Outputs), could,
		strings.Join(list, ", "))
	if e.Unread != nil {
		text += fmt.Sprintf("; not all can be read: %v", e.Unread)
	}
	return text
}

// Unwrap returns e.Unread.
func (e *OutputError) Unwrap() error { return e.Unread }

// output returns the name of the value that has the class scores.
func (o Options) output(p *onnxpb.Model, size int) (string, error) {
	g := p.Graph
	maker := map[string]*onnxpb.Node{}
	for _, n := range g.Nodes {
		for _, name := range n.Outputs {
			maker[name] = n
		}
	}
	if o.Output != "" {
		if maker[o.Output] == nil && !slices.ContainsFunc(g.Outputs, func(v *onnxpb.ValueInfo) bool { return v.Name == o.Output }) {
			return "", errorf("graph.output", "neither an output nor what a node makes is called %q, want one of: %s",
				onnxpb.Abbreviate(o.Output), quoteNames(g.Outputs))
		}
		return scores(o.Output, maker), nil
	}
	switch len(g.Outputs) {
	case 0:
		return "", errorf("graph.output", "there is none, want the class scores")
	case 1:
		return scores(g.Outputs[0].Name, maker), nil
	}
	return o.fittingOutput(p, size, maker)
}

func quoteNames(list []*onnxpb.ValueInfo) string {
	var names []string
	for i, v := range list {
		if i == maxCandidates {
			names = append(names, "…")
			break
		}
		names = append(names, fmt.Sprintf("%q", onnxpb.Abbreviate(v.Name)))
	}
	return strings.Join(names, ", ")
}

// scores returns the name of the class scores behind an output that only says which class has the largest one, or has the
// largest ones, and otherwise the name of the output itself.
func scores(output string, maker map[string]*onnxpb.Node) string {
	name := output
	for range len(maker) {
		p := maker[name]
		if p == nil || len(p.Inputs) == 0 {
			break
		}
		switch standard := isStandardDomain(p.Domain); {
		case standard && (p.Op == "ArgMax" || p.Op == "TopK" && !isSmallest(p)), p.Domain == mlDomain && p.Op == "ZipMap":
			return p.Inputs[0]
		case p.Domain == mlDomain && p.Op == "LinearClassifier" && len(p.Outputs) == 2 && p.Outputs[0] == name:
			return p.Outputs[1]
		case standard && slices.Contains([]string{"Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten"}, p.Op),
			p.Domain == mlDomain && p.Op == "LabelEncoder":
			name = p.Inputs[0]
		case len(p.Inputs) > 1 && (standard && p.Op == "Gather" || p.Domain == mlDomain && p.Op == "ArrayFeatureExtractor"):
			name = p.Inputs[1]
		default:
			return output
		}
	}
	return output
}

// isSmallest reports whether a TopK has the smallest elements.
func isSmallest(p *onnxpb.Node) bool {
	a := findAttribute(p, "largest")
	return a != nil && a.Int == 0
}

// fittingOutput returns the name of the only one of several outputs that could be the class scores. An output on the way to
// another one that could be does not count: features, or the logits of probabilities.
func (o Options) fittingOutput(p *onnxpb.Model, size int, maker map[string]*onnxpb.Node) (string, error) {
	g, note := p.Graph, o.Note
	o.Note = nil
	list := make([]Output, len(g.Outputs))
	var failure error
	unread, known := 0, map[string]Output{} // by name of the scores
	for i, v := range g.Outputs {
		name := scores(v.Name, maker)
		list[i].Name = v.Name
		if _, ok := known[name]; ok {
			continue
		}
		known[name] = Output{}
		if name == v.Name && !couldBeScores(v) {
			continue
		}
		if unread++; unread > maxCandidates {
			break
		}
		o.Output = name
		n, err := o.build(p, size, nil)
		if err != nil {
			if failure == nil {
				failure = err
			}
			continue
		}
		if shapes, err := n.Shapes(); err == nil {
			shape := shapes[n.Output]
			known[name] = Output{Shape: shape, Fits: isClassShape(shape)}
		}
	}
	var fitting []string
	for i, v := range g.Outputs {
		name := scores(v.Name, maker)
		list[i].Shape, list[i].Fits = known[name].Shape, known[name].Fits
		if list[i].Shape == nil {
			list[i].Shape = declaredShape(v)
		}
		if list[i].Fits && !slices.Contains(fitting, name) {
			fitting = append(fitting, name)
		}
	}
	if len(fitting) > 1 && unread <= maxCandidates {
		fitting = lastOnes(g.Nodes, maker, fitting)
	}
	if len(fitting) != 1 || unread > maxCandidates {
		if len(fitting) > 0 {
			failure = nil
		}
		return "", &Error{Field: "graph.output", Err: &OutputError{list, failure}}
	}
	if note != nil {
		note(fmt.Sprintf("of %d outputs, the class scores are %q", len(list), onnxpb.Abbreviate(fitting[0])))
	}
	return fitting[0], nil
}

// couldBeScores reports whether an output could be class scores, as far as the file says what it is.
func couldBeScores(v *onnxpb.ValueInfo) bool {
	if v.ElemType != 0 && !v.ElemType.IsFloat() {
		return false
	}
	wide := 0
	for i, d := range v.Dims {
		if i > 0 && d.Value > 1 {
			wide++
		}
	}
	return wide < 2
}

// isClassShape reports whether a shape has one axis above 1.
func isClassShape(s nn.Shape) bool {
	return slices.Max(s) > 1 && slices.Max(s) == s.Size()
}

// lastOnes returns those of the names from which none of the others is computed.
func lastOnes(nodes []*onnxpb.Node, maker map[string]*onnxpb.Node, list []string) []string {
	isUsed := map[string]bool{}
	for _, name := range list {
		order, err := topologicalOrder(nodes, []string{name}, func(name string) bool { return maker[name] == nil })
		if err != nil {
			return list
		}
		for _, i := range order {
			for _, read := range namesRead(nodes[i]) {
				isUsed[read] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return isUsed[name] })
}
