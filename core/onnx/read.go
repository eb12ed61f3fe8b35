package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"steady/core/classnames"
	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// The operator sets that can be read.
const (
	oldestOpset = 7
	newestOpset = 28
)

// labelsKey is the metadata property that holds the class names.
const labelsKey = "classes"

// frozenKey is the metadata property that lists the parameters that training leaves as they are.
const frozenKey = "frozen"

// Options say how a file is read where its bytes alone do not. The zero value is for a file that is complete in itself.
type Options struct {
	// External opens a file that holds data of the model's tensors (ONNX's external data), by its path relative to the folder
	// of the ONNX file, with slashes: one that fs.ValidPath accepts, without backslashes. It is called at most once for each
	// path, while Read runs, and must not follow links out of the folder. If it is nil, a file with external data is refused.
	External func(path string) (*io.SectionReader, error)
	// Size is the height and the width of the images where the file leaves them open. It does not change those that the file
	// has.
	Size [2]int
	// Layout is the order of the axes of the image in the file where the file does not say it: in a flat list of a color image's
	// numbers, for example. It is "" to rely on the file.
	Layout Layout
	// Output is the name of the output, or of another value, that has the class scores. If it is empty, it is the file's
	// output or, if there are several, the one that fits; if none or more than one fits, the error wraps an *OutputError.
	Output string
	// Note, unless it is nil, is called with which output is read, if there are several and Output is empty.
	Note func(text string)

	files map[string]*io.SectionReader // those that External opened, by path
}

// Read returns the network that the bytes of an ONNX file describe, or an *Error. The network shares no memory with b
// and passes nn.Network.Validate.
func Read(b []byte) (*nn.Network, error) { return Options{}.Read(b) }

// Read is the function Read with options.
func (o Options) Read(b []byte) (*nn.Network, error) {
	model, err := onnxpb.Decode(b)
	if err != nil {
		return nil, &Error{Field: "file", Err: err}
	}
	return o.build(model, len(b), nil)
}

// budgetPerByte is the number of elements that a file may make for each of its bytes.
const budgetPerByte = 3

// build returns the network of a file of the given size. With a diagnosis it goes on after errors, to find them all.
func (o Options) build(p *onnxpb.Model, size int, d *diagnosis) (*nn.Network, error) {
	opset, err := opsetVersion(p)
	if err != nil && !d.goOn(err) {
		return nil, err
	}
	g := p.Graph
	if g == nil {
		return nil, errorf("graph", "there is none, want an ONNX model")
	}
	if g.Sparse {
		if err := errorf("graph.sparse_initializer", "sparse tensors are not supported, want dense ones"); !d.goOn(err) {
			return nil, err
		}
	}
	if o.files == nil {
		o.files = map[string]*io.SectionReader{}
	}
	r := &reader{
		native:     p.Producer == producer,
		tf2onnx:    strings.HasPrefix(p.Producer, "tf2onnx"),
		options:    o,
		external:   o.files,
		counted:    map[string]int64{},
		graph:      g,
		diagnosis:  d,
		opset:      opset,
		budget:     budgetPerByte*int64(size) + 1<<20,
		functions:  map[functionKey]*onnxpb.Function{},
		net:        &nn.Network{Name: g.Name},
		values:     map[string]batched{},
		bytes:      map[string]bool{},
		constants:  map[string]*constant{},
		params:     map[paramKey]*nn.Param{},
		owned:      map[*float32]bool{},
		neverTrue:  map[string]bool{},
		valueNames: names{},
		paramNames: names{},
		layerNames: names{},
	}
	if err := r.readInputs(g); err != nil {
		return nil, err
	}
	output, err := o.output(p, size) // after the inputs, without which no output can be read
	if err != nil {
		if len(g.Outputs) == 0 || !d.goOn(err) {
			return nil, err
		}
		output = g.Outputs[0].Name
	}
	if err := r.readFunctions(p.Functions); err != nil {
		return nil, err
	}
	for _, name := range namesMade(g) {
		r.valueNames[name] = 1
	}
	if err := r.run(g.Nodes, []string{output}); err != nil {
		return nil, err
	}
	if err := d.firstError(); err != nil {
		return nil, err
	}
	v, ok := r.values[output]
	if !ok {
		return nil, errorf("graph.output", "%q is a constant or only used in training, want a value computed from the input",
			onnxpb.Abbreviate(output))
	}
	if v.axis > 0 || v.merged() {
		return nil, errorf("graph.output", "%q has shape %v, want the batch N as the first dimension", onnxpb.Abbreviate(output),
			formatDims(r.onnxShape(v)))
	}
	end := &node{Node: &onnxpb.Node{}, r: r, title: output}
	r.net.Output = end.withBatchFirst(v).Value
	if end.err != nil {
		return nil, end.err
	}
	v.Value = r.net.Output
	classes := r.shapes[v.Value].Size()
	if err := r.resolveLogSoftmaxes(); err != nil {
		return nil, err
	}
	fuseAffines(r.net)
	fuse(r.net)
	if err := readLabels(r.net, p, classes, o.Output != ""); err != nil {
		return nil, err
	}
	r.readFrozen(p)
	if err := r.net.Validate(); err != nil {
		return nil, &Error{Err: err}
	}
	return r.net, nil
}

// opsetVersion returns the version of the operator set, also with the error for one that is not supported.
func opsetVersion(p *onnxpb.Model) (int64, error) {
	for _, o := range p.Opsets {
		if !isStandardDomain(o.Domain) {
			continue
		}
		if err := checkOpset(o.Version); err != nil {
			return o.Version, &Error{Field: "opset_import", Err: err}
		}
		return o.Version, nil
	}
	return newestOpset, errorf("opset_import", "no version of the ONNX operator set is given, want %d to %d; is this an ONNX model?",
		oldestOpset, newestOpset)
}

// checkOpset returns an error unless nodes of an operator set are read.
func checkOpset(version int64) error {
	if version < oldestOpset || version > newestOpset {
		return fmt.Errorf("operator set is %d, want %d to %d: export the network for one of these", version, oldestOpset, newestOpset)
	}
	return nil
}

// isStandardDomain reports whether a domain is that of the ONNX operators.
func isStandardDomain(domain string) bool { return domain == "" || domain == "ai.onnx" }

// readLabels reads the class names. Those in a property of ours must fit, unless an output was chosen, which may be another
// than that of the classes; other programs' are used if they do.
func readLabels(n *nn.Network, p *onnxpb.Model, classes int, chosen bool) error {
	for _, e := range p.Metadata {
		if e.Key != labelsKey {
			continue
		}
		var labels []string
		if json.Unmarshal([]byte(e.Value), &labels) != nil {
			continue // another program's property
		}
		if len(labels) != classes && chosen {
			continue
		}
		if len(labels) != classes {
			return errorf("metadata_props."+labelsKey, "has %d names, want %d: one per class", len(labels), classes)
		}
		n.Labels, n.LabelsFrom = labels, labelsFrom(labelsKey)
		return nil
	}
	names, key, _ := classnames.FromMetadata(properties(p), classes)
	if names != nil {
		n.Labels, n.LabelsFrom = names, labelsFrom(key)
		return nil
	}
	n.Labels, n.LabelsFrom = labelsOfNodes(p.Graph, classes)
	return nil
}

// readFrozen marks the parameters that a file of Write lists as frozen.
func (r *reader) readFrozen(m *onnxpb.Model) {
	if !r.native {
		return
	}
	frozen := map[string]bool{}
	for _, e := range m.Metadata {
		var list []string
		if e.Key != frozenKey || json.Unmarshal([]byte(e.Value), &list) != nil {
			continue
		}
		for _, name := range list {
			frozen[name] = true
		}
	}
	for _, p := range r.net.Params() {
		p.Frozen = p.Frozen || frozen[p.Name]
	}
}

// OwnLabels is Network.LabelsFrom of a file that Write made.
const OwnLabels = `metadata property "classes"`

// labelsFrom returns what Network.LabelsFrom says of a metadata property.
func labelsFrom(key string) string { return fmt.Sprintf("metadata property %.40q", key) }

// properties returns the metadata of a file.
func properties(p *onnxpb.Model) []classnames.Property {
	list := make([]classnames.Property, len(p.Metadata))
	for i, e := range p.Metadata {
		list[i] = classnames.Property(e)
	}
	return list
}

// reader builds a network node by node.
type reader struct {
	options    Options
	external   map[string]*io.SectionReader // by path
	counted    map[string]int64             // bytes of these in the budget: each at most once, however often it is read
	graph      *onnxpb.Graph
	opset      int64
	budget     int64 // elements that may still be allocated
	native     bool  // written by this package: images are C×H×W
	tf2onnx    bool  // written by tf2onnx, which exports Keras's networks
	batch      int64 // the batch size in the file, 0 if it is free
	functions  map[functionKey]*onnxpb.Function
	inlined    int // names of nodes that were read in place of others
	calls      int // within each other, now
	net        *nn.Network
	shapes     []nn.Shape
	values     map[string]batched   // by ONNX name
	bytes      map[string]bool      // ONNX names of values that are integers
	constants  map[string]*constant // by ONNX name
	params     map[paramKey]*nn.Param
	owned      map[*float32]bool // keys are the first elements of the data of params
	neverTrue  map[string]bool   // truth values that are false, by ONNX name
	valueNames names             // of ONNX values
	paramNames names             // of parameters
	layerNames names

	logSoftmaxes []logSoftmax
	diagnosis    *diagnosis // unless nil, all errors are wanted
}

// constant is decoded when it is first used.
type constant struct {
	proto  *onnxpb.Tensor
	tensor *tensor
}

// errBudget matches the error of a file that makes more than its size allows.
var errBudget = errors.New("the tensors that this file makes are too large for its size")

// spend counts elements that are about to be allocated, and returns an error if there are too many.
func (r *reader) spend(n int) error {
	if r.budget -= int64(n); r.budget < 0 {
		return errBudget
	}
	return nil
}

// secondInput returns the error for an input after the first one.
func (r *reader) secondInput(name string) error {
	remedy := ""
	if r.tf2onnx && strings.Contains(strings.ToLower(name), "normalization") {
		remedy = "; tf2onnx has left the values of a Keras layer Normalization out: export with Keras on PyTorch, or put Rescaling in its place"
	}
	return errorf("graph.input", "%q is a second input, want only one: the image%s", onnxpb.Abbreviate(name), remedy)
}

// readInputs reads the initializers and the input.
func (r *reader) readInputs(g *onnxpb.Graph) error {
	for i, t := range g.Initializers {
		place := fmt.Sprintf("graph.initializer %d", i)
		if t.Name == "" {
			return errorf(place, "has no name")
		}
		if r.constants[t.Name] != nil {
			return errorf(place, "%q occurs twice, want unique names", onnxpb.Abbreviate(t.Name))
		}
		r.constants[t.Name] = &constant{proto: t}
	}
	found := false
	for _, i := range g.Inputs {
		if r.constants[i.Name] != nil {
			continue // files of IR version 3 list initializers among the inputs
		}
		if found {
			err := r.secondInput(i.Name)
			if r.diagnosis.goOn(err) {
				r.diagnosis.unknown[i.Name] = true
				continue
			}
			return err
		}
		found = true
		if err := r.readInput(g, i); err != nil {
			err := &Error{Field: fmt.Sprintf("graph.input %q", onnxpb.Abbreviate(i.Name)), Err: err}
			if !r.diagnosis.goOn(err) {
				return err
			}
			image := assumedShape(i)
			if image == nil {
				r.diagnosis.unknown[i.Name] = true
				r.shapes = []nn.Shape{nil}
				continue
			}
			r.net.Image = image
			r.shapes = []nn.Shape{image}
			r.values[i.Name] = batchFirst(nn.Input)
		}
	}
	if !found {
		return errorf("graph.input", "there is none, want one: the image")
	}
	return nil
}

// run reads the nodes that the outputs depend on.
func (r *reader) run(nodes []*onnxpb.Node, outputs []string) error {
	order, err := topologicalOrder(nodes, outputs, r.isKnown)
	if err != nil {
		return err
	}
	if r.calls == 0 {
		r.diagnosis.order(order)
	}
	for _, i := range order {
		if err := r.node(nodes[i], i); err != nil && (r.calls > 0 || !r.diagnosis.goOnAfter(r, i, err)) {
			return err
		}
	}
	return nil
}

// isKnown reports whether a name is that of a constant, of the input or of a value that was read.
func (r *reader) isKnown(name string) bool {
	_, ok := r.values[name]
	return ok || r.constants[name] != nil || r.neverTrue[name] || r.diagnosis.isUnknown(name)
}
