package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/img"
	"steady/core/nn"
	"steady/core/parallel"
)

// ErrSize matches the error of an image that does not have the size asked for and is not to be scaled and cropped to it.
var ErrSize = errors.New("wrong image size")

// Options choose how a [Source] prepares images. The zero value takes clean images of exactly the size asked for.
type Options struct {
	// Resize is the length in pixels that an image's shorter side is scaled to before the middle of the image is cut
	// out; 0 leaves images as large as they are. The bytes are those of torchvision's Resize and CenterCrop
	// (img.Image.ResizeCrop).
	Resize int
	// Crop lets the middle be cut out of images that are larger than the size asked for. A Resize does too.
	Crop bool
	// Cover scales each image until it just covers the size asked for, and cuts out the middle. For a square size that is a
	// Resize to its side. Resize is 0 then.
	Cover bool

	Corruption *corrupt.Corruption // nil: clean images
	Corrupt    corrupt.Options     // Index and Gray are each image's own
	JPEG       int                 // quality of 1 to 100 to compress the corrupted image with; 0: none
}

// Source is the images of a set, prepared as a network's input.
type Source struct {
	images  *dataset.Images
	shape   nn.Shape
	options Options
	scratch []*img.Image // one for each worker
	kept    *kept        // nil: none
}

// NewSource returns a source of a set's images for inputs of a shape, C×H×W with 1 or 3 channels.
func NewSource(images *dataset.Images, shape nn.Shape, o Options) (*Source, error) {
	if len(shape) != 3 || shape[0] != 1 && shape[0] != 3 {
		return nil, fmt.Errorf("eval: network for inputs of %v: want images, 1 or 3 × height × width", []int(shape))
	}
	c, h, w := shape[0], shape[1], shape[2]
	if o.Cover && o.Resize != 0 {
		return nil, fmt.Errorf("eval: shorter side of %d pixels asked for, and what just covers %d×%d", o.Resize, w, h)
	}
	if o.Resize < 0 || o.Resize > 0 && o.Resize < min(w, h) {
		return nil, fmt.Errorf("%w: shorter side of %d pixels: want at least the %d of a crop of %d×%d", ErrSize, o.Resize, min(w, h), w, h)
	}
	if o.JPEG < 0 || o.JPEG > 100 {
		return nil, fmt.Errorf("eval: JPEG of quality %d: want 1 to 100, or 0 for none", o.JPEG)
	}
	s := &Source{images: images, shape: nn.Shape{c, h, w}, options: o, scratch: make([]*img.Image, parallel.Workers())}
	if images.W > 0 && !s.fits(images.W, images.H) {
		return nil, s.wrongSize("the images of "+images.Name, images.W, images.H)
	}
	return s, nil
}

// Images returns the set.
func (s *Source) Images() *dataset.Images { return s.images }

// Shape returns the shape of an input, C×H×W.
func (s *Source) Shape() nn.Shape { return s.shape }

// Len returns the number of images.
func (s *Source) Len() int { return s.images.Len() }

// Labels returns the images' labels.
func (s *Source) Labels() []int { return s.images.Labels }

// CheckLabels returns an error if an image is of a class that a network with so many does not have.
func (s *Source) CheckLabels(classes int) error {
	for i, l := range s.images.Labels {
		if l < 0 || l >= classes {
			return fmt.Errorf("%s has class %d, but the network's classes are 0 to %d: the data set and the model do not match",
				s.images.File(i), l, classes-1)
		}
	}
	return nil
}

func (s *Source) fits(w, h int) bool {
	return w == s.shape[2] && h == s.shape[1] || s.options.Resize > 0 || s.options.Cover || s.options.Crop && w >= s.shape[2] && h >= s.shape[1]
}

func (s *Source) wrongSize(what string, w, h int) error {
	return fmt.Errorf("%w: %s: %d×%d, wanted are %d×%d", ErrSize, what, w, h, s.shape[2], s.shape[1])
}

// Image returns image i as a network is shown it, RGB in whole bytes (but for clean images of an array of
// floating-point numbers, which are as they stand there), in the memory of m if that is possible; m may be
// nil. Several goroutines may call it, each with an m of its own.
func (s *Source) Image(i int, m *img.Image) (*img.Image, error) {
	m, err := s.prepare(i, m)
	if err != nil {
		return nil, err
	}
	if s.options.Corruption != nil {
		o := s.options.Corrupt
		o.Index, o.Gray = uint64(i), s.images.C == 1
		if err := s.options.Corruption.ApplyBytes(m, o); err != nil {
			return nil, fmt.Errorf("%s: %w", s.images.File(i), err)
		}
	}
	if s.options.JPEG > 0 {
		corrupt.CompressJPEG(m, s.options.JPEG)
	}
	return m, nil
}

// prepare returns image i scaled and cropped.
func (s *Source) prepare(i int, m *img.Image) (*img.Image, error) {
	w, h := s.shape[2], s.shape[1]
	if found := s.kept.get(i, m, w, h); found != nil {
		return found, nil
	}
	m, err := s.images.Prepare(i, m, func(m *img.Image) (*img.Image, error) {
		if !s.fits(m.W, m.H) {
			return nil, s.wrongSize(s.images.File(i), m.W, m.H)
		}
		if m.W == w && m.H == h && (s.options.Resize == 0 || s.options.Resize == min(w, h)) {
			return m, nil
		}
		m, err := m.ResizeCrop(s.short(m.W, m.H), w, h)
		if err != nil {
			err = fmt.Errorf("%w: %s: %w", ErrSize, s.images.File(i), err)
		}
		return m, err
	})
	if err == nil {
		s.kept.put(i, m)
	}
	return m, err
}

// short returns the length that the shorter side of a w×h image is scaled to, 0 to leave it.
func (s *Source) short(w, h int) int {
	if !s.options.Cover {
		return s.options.Resize
	}
	up := func(a, b, by int) int { return int((int64(a)*int64(b) + int64(by) - 1) / int64(by)) }
	if w <= h { // both sides must be long enough, the longer one rounded down
		return max(s.shape[2], up(s.shape[1], w, h))
	}
	return max(s.shape[1], up(s.shape[2], h, w))
}

// Fill writes images first to first+n-1 to dst, n×C×H×W in [0,1], on all cores. A network with one channel is given the
// luma of color images.
func (s *Source) Fill(ctx context.Context, dst []float32, first, n int) error {
	size := s.shape.Size()
	return s.each(ctx, first, n, func(i int, m *img.Image) { m.PutPlanes(dst[i*size:][:size], s.shape[0]) })
}

// Bytes writes images first to first+n-1 to dst, n×H×W×3, on all cores.
func (s *Source) Bytes(ctx context.Context, dst []uint8, first, n int) error {
	size := 3 * s.shape[1] * s.shape[2]
	return s.each(ctx, first, n, func(i int, m *img.Image) { corrupt.PutBytes(dst[i*size:][:size], m) })
}

func (s *Source) each(ctx context.Context, first, n int, put func(i int, m *img.Image)) error {
	return parallel.Try(ctx, n, func(worker, i int) error {
		m, err := s.Image(first+i, s.scratch[worker])
		if err == nil {
			s.scratch[worker] = m
			put(i, m)
		}
		return err
	})
}

// Batch is some consecutive images of a source.
type Batch struct {
	First  int       // the first image's place in the set
	X      []float32 // N×C×H×W, valid until the next batch
	Labels []int     // N
}

// maxSlice is the number of images that are prepared together, and that an attack has under way.
const maxSlice = 256

// maxBytes bounds the memory of the images that are prepared together.
const maxBytes = 48 << 20

// sliceSize returns how many images to prepare together: maxSlice of them, unless they are large.
func (s *Source) sliceSize() int {
	return min(max(maxBytes/(4*s.shape.Size()), 1), maxSlice, max(s.Len(), 1))
}

// Batches returns the images in batches of at most n. While one is worked on, the next is prepared. The last pair has
// the error, if there is one.
func (s *Source) Batches(ctx context.Context, n int) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		size := s.shape.Size()
		var buffers [2][]float32
		var pending chan error // of the batch in preparation
		prepare := func(first int) (b Batch) {
			k := min(n, s.Len()-first)
			x := &buffers[first/n%2]
			if *x == nil {
				*x = make([]float32, k*size)
			}
			b = Batch{first, (*x)[:k*size], s.Labels()[first:][:k]}
			pending = make(chan error, 1)
			done := pending
			go func() { done <- s.Fill(ctx, b.X, first, k) }()
			return b
		}
		defer func() { // nobody uses the source any more when this function returns
			cancel()
			if pending != nil {
				<-pending
			}
		}()
		for first, next := 0, prepare(0); first < s.Len(); first += n {
			b, err := next, <-pending
			pending = nil
			if err == nil && first+n < s.Len() {
				next = prepare(first + n)
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// With returns the source of the same images, prepared in the same way, but corrupted as c, o and jpeg say (see [Options]).
// Several sources of the same images may be used at the same time, and share what is kept.
func (s *Source) With(c *corrupt.Corruption, o corrupt.Options, jpeg int) (*Source, error) {
	options := s.options
	options.Corruption, options.Corrupt, options.JPEG = c, o, jpeg
	t, err := NewSource(s.images, s.shape, options)
	if err == nil {
		t.kept = s.kept
	}
	return t, err
}

// Select returns the source of the images of the indices, in their order; corruptions see them by their new places.
func (s *Source) Select(indices []int) *Source {
	part := *s
	part.images, part.kept = s.images.Select(indices), nil
	part.scratch = make([]*img.Image, len(s.scratch))
	return &part
}
