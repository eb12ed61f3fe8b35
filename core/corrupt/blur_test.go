package corrupt

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
)

// A point of light becomes the product of two bells.
func TestGaussianBlurOfAPoint(t *testing.T) {
	const side, middle = 101, 50
	for severity, sigma := range []float64{1, 2, 3, 4, 6} {
		m := img.New(side, side)
		m.Plane(1)[middle*side+middle] = 1
		apply(t, "gaussian_blur", m, Options{Severity: severity + 1, Profile: ImageNet})
		reach, norm := math.Floor(4*sigma+.5), 0.
		bell := func(d float64) float64 { return math.Exp(-d * d / (2 * sigma * sigma)) }
		for d := -reach; d <= reach; d++ {
			norm += bell(d)
		}
		for y := range side {
			for x := range side {
				dx, dy := float64(x-middle), float64(y-middle)
				want := bell(dx) * bell(dy) / (norm * norm)
				if math.Abs(dx) > reach || math.Abs(dy) > reach {
					want = 0
				}
				if got := m.Plane(1)[y*side+x]; math.Abs(float64(got)-want) > 1e-7 {
					t.Fatalf("sigma %g: at (%g,%g) %g, want %g", sigma, dx, dy, got, want)
				}
			}
		}
		for _, v := range append(m.Plane(0), m.Plane(2)...) {
			if v != 0 {
				t.Fatal("light went to another channel")
			}
		}
	}
}

// Where nothing changes there is nothing to blur, up to the border.
func TestBlursKeepFlatImages(t *testing.T) {
	for _, name := range []string{"gaussian_blur", "motion_blur"} {
		for _, size := range [][2]int{{1, 1}, {3, 50}, {70, 2}, {65, 65}} {
			for severity := 1; severity <= 5; severity++ {
				m := imagetest.Flat(size[0], size[1], 100./255)
				apply(t, name, m, Options{Severity: severity})
				for _, v := range m.Pix {
					if math.Abs(float64(v)-100./255) > 1e-6 {
						t.Fatalf("%s %v severity %d: %g became %g", name, size, severity, 100./255, v)
					}
				}
			}
		}
	}
}

func TestFlatImagesStayFlat(t *testing.T) {
	for _, c := range []*Corruption{defocusBlur, zoomBlur, glassBlur} {
		every(func(o Options) {
			for _, size := range [][2]int{{1, 1}, {3, 50}, {70, 2}, {65, 65}} {
				for _, v := range corrupted(t, c, imagetest.Flat(size[0], size[1], 100./255), o).Pix {
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

// A point of light shows the kernel: as many pixels as the disc has, with edges that are softened evenly.
func TestDefocusOfAPoint(t *testing.T) {
	const side, middle = 61, 30
	every(func(o Options) {
		l := defocusTable.at(&job{severity: o.Severity, profile: o.Profile})
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
