package onnx

import (
	"errors"
	"slices"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// diagnosis collects everything that keeps a file from being read: reading goes on after an error where it can. What an
// unsupported node makes has the shape that the file declares for it, or that of the node's input if its operator keeps
// shapes; where neither is known, the nodes that depend on it are not checked. All methods work on a nil diagnosis, which
// collects nothing.
type diagnosis struct {
	problems  []*Error
	faulty    map[int]*Error               // by index of the node
	unchecked map[int]bool                 // nodes that read what is unknown
	unknown   map[string]bool              // values of which not even the shape is known
	exhausted bool                         // nothing more may be made of this file
	declared  map[string]*onnxpb.ValueInfo // shapes in the file
	needed    map[int]bool                 // nodes that the output depends on; nil until they are in order
	reader    *reader                      // nil until the nodes are read
	supposed  nn.Value                     // first value that is only supposed; 0 if there is none
}

func newDiagnosis(g *onnxpb.Graph) *diagnosis {
	d := &diagnosis{faulty: map[int]*Error{}, unchecked: map[int]bool{}, unknown: map[string]bool{},
		declared: map[string]*onnxpb.ValueInfo{}}
	if g != nil {
		for _, v := range slices.Concat(g.Values, g.Outputs) {
			d.declared[v.Name] = v
		}
	}
	return d
}

// goOn records an error and reports whether to go on after it.
func (d *diagnosis) goOn(err error) bool {
	if d == nil {
		return false
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = &Error{Err: err}
	}
	d.problems = append(d.problems, e)
	return true
}

// goOnAfter records the error of node i, supposes what the node makes, and reports whether to go on.
func (d *diagnosis) goOnAfter(r *reader, i int, err error) bool {
	if !d.goOn(err) {
		return false
	}
	d.faulty[i] = d.problems[len(d.problems)-1]
	d.exhausted = d.exhausted || errors.Is(err, errBudget)
	d.suppose(r, r.graph.Nodes[i])
	return true
}

// skips reports whether node i cannot be read because its inputs are unknown, or nothing more may be made. What can be
// said without them is recorded.
func (d *diagnosis) skips(n *node, i int) bool {
	if d == nil {
		return false
	}
	d.reader = n.r
	if !d.exhausted && !slices.ContainsFunc(n.Inputs, func(name string) bool { return d.unknown[name] }) {
		return false
	}
	if n.r.function(n.Node) == nil {
		n.checkOperator()
	}
	if n.err != nil {
		d.goOn(n.err)
		d.faulty[i] = d.problems[len(d.problems)-1]
	} else {
		d.unchecked[i] = true
	}
	d.suppose(n.r, n.Node)
	return true
}

// suppose sets the shapes of the outputs of a node that was not read, or makes them unknown.
func (d *diagnosis) suppose(r *reader, p *onnxpb.Node) {
	for i, name := range p.Outputs {
		if name == "" {
			continue
		}
		delete(r.values, name)
		delete(r.constants, name)
		shape := declaredShape(d.declared[name])
		if shape == nil && i == 0 && len(p.Inputs) > 0 && keepsShape[p.Op] && !d.unknown[p.Inputs[0]] {
			if v, ok := r.values[p.Inputs[0]]; ok && v.axis == 0 && !v.merged() {
				shape = r.shapes[v.Value]
			}
		}
		if shape == nil {
			d.unknown[name] = true
			continue
		}
		// Nothing is inferred from the layer again: the network is never complete.
		r.net.Layers = append(r.net.Layers, nn.Layer{Name: r.layerNames.unique(name), Op: &nn.Reshape{Shape: shape},
			In: []nn.Value{nn.Input}})
		r.shapes = append(r.shapes, shape)
		v := nn.Value(len(r.net.Layers))
		if d.supposed == 0 {
			d.supposed = v
		}
		r.values[name] = batchFirst(v)
	}
}

// isUnknown reports whether a name is that of an unknown value.
func (d *diagnosis) isUnknown(name string) bool { return d != nil && d.unknown[name] }

// firstError returns the first problem as an error, or nil.
func (d *diagnosis) firstError() error {
	if d == nil || len(d.problems) == 0 {
		return nil
	}
	return d.problems[0]
}

// order records the nodes that the output depends on.
func (d *diagnosis) order(nodes []int) {
	if d == nil {
		return
	}
	d.needed = make(map[int]bool, len(nodes))
	for _, i := range nodes {
		d.needed[i] = true
	}
}

// begun returns the layers that were read before the first that is only supposed, as a network without an output.
func (d *diagnosis) begun() *nn.Network {
	if d.reader == nil || d.reader.net.Image == nil {
		return nil
	}
	n := *d.reader.net
	if d.supposed > 0 {
		n.Layers = n.Layers[:d.supposed-1]
	}
	n.Output = nn.Input
	return &n
}

// keepsShape has the operators whose output has the shape of their first input, other than those that are always read.
var keepsShape = map[string]bool{
	"BatchNormalization": true, "Clip": true, "Cos": true, "CumSum": true, "GroupNormalization": true, "Hardmax": true,
	"InstanceNormalization": true, "LRN": true, "LayerNormalization": true, "LogSoftmax": true, "LpNormalization": true,
	"MeanVarianceNormalization": true, "RMSNormalization": true, "Shrink": true, "Sign": true, "Sin": true,
	"SkipLayerNormalization": true, "Softmax": true, "ThresholdedRelu": true,
}

// declaredShape returns the shape that a file declares for a value, without the batch in front, or nil if it is not known.
func declaredShape(v *onnxpb.ValueInfo) nn.Shape {
	if v == nil || !v.IsTensor || !v.ElemType.IsFloat() || len(v.Dims) < 2 {
		return nil
	}
	shape := make(nn.Shape, len(v.Dims)-1)
	for i, d := range v.Dims[1:] {
		if d.Param != "" || d.Value < 1 || d.Value > nn.MaxElements {
			return nil
		}
		shape[i] = int(d.Value)
	}
	if shape.Check() != nil {
		return nil
	}
	return shape
}

// assumedShape returns a usual shape of an image for an input that is not supported as it is, or nil.
func assumedShape(v *onnxpb.ValueInfo) nn.Shape {
	if !v.IsTensor || len(v.Dims) != 4 {
		return nil
	}
	shape := nn.Shape{3, 224, 224}
	for i, d := range v.Dims[1:] {
		if d.Param == "" && d.Value > 0 && d.Value <= nn.MaxElements {
			shape[i] = int(d.Value)
		}
	}
	if shape.Check() != nil {
		return nil
	}
	return shape
}
