package nn

import (
	"errors"
	"fmt"
	"slices"

	"steady/core/scalar"
)

// ErrNotClassifier matches errors about a network whose output is not one number for each of two or more classes.
var ErrNotClassifier = errors.New("the network is not a classifier")

// Classifier returns the network with a logit for each class as its output, so that gradients do not vanish where its
// probabilities are 0 or 1. An output that no layer keeps within [0,1] counts as logits and stays; so does a Softmax,
// which [Network.Logits] leaves out. Any other output in [0,1] becomes the logarithm of it, with LogProbabilities set, and
// a single one the logits of two classes. An output with more than one axis above 1, or a single one that is no probability,
// is an error that matches [ErrNotClassifier].
//
// The original must be valid and is left as it is; parameters are shared with it.
func (n *Network) Classifier() (*Network, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	out, wide := shapes[n.Output], 0
	for _, d := range out {
		if d > 1 {
			wide++
		}
	}
	if wide > 1 {
		return nil, fmt.Errorf("%w: its output has shape %v per image: want one number per class, so one axis above 1",
			ErrNotClassifier, []int(out))
	}
	b := &logBuilder{rebuild: n.rebuild(), old: n, shapes: shapes, ranges: n.ranges(), logs: map[Value]Value{}}
	probabilities := b.isProbability(n.Output)
	switch v, isLog := n.loggedAt(n.Output); {
	case out.Size() == 1 && !probabilities:
		return nil, fmt.Errorf("%w: it returns a single number per image, and no sigmoid says that this is a probability: want "+
			"one number for each of two or more classes", ErrNotClassifier)
	case out.Size() == 1:
		return b.twoClasses(), nil
	case b.endsInSoftmax():
		return n.bareSoftmax(), nil
	case probabilities:
		return b.logarithm(n.Output), nil
	case isLog && b.isProbability(v):
		return b.logarithm(v), nil
	}
	return n, nil
}

// loggedAt returns what a value is the logarithm of, if it is one, perhaps reshaped.
func (n *Network) loggedAt(v Value) (Value, bool) {
	for v != Input {
		l := n.Layers[v-1]
		switch o := l.Op.(type) {
		case *Reshape:
			v = l.In[0]
			continue
		case *Map:
			return l.In[0], o.Kind == scalar.Log
		}
		break
	}
	return Input, false
}

// endsInSoftmax reports whether the output is a Softmax over the classes that was only clipped, reshaped or logged since,
// or had a small constant added.
func (b *logBuilder) endsInSoftmax() bool {
	n, readers := b.old, b.old.readers()
	for v := n.Output; v != Input && readers[v] == 1; v = n.Layers[v-1].In[0] {
		l := n.Layers[v-1]
		switch o := l.Op.(type) {
		case *Softmax:
			return b.shapes[v][o.Axis] == b.shapes[v].Size()
		case *Reshape:
		case *Clip:
			if !o.isLoose() || !b.isProbability(l.In[0]) {
				return false
			}
		case *Affine:
			if !o.guards() || !b.isProbability(l.In[0]) {
				return false
			}
		case *Map:
			if o.Kind != scalar.Log {
				return false
			}
		default:
			return false
		}
	}
	return false
}

// bareSoftmax returns a network that endsInSoftmax without its layers after the Softmax, other than Reshapes.
func (n *Network) bareSoftmax() *Network {
	for v := n.Output; ; v = n.Layers[v-1].In[0] {
		switch n.Layers[v-1].Op.(type) {
		case *Softmax:
			return n
		case *Clip, *Affine, *Map:
			return n.without(v).bareSoftmax()
		}
	}
}

// isLoose reports whether the limits only keep probabilities from 0 and 1.
func (o *Clip) isLoose() bool { return o.Min <= 0.01 && o.Max >= 0.99 }

// guards reports whether an Affine only keeps probabilities p from 0 and 1, as p + 1e-7 or 0.98·p + 0.01 do: with the same
// constants for all classes their order stays.
func (o *Affine) guards() bool {
	within := func(p *Param, low, high float32) bool {
		return p == nil || slices.Min(p.Data) == slices.Max(p.Data) && low <= p.Data[0] && p.Data[0] <= high
	}
	return within(o.Scale, 0.97, 1) && within(o.Shift, 0, 0.02)
}

// twoClasses returns the network whose single output p becomes the logits of the classes "no" and "yes": -z/2 and z/2 with
// z = log p - log(1-p).
func (b *logBuilder) twoClasses() *Network {
	b.keepAll()
	yes := b.log(b.old.Output)
	no := b.logOfRest(b.old.Output)
	minus := b.layer("minus", b.scale(-1), no)
	logit := b.layer("logit", &Add{}, yes, minus)
	flat := b.layer("flat", &Reshape{Shape{1}}, logit)
	weight := b.param("two_classes", []int{2, 1}, []float32{-0.5, 0.5}) // not 0 and z, which may look like probabilities
	b.net.Output = b.layer("two_classes", &Linear{Weight: weight}, flat)
	b.net.Labels, b.net.LabelsFrom = nil, ""
	return b.net.Pruned()
}

// logarithm returns the network whose output is the logarithm of a value.
func (b *logBuilder) logarithm(v Value) *Network {
	b.keepAll()
	b.net.Output = b.log(v)
	if s := b.shapes[v]; !s.Equal(b.shapes[b.old.Output]) {
		b.net.Output = b.layer("shape", &Reshape{b.shapes[b.old.Output]}, b.net.Output)
	}
	b.net.LogProbabilities = true
	return b.net.Pruned()
}
