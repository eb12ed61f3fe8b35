package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"steady/core/img"
	"steady/core/parallel"
)

// Images is a labeled set whose images are read one at a time, when they are asked for: a folder of files, an array in
// a file, or a [Set] in memory. The images of a folder may be of different sizes.
type Images struct {
	Name    string
	Classes []string
	Labels  []int
	C       int // channels of the images before they become RGB: 1 or 3
	H, W    int // of every image; 0 for a folder, which is not read to learn that
	// Notes say what was skipped, and what was decided where a folder could be read in several ways.
	Notes   []string
	Skipped []Damaged // with Options.SkipDamaged

	read      func(i int, m *img.Image) (*img.Image, error)
	readLarge func(i int) (*img.Image, error) // one with more than img.DefaultMaxPixels; nil where that is not allowed
	open      func(i int) (fs.File, error)    // the file of image i; nil where an image has no file of its own
	file      func(i int) string              // nil where an image has no file of its own
	set       *Set                            // where all images are in memory
	close     func() error
}

// Len returns the number of images.
func (s *Images) Len() int { return len(s.Labels) }

// Read returns image i as RGB, in m's memory if m is not nil and that is possible. A gray image has three equal
// channels. Several goroutines may read at the same time, each with an m of its own.
func (s *Images) Read(i int, m *img.Image) (*img.Image, error) {
	return s.Prepare(i, m, func(m *img.Image) (*img.Image, error) { return m, nil })
}

// Prepare returns what f makes of image i, which is read as by Read. Of images with more than img.DefaultMaxPixels, where
// Options.MaxPixels allows them, one is read and prepared at a time.
func (s *Images) Prepare(i int, m *img.Image, f func(m *img.Image) (*img.Image, error)) (*img.Image, error) {
	m, err := s.read(i, m)
	if s.readLarge != nil && errors.Is(err, ErrTooLarge) {
		largeImages.Lock()
		defer largeImages.Unlock()
		m, err = s.readLarge(i)
	}
	if err != nil {
		return nil, err
	}
	return f(m)
}

// File returns the name of image i: that of its file, or else the set's name and the image's number.
func (s *Images) File(i int) string {
	if s.file == nil {
		return fmt.Sprintf("image %d of %s", i, s.Name)
	}
	return s.file(i)
}

// Close closes the file that images are read from, if there is one.
func (s *Images) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// Select returns the images of the indices, in their order. It shares the file of s.
func (s *Images) Select(indices []int) *Images {
	part := *s
	part.set = nil
	part.Labels = make([]int, len(indices))
	for k, i := range indices {
		part.Labels[k] = s.Labels[i]
	}
	indices = slices.Clone(indices)
	part.read = func(k int, m *img.Image) (*img.Image, error) { return s.read(indices[k], m) }
	if s.readLarge != nil {
		part.readLarge = func(k int) (*img.Image, error) { return s.readLarge(indices[k]) }
	}
	if s.open != nil {
		part.open = func(k int) (fs.File, error) { return s.open(indices[k]) }
	}
	part.file = func(k int) string { return s.File(indices[k]) }
	return &part
}

// Relabel returns the images with other labels: class k becomes classes[k], with that place's name. It shares the file
// of s.
func (s *Images) Relabel(classes []int, names []string) *Images {
	part := *s
	part.set = nil
	part.Classes = names
	part.Labels = make([]int, len(s.Labels))
	for i, l := range s.Labels {
		part.Labels[i] = classes[l]
	}
	return &part
}

// Images returns the set as [Images], without copying it.
func (s *Set) Images() *Images {
	return &Images{Name: s.Name, Classes: s.Classes, Labels: s.Labels, C: s.C, H: s.H, W: s.W, set: s,
		read: func(i int, m *img.Image) (*img.Image, error) {
			m = sized(m, s.W, s.H)
			plane := s.H * s.W
			pix := s.Image(i)
			for c := range 3 {
				to := m.Plane(c)
				for p, v := range pix[min(c, s.C-1)*plane:][:plane] {
					to[p] = img.Unit(v)
				}
			}
			return m, nil
		}}
}

func sized(m *img.Image, w, h int) *img.Image {
	if m == nil || m.W != w || m.H != h {
		return img.New(w, h)
	}
	return m
}

// Set reads all images into memory, as o says. Those of a folder are fitted to Options.Width and Height, or must
// all have the size of the first.
func (s *Images) Set(o Options) (*Set, error) {
	if s.set != nil {
		all := *s.set
		all.Name = s.Name
		return &all, nil
	}
	all := &Set{Name: s.Name, Classes: s.Classes, Labels: s.Labels, C: s.C, H: s.H, W: s.W}
	fit := s.W == 0 && o.Width > 0
	if fit {
		all.W, all.H = o.Width, o.Height
	} else if s.W == 0 {
		m, err := s.Read(0, nil)
		if err != nil {
			return nil, err
		}
		all.W, all.H = m.W, m.H
	}
	total, ok := volume(o.maxBytes(), int64(s.Len()), int64(all.Size()))
	if !ok {
		return nil, tooLarge(s.Name, fmt.Sprintf("%d images of %d×%d", s.Len(), all.W, all.H), o)
	}
	all.Pix = make([]uint8, total)
	scratch := make([]*img.Image, parallel.Workers())
	err := parallel.Try(context.Background(), s.Len(), func(worker, i int) error {
		m, err := s.Prepare(i, scratch[worker], func(m *img.Image) (*img.Image, error) {
			switch {
			case m.W == all.W && m.H == all.H:
				return m, nil
			case !fit:
				return nil, malformed(s.File(i), "size", "%d×%d, but the first image is %d×%d: want images of one size",
					m.W, m.H, all.W, all.H)
			}
			return m.Fit(all.W, all.H), nil
		})
		if err != nil {
			return err
		}
		scratch[worker] = m
		for j := range all.Image(i) {
			v := float64(min(max(m.Pix[j], 0), 1)) * 255
			whole := math.Floor(v + 0.5)
			if !fit && math.Abs(v-whole) > 1e-3 {
				return malformed(s.File(i), "value", "%g, which is no multiple of 1/255: a set in memory, as for training, has bytes", m.Pix[j])
			}
			all.Image(i)[j] = uint8(whole)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
