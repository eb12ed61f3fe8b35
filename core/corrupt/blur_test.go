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
func TestBlursKeepFlatPictures(t *testing.T) {
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

func TestBlursKeepFlatPicturesToo(t *testing.T) {
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
