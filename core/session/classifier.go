package session

import (
	"fmt"

	"steady/core/corrupt"
	"steady/core/engine"
	"steady/core/img"
	"steady/core/nn"
)

// classifier is a network that images are shown to, and the image at its size.
type classifier struct {
	engine  *engine.Engine
	network *nn.Network // that the engine has
	shape   nn.Shape
	classes []string

	small, corruptedSmall *img.Image // at the network's size
	x, logits, probs      []float32  // of two images: original, corrupted
}

// newClassifier reads a network from an ONNX file, and prepares it.
func newClassifier(a NetworkArgs, file []byte, further []File) (*classifier, *NetworkInfo, error) {
	n, notes, err := a.read(file, further)
	if err != nil {
		return nil, nil, err
	}
	n, e, err := load(a, n)
	if err != nil {
		return nil, nil, err
	}
	classes, err := classNames(n, a.Classes, e.Classes())
	if err != nil {
		return nil, nil, err
	}
	c := &classifier{engine: e, network: n, shape: e.InputShape(), classes: classes}
	c.x = make([]float32, 2*c.shape.Size())
	c.logits, c.probs = make([]float32, 2*len(classes)), make([]float32, 2*len(classes))
	return c, &NetworkInfo{Input: c.shape, Classes: classes, Params: n.ParamCount(), MACs: n.MACs(), Notes: notes}, nil
}

// image returns one of the two images, as numbers that the network is shown and at its size, and the probabilities of its classes.
func (c *classifier) image(from string) (x []float32, m *img.Image, probs []float32, err error) {
	size, k := c.shape.Size(), len(c.classes)
	switch from {
	case "original":
		return c.x[:size], c.small, c.probs[:k], nil
	case "corrupted":
		return c.x[size:], c.corruptedSmall, c.probs[k:], nil
	}
	return nil, nil, nil, fmt.Errorf("session: attack from %q: want original or corrupted", from)
}

// classify corrupts the image at the network's size and classifies it and the original.
func (s *Session) classify(n *classifier, c *corrupt.Corruption, o corrupt.Options, where string) error {
	if err := s.shrink(n, c, o, where); err != nil {
		return err
	}
	size := n.shape.Size()
	n.small.PutPlanes(n.x[:size], n.shape[0])
	n.corruptedSmall.PutPlanes(n.x[size:], n.shape[0])
	if err := n.engine.Logits(n.logits, n.x); err != nil {
		return err
	}
	return probabilities(n.engine, n.probs, n.logits)
}

// shrink makes the two images at the network's size. s.corruptedView must be there.
func (s *Session) shrink(n *classifier, c *corrupt.Corruption, o corrupt.Options, where string) error {
	w, h := n.shape[2], n.shape[1]
	if n.small == nil {
		from := s.source
		if from == nil {
			from = s.view
		}
		n.small = from.Fit(w, h)
		if n.shape[0] == 1 {
			n.small.Gray()
		}
	}
	if where == "view" {
		n.corruptedSmall = s.corruptedView.Fit(w, h)
		if n.shape[0] == 1 {
			n.corruptedSmall.Gray()
		}
		return nil
	}
	n.corruptedSmall = sized(n.corruptedSmall, n.small)
	o.Gray = n.shape[0] == 1
	n.corruptedSmall.CopyFrom(n.small)
	return c.ApplyBytes(n.corruptedSmall, o) // in whole bytes: what is seen is what the network is shown
}
