package onnx

import (
	"steady/core/nn"
	"steady/core/scalar"
)

// softmax implements Softmax, which is over one axis from operator set 13 on, and over all axes from axis on together
// before.
func (n *node) softmax() {
	absent := int64(1)
	if n.r.opset >= 13 {
		absent = -1
	}
	p := n.batchedInput(0)
	given := n.int("axis", absent)
	if n.err != nil {
		return
	}
	if rank := int64(n.r.rank(p)); n.r.opset >= 13 || given == -1 || given == rank-1 {
		axis := n.imageAxis("attribute axis", given, p)
		p.Value = n.addLayer(n.title, &nn.Softmax{Axis: axis}, p.Value)
		n.setOutput(0, p)
		return
	}
	x, shape := n.imageInput(0)
	if n.err != nil {
		return
	}
	from := n.imageAxis("attribute axis", given, batchFirst(x))
	if n.err != nil {
		return
	}
	axis, wide := from, 0
	for i := from; i < len(shape); i++ {
		if shape[i] != 1 {
			axis = i
			wide++
		}
	}
	if wide <= 1 {
		n.setImageOutput(n.addLayer(n.title, &nn.Softmax{Axis: axis}, x))
		return
	}
	flat := append(append(nn.Shape{}, shape[:from]...), shape[from:].Size())
	v := n.addLayer(n.title+".flat", &nn.Reshape{Shape: flat}, x)
	v = n.addLayer(n.title, &nn.Softmax{Axis: from}, v)
	n.setImageOutput(n.addLayer(n.title+".shape", &nn.Reshape{Shape: append(nn.Shape{}, shape...)}, v))
}

// logSoftmax implements LogSoftmax as a Softmax and its logarithm, which resolveLogSoftmaxes replaces.
func (n *node) logSoftmax() {
	absent := int64(1)
	if n.r.opset >= 13 {
		absent = -1
	}
	x := n.batchedInput(0)
	n.softmax()
	if n.err != nil {
		return
	}
	shape, p := n.r.shapes[x.Value], n.r.values[n.Outputs[0]]
	axis := n.imageAxis("attribute axis", n.int("axis", absent), x)
	out := n.addMap(n.title+".log", scalar.Function{Kind: scalar.Log}, p.Value)
	if n.err != nil {
		return
	}
	n.r.logSoftmaxes = append(n.r.logSoftmaxes, logSoftmax{n, x.Value, p.Value, out, shape[axis] == shape.Size()})
	p.Value = out
	n.setOutput(0, p)
}

// logSoftmax is a LogSoftmax that was read.
type logSoftmax struct {
	node             *node
	in, softmax, out nn.Value
	whole            bool // over all of the value
}

// resolveLogSoftmaxes has the readers of a LogSoftmax read something else, as its logarithm would not be finite where a
// probability is rounded to 0: at the end of a network its input, which differs by the same number for all classes of an
// image, and in place of its Exp the Softmax.
func (r *reader) resolveLogSoftmaxes() error {
	if len(r.logSoftmaxes) == 0 {
		return nil
	}
	made := map[nn.Value]logSoftmax{}
	for _, l := range r.logSoftmaxes {
		made[l.out] = l
	}
	instead := map[nn.Value]nn.Value{}
	for i, layer := range r.net.Layers {
		if m, ok := layer.Op.(*nn.Map); ok && m.Kind == scalar.Exp {
			if l, ok := made[layer.In[0]]; ok {
				instead[nn.Value(i+1)] = l.softmax
			}
		}
	}
	r.redirect(instead)
	end := r.net.Output
	for end != nn.Input {
		if _, ok := r.net.Layers[end-1].Op.(*nn.Reshape); !ok {
			break
		}
		end = r.net.Layers[end-1].In[0]
	}
	if l, ok := made[end]; ok && l.whole {
		r.redirect(map[nn.Value]nn.Value{end: l.in})
	}
	needed := r.net.Needed()
	for _, l := range r.logSoftmaxes {
		if needed[l.out] {
			l.node.fail("is only supported over the classes at the end of a network, where its input serves as logits, and " +
				"before an Exp")
			return l.node.err
		}
	}
	r.net = r.net.Pruned()
	return nil
}

// redirect has whatever reads a value that is a key of instead read the other one, of the same shape.
func (r *reader) redirect(instead map[nn.Value]nn.Value) {
	for _, l := range r.net.Layers {
		for j, v := range l.In {
			if to, ok := instead[v]; ok {
				l.In[j] = to
			}
		}
	}
	if to, ok := instead[r.net.Output]; ok {
		r.net.Output = to
	}
}
