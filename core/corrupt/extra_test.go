package corrupt

import (
	"testing"

	"steady/core/img"
)

// corrupted is what a corruption makes of a picture, the same in place and not.
func corrupted(t *testing.T, c *Corruption, m *img.Image, o Options) *img.Image {
	t.Helper()
	before, dst := m.Clone(), img.New(m.W, m.H)
	if err := c.Apply(dst, m, o); err != nil {
		t.Fatal(err)
	}
	for i, v := range m.Pix {
		if v != before.Pix[i] {
			t.Fatalf("%s changes its source", c.Name)
		}
	}
	if err := c.Apply(before, before, o); err != nil {
		t.Fatal(err)
	}
	for i, v := range dst.Pix {
		if before.Pix[i] != v {
			t.Fatalf("%s %d×%d severity %d: in place %g, else %g", c.Name, m.W, m.H, o.Severity, before.Pix[i], v)
		}
		if !(v >= 0 && v <= 1) {
			t.Fatalf("%s %d×%d severity %d: %g", c.Name, m.W, m.H, o.Severity, v)
		}
	}
	return dst
}

// every calls f with all options of severity and profile.
func every(f func(o Options)) {
	for _, profile := range []Profile{ImageNet, CIFAR} {
		for severity := 1; severity <= 5; severity++ {
			f(Options{Severity: severity, Profile: profile, Seed: 9})
		}
	}
}

func TestSmallPicturesInPlace(t *testing.T) {
	for _, c := range []*Corruption{impulseNoise, speckleNoise, defocusBlur, glassBlur, zoomBlur, contrast, saturate} {
		every(func(o Options) {
			for _, size := range [][2]int{{1, 1}, {1, 9}, {2, 1}, {3, 2}, {7, 40}, {33, 5}, {65, 70}} {
				corrupted(t, c, synthetic(size[0], size[1]), o)
			}
		})
	}
}
