package corrupt

import (
	"errors"
	"fmt"
	"sync"

	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
	"steady/core/img"
	"steady/core/random"
)

// Options are the options of Apply.
type Options struct {
	Severity    int     // 1 to 5, or FullRange
	Profile     Profile // the constants to use; Auto chooses by the image's size
	Seed, Index uint64  // keys of the random numbers: the user's seed and the image's index in its set
	Gray        bool    // the image is gray (three equal planes) and stays so
}

// ErrPixels matches the error for an image with values that are NaN or far outside [0,1].
var ErrPixels = errors.New("pixels outside [0,1]")

// MaxPixels is the number of pixels of the largest image that is corrupted, 8192×8192: some corruptions need memory for
// eight times the image.
const MaxPixels = 1 << 26

// Apply writes the corrupted src to dst, which has the same size and may be src itself. Values are clipped to [0,1].
//
// It returns an error, and leaves dst as it is, for a severity or a profile that does not exist, for sizes that differ
// or exceed MaxPixels, for values outside [0,1] (ErrPixels), and for overlays that are too small (ErrOverlay).
func (c *Corruption) Apply(dst, src *img.Image, o Options) error {
	if err := c.check(dst, src, o); err != nil {
		return fmt.Errorf("corrupt: %s: %w", c.Name, err)
	}
	j := jobs.Get().(*job)
	j.dst, j.src, j.w, j.h = dst, src, src.W, src.H
	j.severity, j.profile = c.severity(o), o.Profile.For(src.W, src.H)
	if c.Stochastic {
		j.random = random.New(o.Seed, o.Index, c.Name, j.severity)
	}
	c.apply(j)
	pix.Clip(dst.Pix)
	if o.Gray {
		c.turnGray(dst)
	}
	j.dst, j.src, j.random = nil, nil, nil
	jobs.Put(j)
	return nil
}

// severity returns the severity to apply: where there is no range, FullRange is one of the five, drawn for the image.
func (c *Corruption) severity(o Options) int {
	if o.Severity == FullRange && c.Suite != Laugros {
		return 1 + random.New(o.Seed, o.Index, c.Name, FullRange).IntN(5)
	}
	return o.Severity
}

func (c *Corruption) check(dst, src *img.Image, o Options) error {
	switch {
	case o.Severity != FullRange && (o.Severity < 1 || o.Severity > 5):
		return fmt.Errorf("severity %d: want 1 to 5", o.Severity)
	case o.Profile < Auto || o.Profile > CIFAR:
		return fmt.Errorf("unknown %v, valid: Auto, ImageNet, CIFAR", o.Profile)
	case src == nil || dst == nil:
		return errors.New("no image: want dst and src")
	case src.W < 1 || src.H < 1 || src.W <= MaxPixels/src.H && len(src.Pix) != 3*src.W*src.H:
		return fmt.Errorf("source of %d×%d with %d values: want 3 for each pixel", src.W, src.H, len(src.Pix))
	case src.W > MaxPixels/src.H:
		return fmt.Errorf("image of %d×%d: want at most %d pixels", src.W, src.H, MaxPixels)
	case dst.W != src.W || dst.H != src.H || len(dst.Pix) != len(src.Pix):
		return fmt.Errorf("destination of %d×%d: want the source's %d×%d", dst.W, dst.H, src.W, src.H)
	}
	if pix.Outside(src.Pix, -slack, 1+slack) {
		i, n := firstOutside(src.Pix), src.W*src.H
		return fmt.Errorf("%w: %g in plane %d at (%d,%d)", ErrPixels, src.Pix[i], i/n, i%n%src.W, i%n/src.W)
	}
	if c.fits != nil {
		return c.fits(src.W, src.H, o.Profile.For(src.W, src.H))
	}
	return nil
}

// slack is how far outside [0,1] a value may lie: more than rounding does to a mean of colors.
const slack = 1. / 512

// firstOutside returns the index of the first value that is not a number in [0,1], or -1.
func firstOutside(pix []float32) int {
	for i, v := range pix {
		if !(v >= -slack && v <= 1+slack) {
			return i
		}
	}
	return -1
}

// job is one call of Apply, with the memory that it works in.
type job struct {
	dst, src *img.Image
	w, h     int
	severity int
	profile  Profile
	random   *random.Source
	scratch  scratch.Buffers // calls hand it on to each other
}

var jobs = sync.Pool{New: func() any { return new(job) }}

// bits draws n numbers of 32 random bits.
func (j *job) bits(n int) []uint32 {
	b := j.scratch.Bits(n)
	j.random.FillBits(b)
	return b
}

// normals draws n normal numbers, into Floats 0.
func (j *job) normals(n int) []float32 {
	x := j.scratch.Floats(0, n)
	j.random.FillNormal(x)
	return x
}
