package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrNotImages matches errors about a network whose input is no image with one channel or three.
var ErrNotImages = errors.New("the network does not take images")

// ErrOrder matches errors about a network whose input is a list of numbers that may be a color image in one of two orders.
var ErrOrder = errors.New("in which order is not known")

// The sides of a square image whose pixels may be a list.
const (
	minListSide = 8
	maxListSide = 4096
)

// ForImages returns the network with an input of C×H×W, where C is 1 or 3. Two dimensions are a gray image. A list of
// numbers, in one dimension or with others of 1, is an image if the first layer reshapes it to one, else the rows of a
// square gray image, or of a square color image in the order that channelsLast says: without it, that is an error that
// matches [ErrOrder]. Any other input is one that matches [ErrNotImages].
//
// The original must be valid and is left as it is; parameters are shared with it.
func (n *Network) ForImages(channelsLast *bool) (*Network, error) {
	s := n.Image
	if size := s.Size(); len(s) > 1 && slices.Max(s) == size && (listSide(size) > 0 || size%3 == 0 && listSide(size/3) > 0) {
		s = Shape{size} // a list in more dimensions
	}
	switch {
	case len(s) == 3 && isChannels(s[0]):
		return n, nil
	case len(s) == 2:
		return n.reshaped(Shape{1, s[0], s[1]}, false, "the file takes gray images without an axis for channels"), nil
	case len(s) != 1:
		return nil, fmt.Errorf("%w: its input has shape %v per image, want 1 or 3 × height × width", ErrNotImages, []int(s))
	}
	if image, last := n.unflattened(); image != nil {
		return n.reshaped(image, last, listNote(image, last)), nil
	}
	if side := listSide(s[0]); side > 0 {
		image := Shape{1, side, side}
		return n.reshaped(image, false, listNote(image, false)), nil
	}
	side := 0
	if s[0]%3 == 0 {
		side = listSide(s[0] / 3)
	}
	switch {
	case side == 0:
		return nil, fmt.Errorf("%w: its input is %d numbers, which are no square image", ErrNotImages, s[0])
	case channelsLast == nil:
		return nil, fmt.Errorf("the network takes %d numbers, which can be a color image of %d×%d: %w", s[0], side, side, ErrOrder)
	}
	image := Shape{3, side, side}
	return n.reshaped(image, *channelsLast, listNote(image, *channelsLast)), nil
}

func isChannels(n int) bool { return n == 1 || n == 3 }

// listSide returns the side of a square image of so many pixels, or 0 if there is none that is likely.
func listSide(pixels int) int {
	side := int(math.Sqrt(float64(pixels)))
	if side*side != pixels || side < minListSide || side > maxListSide {
		return 0
	}
	return side
}

// listNote is a note on a list of numbers that is taken for an image.
func listNote(image Shape, last bool) string {
	size := fmt.Sprintf("%d×%d", image[2], image[1])
	switch {
	case image[0] == 1:
		return fmt.Sprintf("the file takes %d numbers: the rows of a gray image of %s", image.Size(), size)
	case last:
		return fmt.Sprintf("the file takes %d numbers: the red, green and blue of each pixel of %s", image.Size(), size)
	}
	return fmt.Sprintf("the file takes %d numbers: the red, the green and the blue of %s pixels", image.Size(), size)
}

// unflattened returns the image that the only reader of a list of numbers reshapes it to, and whether its channels come last
// there, or nil. Layers that compute number by number may come before.
func (n *Network) unflattened() (image Shape, last bool) {
	v := Input
	for i, l := range n.Layers {
		if len(l.In) == 0 || l.In[0] != v {
			continue
		}
		switch o := l.Op.(type) {
		case *Affine, *Map, *Clip:
			v = Value(i + 1)
		case *Reshape:
			s := o.Shape
			switch {
			case len(s) != 3 || isChannels(s[0]) == isChannels(s[2]):
				return nil, false
			case isChannels(s[0]):
				return s, false
			}
			return Shape{s[2], s[0], s[1]}, true
		default:
			return nil, false
		}
	}
	return nil, false
}

// reshaped returns the network with an input of C×H×W in the place of one of as many numbers.
func (n *Network) reshaped(image Shape, channelsLast bool, note string) *Network {
	r := n.rebuild()
	r.net.Image = image
	v := Input
	if channelsLast {
		v = r.add(r.layerName(n, "channels last"), &Transpose{Perm: []int{1, 2, 0}}, v)
	}
	r.moved[Input] = r.add(r.layerName(n, "as in the file"), &Reshape{Shape: n.Image}, v)
	for _, l := range n.Layers {
		r.moved = append(r.moved, r.keep(l))
	}
	r.net.Notes = append(append([]string(nil), n.Notes...), note)
	return r.done(n.Output)
}
