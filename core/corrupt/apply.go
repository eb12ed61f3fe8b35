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

// Options say how to corrupt.
type Options struct {
	Severity    int     // 1 to 5; for those of Laugros also FullRange
	Profile     Profile // Auto goes by the picture's size
	Seed, Index uint64  // of the random numbers: the user's choice, and the picture's place in its set
	Grey        bool    // the picture is grey and stays so: its planes are equal before and after
}

// ErrPixels is the error of a picture with values that are no numbers or far outside [0,1].
var ErrPixels = errors.New("pixels outside [0,1]")

// MaxPixels is the largest picture that is corrupted, 8192×8192: some corruptions need room for eight times the picture.
const MaxPixels = 1 << 26

// Apply writes the corrupted src to dst, which has the same size and may be src itself. On an error dst is as before.
func (c *Corruption) Apply(dst, src *img.Image, o Options) error {
	if err := c.check(dst, src, o); err != nil {
		return fmt.Errorf("corrupt: %s: %w", c.Name, err)
	}
	j := jobs.Get().(*job)
	j.dst, j.src, j.w, j.h = dst, src, src.W, src.H
	j.severity, j.profile = o.Severity, o.Profile.For(src.W, src.H)
	if c.Stochastic {
		j.random = random.New(o.Seed, o.Index, c.Name, o.Severity)
	}
	c.apply(j)
	pix.Clip(dst.Pix)
	if o.Grey {
		c.turnGrey(dst)
	}
	j.dst, j.src, j.random = nil, nil, nil
	jobs.Put(j)
	return nil
}

func (c *Corruption) check(dst, src *img.Image, o Options) error {
	switch {
	case o.Severity == FullRange && c.Suite != Laugros:
		return errors.New("the full range: it has five severities and no range, want 1 to 5")
	case o.Severity != FullRange && (o.Severity < 1 || o.Severity > 5):
		return fmt.Errorf("severity %d: want 1 to 5", o.Severity)
	case o.Profile < Auto || o.Profile > CIFAR:
		return fmt.Errorf("unknown %v: want Auto, ImageNet or CIFAR", o.Profile)
	case src == nil || dst == nil:
		return errors.New("no picture: want dst and src")
	case src.W < 1 || src.H < 1 || src.W <= MaxPixels/src.H && len(src.Pix) != 3*src.W*src.H:
		return fmt.Errorf("a source of %d×%d with %d values: want 3 for each pixel", src.W, src.H, len(src.Pix))
	case src.W > MaxPixels/src.H:
		return fmt.Errorf("a picture of %d×%d: want at most %d pixels", src.W, src.H, MaxPixels)
	case dst.W != src.W || dst.H != src.H || len(dst.Pix) != len(src.Pix):
		return fmt.Errorf("a destination of %d×%d: want the source's %d×%d", dst.W, dst.H, src.W, src.H)
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

// slack is how far outside [0,1] a value may be: what rounding can do to a mean of colours, and more.
const slack = 1. / 512

// firstOutside gives the place of the first value that is not a number in [0,1], or -1.
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
