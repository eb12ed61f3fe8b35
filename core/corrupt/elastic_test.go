package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/img"
	"steady/core/random"
)

func TestMirrors(t *testing.T) {
	for i, want := range []int{1, 2, 2, 1, 0, 0, 1, 2, 2, 1} {
		if got := mirrorHalf(i-5, 3); got != want {
			t.Errorf("mirrorHalf(%d, 3) = %d, want %d", i-5, got, want)
		}
	}
	for i, want := range []int{1, 0, 1, 2, 1, 0, 1, 2, 1, 0} {
		if got := mirror101(i-5, 3); got != want {
			t.Errorf("mirror101(%d, 3) = %d, want %d", i-5, got, want)
		}
	}
	if mirrorHalf(7, 1) != 0 || mirror101(-7, 1) != 0 {
		t.Error("a single pixel is not its own mirror image")
	}
}

// The smoothing must be the plain sum over mirrored places, folded or not.
func TestSmoothMirrored(t *testing.T) {
	const w, h = 7, 5
	for _, sigma := range []float64{.5, 1, 3, 40} {
		j := &job{w: w, h: h, random: random.New(1, 1, "test", 1)}
		plane := make([]float32, w*h)
		j.random.FillUniform(plane, -1, 1)
		reach := int(3*sigma + .5)
		kernel := slices.Clone(j.bell(2*reach+1, reach, sigma))
		want := make([]float64, w*h)
		for y := range h {
			for x := range w {
				for r, wy := range kernel {
					for s, wx := range kernel {
						want[y*w+x] += float64(wy) * float64(wx) * float64(plane[mirrorHalf(y+r-reach, h)*w+mirrorHalf(x+s-reach, w)])
					}
				}
			}
		}
		j.smoothMirrored(plane, sigma)
		for i, v := range plane {
			off := 1e-5
			if sigma == 40 { // by waves, of which those that are faint are left out
				off = 2 * faint
			}
			if math.Abs(float64(v)-want[i]) > off {
				t.Fatalf("sigma %g: %g at %d, want %g", sigma, v, i, want[i])
			}
		}
	}
}

// An affine map keeps a ramp a ramp: its points go where the three points say.
func TestElasticAffine(t *testing.T) {
	j := &job{w: 224, h: 224, random: random.New(3, 1, "test", 1)}
	if a := j.randomAffine(0); math.Abs(a[0]-1)+math.Abs(a[1])+math.Abs(a[2])+math.Abs(a[3])+math.Abs(a[4]-1)+math.Abs(a[5]) > 1e-9 {
		t.Errorf("points that stay give %v", a)
	}
	again := random.New(4, 1, "test", 1)
	j.random = random.New(4, 1, "test", 1)
	a := j.randomAffine(48.8)
	for _, p := range [][2]float64{{186, 186}, {186, 38}, {38, 38}} {
		x, y := p[0]+float64(again.Uniform(-48.8, 48.8)), p[1]+float64(again.Uniform(-48.8, 48.8))
		if math.Abs(a[0]*x+a[1]*y+a[2]-p[0]) > 1e-6 || math.Abs(a[3]*x+a[4]*y+a[5]-p[1]) > 1e-6 {
			t.Errorf("(%g,%g) does not come from %v", x, y, p)
		}
	}
}

func TestElasticKeepsFlatPictures(t *testing.T) {
	m := flat(40, 30, .5) // what is even stays so
	o := img.New(40, 30)
	for severity := 1; severity <= 5; severity++ {
		if err := elasticTransform.Apply(o, m, Options{Severity: severity}); err != nil || slices.Max(o.Pix) > .500001 || slices.Min(o.Pix) < .499999 {
			t.Errorf("severity %d: from %g to %g, %v", severity, slices.Min(o.Pix), slices.Max(o.Pix), err)
		}
	}
}
