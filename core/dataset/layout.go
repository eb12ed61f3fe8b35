package dataset

import (
	"fmt"

	"steady/core/img"
)

// layout is where the pixels of an array of images stand.
type layout struct {
	array   *array
	n       int64
	c, h, w int
	first   bool // channels come before rows and columns

	image, row, column, channel int64 // steps from one to the next, in elements
}

// layout returns the layout of an array of images: N×H×W, N×H×W×C or N×C×H×W, with 1 or 3 channels.
func (a *array) layout() (*layout, error) {
	if (a.kind != 'u' || a.size != 1) && a.kind != 'f' {
		return nil, malformed(a.file, "type of its elements", "%s: images are uint8, 0 to 255, or floating-point numbers, 0 to 1",
			a.elements())
	}
	channels := func(axis int) bool { return a.dims[axis] == 1 || a.dims[axis] == 3 }
	y := &layout{array: a}
	var rows, columns, channel int // axes
	switch {
	case len(a.dims) == 3:
		rows, columns, channel = 1, 2, -1
	case len(a.dims) == 4 && channels(3):
		rows, columns, channel = 1, 2, 3
	case len(a.dims) == 4 && channels(1):
		rows, columns, channel, y.first = 2, 3, 1, true
	default:
		return nil, malformed(a.file, "shape", "%s: images are N×height×width, N×height×width×3 or N×3×height×width", a.shape())
	}
	steps := make([]int64, len(a.dims))
	step := int64(1)
	for k := range steps {
		axis := len(steps) - 1 - k
		if a.fortran {
			axis = k
		}
		steps[axis] = step
		step *= max(a.dims[axis], 1)
	}
	y.n, y.c, y.h, y.w = a.dims[0], 1, int(a.dims[rows]), int(a.dims[columns])
	y.image, y.row, y.column = steps[0], steps[rows], steps[columns]
	if channel >= 0 {
		y.c, y.channel = int(a.dims[channel]), steps[channel]
	}
	if y.n == 0 || y.h == 0 || y.w == 0 {
		return nil, malformed(a.file, "shape", "%s: there is nothing in it", a.shape())
	}
	if _, ok := volume(img.DefaultMaxPixels, a.dims[rows], a.dims[columns]); !ok {
		return nil, &Error{a.file, "shape " + a.shape(), fmt.Sprintf("want images of at most %d pixels", img.DefaultMaxPixels), ErrTooLarge}
	}
	return y, nil
}

// images returns the images of an array from one on, with the name, the labels and the shape of s. bytes returns n
// bytes of its elements from one on: in C order those of an image follow each other; in Fortran order they are spread
// over the whole array, so that it must be in memory.
func (y *layout) images(bytes func(from, n int64) ([]byte, error), s *Set, first int64) *Images {
	a := y.array
	size := int64(a.size)
	extent := int64(y.h-1)*y.row + int64(y.w-1)*y.column + int64(y.c-1)*y.channel + 1 // from an image's first element to its last
	read := func(i int, m *img.Image) (*img.Image, error) {
		m = sized(m, y.w, y.h)
		b, err := bytes((first+int64(i))*y.image*size, extent*size)
		if err != nil {
			return nil, withFile(err, a.file, field("image", i))
		}
		for c := range 3 {
			to := m.Plane(c)
			for p := range to {
				place := int64(p/y.w)*y.row + int64(p%y.w)*y.column + int64(min(c, y.c-1))*y.channel
				if a.kind == 'u' {
					to[p] = img.Unit(b[place])
					continue
				}
				v := a.number(b[place*size:])
				if !(v >= 0 && v <= 1) {
					return nil, malformed(a.file, field("image", i), "a value of %g: floating-point images are 0 to 1, and uint8 ones 0 to 255", v)
				}
				to[p] = float32(v)
			}
		}
		return m, nil
	}
	return &Images{Name: s.Name, Classes: s.Classes, Labels: s.Labels, C: s.C, H: s.H, W: s.W, read: read}
}
