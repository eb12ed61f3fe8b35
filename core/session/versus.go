package session

import (
	"errors"

	"steady/core/img"
	"steady/core/nn"
)

var errNoSecond = errors.New("There is no second network: choose one to compare with first.")

// SetSecond reads a second network from an ONNX file, as SetNetwork does: from then on, it classifies what the first one does. It may
// take images of another size and have other classes. On an error the one before stays.
func (s *Session) SetSecond(a NetworkArgs, file []byte, further ...File) (*NetworkInfo, error) {
	c, info, err := newClassifier(a, file, further)
	if err != nil {
		return nil, err
	}
	if s.first != nil {
		if err := s.follow(c); err != nil {
			return nil, err
		}
	}
	s.second = c
	return info, nil
}

// RemoveSecond forgets the second network.
func (s *Session) RemoveSecond() { s.second = nil }

// victim returns the network that is to be attacked, the second one or the first, and the other one, if there is any.
func (s *Session) victim(second bool) (victim, other *classifier, err error) {
	switch {
	case s.first == nil:
		return nil, nil, errNoNetwork
	case !second:
		return s.first, s.second, nil
	case s.second == nil:
		return nil, nil, errNoSecond
	}
	return s.second, s.first, nil
}

// onlooker is shown what an attack does to an image that another network is shown.
type onlooker struct {
	network *classifier
	same    bool // both networks take images of one shape

	victim        nn.Shape
	change        *img.Image // at the size of the network that is attacked
	before        *img.Image // the image before the attack, at the size of this network
	x             []float32
	logits, probs []float32
}

// newOnlooker returns one for the attack on an image of victim, or nil where the two networks take images of other proportions: these
// are not of the same part of the picture.
func newOnlooker(victim, other *classifier, from string) (*onlooker, error) {
	_, before, _, err := other.image(from)
	if err != nil {
		return nil, err
	}
	v, own, k := victim.shape, other.shape, len(other.classes)
	if v[1]*own[2] != v[2]*own[1] {
		return nil, nil
	}
	return &onlooker{network: other, same: v.Equal(own), victim: v, change: img.New(v[2], v[1]), before: before.Clone(),
		x: make([]float32, own.Size()), logits: make([]float32, k), probs: make([]float32, k)}, nil
}

// answer returns the probabilities for an image that an attack has made of x0.
func (o *onlooker) answer(x, x0 []float32) ([]float32, error) {
	if o.same {
		copy(o.x, x)
	} else {
		o.carry(x, x0)
	}
	if err := o.network.engine.Logits(o.logits, o.x); err != nil {
		return nil, err
	}
	return o.probs, probabilities(o.network.engine, o.probs, o.logits)
}

// carry scales the change from x0 to x to the size of this network, and adds it to its own image.
func (o *onlooker) carry(x, x0 []float32) {
	plane := o.victim[1] * o.victim[2]
	for c := range 3 {
		first := min(c, o.victim[0]-1) * plane
		to := o.change.Plane(c)
		for i := range to {
			to[i] = (1 + x[first+i] - x0[first+i]) / 2 // images are within [0,1]
		}
	}
	own := o.network.shape
	m := o.change.Resize(own[2], own[1])
	for i, v := range m.Pix {
		m.Pix[i] = min(max(o.before.Pix[i]+2*v-1, 0), 1)
	}
	m.PutPlanes(o.x, own[0])
}
