package corrupt

import (
	"math"
	"testing"

	"steady/core/img"
)

func TestBlursKeepFlatPicturesToo(t *testing.T) {
	for _, c := range []*Corruption{defocusBlur, zoomBlur, glassBlur} {
		every(func(o Options) {
			for _, size := range [][2]int{{1, 1}, {3, 50}, {70, 2}, {65, 65}} {
				for _, v := range corrupted(t, c, flat(size[0], size[1], 100./255), o).Pix {
					want := 100. / 255
					if c == defocusBlur {
						want *= discSum(o)
					}
					if math.Abs(float64(v)-want) > 1e-6 {
						t.Fatalf("%s %v severity %d: %g, want %g", c.Name, size, o.Severity, v, want)
					}
				}
			}
		})
	}
}

// discSum is the sum of OpenCV 4.6's kernel: more than 1 where the disc touches the edge of the kernel's square.
func discSum(o Options) float64 {
	if o.Profile == ImageNet {
		return [5]float64{1, 1, 1, 1.0129755, 1.0107858}[o.Severity-1]
	}
	return 1
}

// A slope becomes less steep by the mean of 1/factor, and its middle stays.
func TestZoomOfASlope(t *testing.T) {
	const side = 224
	src := img.New(side, side)
	for i := range src.Plane(0) {
		src.Plane(0)[i] = float32(i%side) / side
		src.Plane(1)[i] = float32(i/side) / side
	}
	for severity, factors := range [][2]float64{{12, .01}, {16, .01}, {11, .02}, {13, .02}, {11, .03}} {
		got := corrupted(t, zoomBlur, src, Options{Severity: severity + 1, Profile: ImageNet})
		steepness := 1.
		for k := range int(factors[0]) {
			steepness += 1 / (1 + float64(k)*factors[1])
		}
		steepness /= factors[0] + 1
		for i := range side {
			want := .5 + (float64(i)/side-.5)*steepness
			a, b := float64(got.Plane(0)[100*side+i]), float64(got.Plane(1)[i*side+30])
			if math.Abs(a-want) > .005 || math.Abs(b-want) > .005 {
				t.Fatalf("severity %d: at %d %g and %g, want %g", severity+1, i, a, b, want)
			}
		}
	}
}

// A point of light shows the kernel: as many pixels as the disc has, with edges that are softened evenly.
func TestDefocusOfAPoint(t *testing.T) {
	const side, middle = 61, 30
	every(func(o Options) {
		l := defocusLens.at(&job{severity: o.Severity, profile: o.Profile})
		src := img.New(side, side)
		src.Plane(1)[middle*side+middle] = 1
		got := corrupted(t, defocusBlur, src, o).Plane(1)
		sum, wide := 0., 0.
		for i, v := range got {
			x, y := i%side-middle, i/side-middle
			sum += float64(v)
			wide += float64(v) * float64(x*x+y*y)
			for _, other := range []float32{
				got[(middle+x)*side+middle+y], got[(middle-y)*side+middle+x], got[(middle+y)*side+middle-x],
			} {
				if math.Abs(float64(v-other)) > 1e-7 {
					t.Fatalf("%v %d: %g at (%d,%d), %g at its mirror image", o.Profile, o.Severity, v, x, y, other)
				}
			}
			if math.Hypot(float64(x), float64(y)) > l.radius+3 && v > 1e-7 {
				t.Fatalf("%v %d: %g at (%d,%d)", o.Profile, o.Severity, v, x, y)
			}
		}
		// The mean square of the distance: the disc's, and that of the blur that softens it.
		count, square := 0., 0.
		for y := -10.; y <= 10; y++ {
			for x := -10.; x <= 10; x++ {
				if x*x+y*y <= l.radius*l.radius {
					count++
					square += x*x + y*y
				}
			}
		}
		side := math.Exp(-1 / (2 * l.alias * l.alias))
		want := square/count + 4*side/(1+2*side)
		if math.Abs(sum-discSum(o)) > 1e-6 || l.radius < 8 && math.Abs(wide-want) > 1e-4*want || math.Abs(wide-want) > .03*want {
			t.Errorf("%v %d: sum %g, mean square %g, want %g", o.Profile, o.Severity, sum, wide, want)
		}
	})
}
