package stopwatch

import (
	"time"

	"steady/core/corrupt"
	"steady/core/img"
)

// Stopwatch times corruptions of an image.
type Stopwatch struct {
	rgba, out []byte
	src, dst  *img.Image
}

// New returns a stopwatch for a square image of RGBA bytes.
func New(rgba []byte, side int) (*Stopwatch, error) {
	src, err := img.FromRGBA(rgba, side, side)
	if err != nil {
		return nil, err
	}
	return &Stopwatch{rgba, make([]byte, 3*side*side), src, img.New(side, side)}, nil
}

// Apply returns the milliseconds of one Apply: the mean over as many as take a while.
func (s *Stopwatch) Apply(name string, severity int, while time.Duration) (float64, error) {
	return s.time(name, while, func(c *corrupt.Corruption, i int) error {
		return c.Apply(s.dst, s.src, corrupt.Options{Severity: severity, Index: uint64(i)})
	})
}

// Bytes returns the milliseconds of Apply with the conversion from the bytes of an image and to those of the corrupted
// one.
func (s *Stopwatch) Bytes(name string, severity int, while time.Duration) (float64, error) {
	return s.time(name, while, func(c *corrupt.Corruption, i int) error {
		if err := s.dst.SetRGBA(s.rgba, s.src.W, s.src.H); err != nil {
			return err
		}
		if err := c.Apply(s.dst, s.dst, corrupt.Options{Severity: severity, Index: uint64(i)}); err != nil {
			return err
		}
		corrupt.PutBytes(s.out, s.dst)
		return nil
	})
}

// time calls run until the while is over, and at least once: the first reading of a clock may already be later.
func (s *Stopwatch) time(name string, while time.Duration, run func(*corrupt.Corruption, int) error) (float64, error) {
	c, err := corrupt.Lookup(name)
	if err != nil {
		return 0, err
	}
	if err := run(c, 0); err != nil { // tables and memory are made on the first run
		return 0, err
	}
	start, n := time.Now(), 0
	for n == 0 || time.Since(start) < while {
		n++
		if err := run(c, n); err != nil {
			return 0, err
		}
	}
	return time.Since(start).Seconds() * 1000 / float64(n), nil
}
