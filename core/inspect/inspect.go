package inspect

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"steady/core/classnames"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
)

// Report is what is known of an ONNX file.
type Report struct {
	Bytes      int64      `json:"bytes"`    // of the file
	Graph      string     `json:"graph"`    // its name
	Producer   string     `json:"producer"` // program that wrote the file, and its version
	IRVersion  int64      `json:"ir_version"`
	Opsets     []Opset    `json:"opsets"`
	Inputs     []Value    `json:"inputs"`
	Outputs    []Value    `json:"outputs"`
	Operators  []Operator `json:"operators"` // the most frequent first
	Unchecked  int        `json:"unchecked"` // nodes that could not be checked because of the problems before them
	Runs       bool       `json:"runs"`      // as a classifier of images
	Problems   []string   `json:"problems"`  // why it does not run
	Asks       []string   `json:"asks"`      // what must be said to run it: "size" of the images, "layout" of the input
	Image      []int      `json:"image"`     // shape of one image, C, H, W; empty if it is not known
	Answers    string     `json:"answers"`   // "logits", ...; "" for no classifier
	Classes    int        `json:"classes"`   // 0 for no classifier
	ClassNames []string   `json:"class_names"`
	NamesFrom  string     `json:"names_from"` // where the names are in the file; "" if there are none
	Notes      []string   `json:"notes"`      // what was chosen, and what was not used
	Parameters int64      `json:"parameters"`
	Stored16   int64      `json:"stored_in_16_bits"` // of the file's numbers
	MACs       int64      `json:"multiply_adds"`     // for an image; 0 if not known
	Memory     []Memory   `json:"memory"`            // for one image and for more
	Pixels     Pixels     `json:"pixels"`
}

// Opset is a set of operators and its version.
type Opset struct {
	Domain  string `json:"domain"`
	Version int64  `json:"version"`
}

// Value is an input or output of the file.
type Value struct {
	Name  string   `json:"name"`
	Type  string   `json:"type"`  // of the elements, as NumPy calls it; "" if it is no tensor
	Shape []string `json:"shape"` // numbers, names, or "?"
}

// Operator is how often an operator occurs.
type Operator struct {
	Name        string   `json:"name"` // with its domain, if that is not ONNX's own
	Nodes       int      `json:"nodes"`
	Unneeded    int      `json:"unneeded"`    // nodes that the output does not depend on
	Unchecked   int      `json:"unchecked"`   // nodes behind problems
	Unsupported int      `json:"unsupported"` // nodes that cannot be read
	Reasons     []string `json:"reasons"`     // why, each once
}

// Memory is the bytes that an engine on the CPU takes for so many images at a time.
type Memory struct {
	Images    int     `json:"images"`
	Logits    float64 `json:"logits"`    // for logits only
	Gradients float64 `json:"gradients"` // for attacks
}

// File returns what is known of the bytes of an ONNX file. It fails only where they are no ONNX model: what cannot be run
// is inspected too.
func File(b []byte) (*Report, error) { return FileWith(b, onnx.Options{}) }

// FileWith is File with options, such as where the weights are that an ONNX file has in other files.
func FileWith(b []byte, o onnx.Options) (*Report, error) {
	notes := []string{}
	o.Note = func(text string) { notes = []string{text} }
	d, asks, err := describe(b, &o)
	if err != nil {
		return nil, err
	}
	r := &Report{Bytes: int64(len(b)), Graph: d.Graph, Producer: d.Producer, IRVersion: d.IRVersion, Parameters: d.Elements, Stored16: d.Elements16,
		Unchecked: d.Unchecked, Opsets: []Opset{}, Problems: []string{}, Asks: asks, Image: []int{}, ClassNames: []string{}, Memory: []Memory{},
		Inputs: values(d.Inputs), Outputs: values(d.Outputs), Operators: operators(d.Operators)}
	for _, s := range d.Opsets {
		r.Opsets = append(r.Opsets, Opset{s.Domain, s.Version})
	}
	if d.Network == nil {
		r.Problems = problems(d.Problems)
	} else {
		notes = append(notes, r.network(d.Network, o)...)
	}
	r.Runs = len(r.Problems) == 0
	names, key, unused := classnames.FromMetadata(d.Metadata, r.Classes)
	if r.NamesFrom == "" && r.Classes == 0 && names != nil { // of a network that does not run
		r.ClassNames, r.NamesFrom = names, fmt.Sprintf("metadata property %.40q", key)
	}
	r.Notes = append(notes, unused...)
	r.Pixels = pixels(d, r)
	return r, nil
}

// sizes are sides of images that networks often take, of which one is assumed where a file leaves it open.
var sizes = []int{224, 256, 299, 384, 512, 128, 64, 32, 28}

// describe describes a file with what it leaves open assumed, which o then has, and returns what that is.
func describe(b []byte, o *onnx.Options) (d *onnx.Description, asks []string, err error) {
	asks = []string{}
	is := func(target error) bool {
		return slices.ContainsFunc(d.Problems, func(e *onnx.Error) bool { return errors.Is(e, target) })
	}
	if d, err = o.Describe(b); err != nil {
		return nil, nil, err
	}
	if is(onnx.ErrLayout) {
		asks, o.Layout = append(asks, "layout"), onnx.CHW
		if d, err = o.Describe(b); err != nil {
			return nil, nil, err
		}
	}
	if !is(onnx.ErrSizeFree) {
		return d, asks, nil
	}
	asks = append(asks, "size")
	var first *onnx.Description
	for _, side := range sizes {
		o.Size = [2]int{side, side}
		if d, err = o.Describe(b); err != nil || d.Network != nil {
			return d, asks, err
		}
		if first == nil {
			first = d
		}
	}
	o.Size = [2]int{sizes[0], sizes[0]}
	return first, asks, nil
}

// network adds what is known of a network that can be read, and returns notes on how it takes images.
func (r *Report) network(n *nn.Network, o onnx.Options) (notes []string) {
	last := o.Layout == onnx.HWC
	images, err := n.ForImages(&last)
	if _, open := n.ForImages(nil); errors.Is(open, nn.ErrOrder) && o.Layout == "" {
		r.Asks = append(r.Asks, "layout")
	}
	if err != nil {
		r.Problems = append(r.Problems, sentence(err))
	} else {
		n = images
	}
	notes = slices.Clone(n.Notes)
	if slices.Contains(r.Asks, "size") {
		notes = append(notes, fmt.Sprintf("the file takes images of any size: what is said here is for %d×%d", o.Size[1], o.Size[0]))
	}
	r.Image = n.Image
	r.Parameters, r.MACs = int64(n.ParamCount()), n.MACs()
	c, err := n.Classifier()
	if err != nil {
		r.Problems = append(r.Problems, sentence(err))
	} else {
		r.Answers, r.Classes = answers(n, c), c.Classes()
		r.measure(c)
		if len(c.Labels) > 0 {
			r.ClassNames, r.NamesFrom = c.Labels, c.LabelsFrom
		}
	}
	return notes
}

// measure adds the memory that a classifier takes.
func (r *Report) measure(n *nn.Network) {
	backend := cpu.New(0)
	for _, images := range []int{1, engine.DefaultBatch} {
		m, err := engine.Measure(backend, n, engine.Config{Batch: images})
		if err != nil {
			if images == 1 {
				r.Problems = append(r.Problems, sentence(err))
			}
			return
		}
		if images == 1 && m.Logits > m.Limit {
			r.Problems = append(r.Problems, fmt.Sprintf("takes %s of memory for one image: want at most %s", byteSize(m.Logits),
				byteSize(m.Limit)))
		}
		r.Memory = append(r.Memory, Memory{images, m.Logits, m.Gradients})
	}
}

// answers says what a network's output is; c is the network as a classifier.
func answers(n, c *nn.Network) string {
	switch {
	case n.Classes() == 1:
		return "the probability of one of two classes"
	case c.LogProbabilities:
		return "probabilities, or their logarithms"
	case c != n, n.Logits() != n:
		return "probabilities"
	}
	return "logits"
}

func values(list []onnx.ValueInfo) []Value {
	out := make([]Value, len(list))
	for i, v := range list {
		out[i] = Value{v.Name, typeName(v.Type), v.Dims}
		if v.Dims == nil {
			out[i].Shape = []string{}
		}
	}
	return out
}

// typeName returns NumPy's name of an element type of onnx.proto.
func typeName(t string) string {
	switch t {
	case "FLOAT":
		return "float32"
	case "DOUBLE":
		return "float64"
	}
	return strings.ToLower(t)
}

func operators(list []onnx.Operator) []Operator {
	out := make([]Operator, len(list))
	for i, o := range list {
		name := o.Name
		if o.Domain != "" {
			name = o.Domain + "." + name
		}
		out[i] = Operator{name, o.Nodes, o.Unneeded, o.Unchecked, o.Unsupported, o.Reasons}
		if o.Reasons == nil {
			out[i].Reasons = []string{}
		}
	}
	return out
}

// problems returns errors as sentences; nodes of one operator that fail alike are one.
func problems(list []*onnx.Error) []string {
	type kind struct{ op, what string }
	type group struct {
		text, first string
		nodes       int
	}
	groups := map[kind]*group{}
	var order []*group
	for _, e := range list {
		k := kind{e.Op, e.Reason()}
		if e.Node == "" && e.Op == "" {
			k.what = sentence(e)
		}
		g := groups[k]
		if g == nil {
			g = &group{text: k.what, first: e.Node}
			groups[k] = g
			order = append(order, g)
			if e.Op != "" {
				g.text = e.Op + ": " + k.what
			}
		}
		g.nodes++
	}
	out := make([]string, len(order))
	for i, g := range order {
		out[i] = g.text
		switch {
		case g.first == "":
		case g.nodes == 1:
			out[i] += fmt.Sprintf(" (node %.60q)", g.first)
		default:
			out[i] += fmt.Sprintf(" (%d nodes, the first is %.60q)", g.nodes, g.first)
		}
	}
	return out
}

// sentence returns the text of an error without the name of the package.
func sentence(err error) string {
	s := err.Error()
	for _, prefix := range []string{"onnx: ", "nn: ", "engine: "} {
		s = strings.TrimPrefix(s, prefix)
	}
	return s
}
