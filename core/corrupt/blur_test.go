package corrupt

import (
	"math"
	"testing"

	"steady/core/img"
)

func TestKernels(t *testing.T) {
	for _, sigma := range []float64{.05, .4, 1, 6} {
		kernel := new(job).gaussianKernel(sigma)
		if want := 2*int(4*sigma+.5) + 1; len(kernel) != want {
			t.Errorf("sigma %g: %d taps, want %d", sigma, len(kernel), want)
		}
		sum := 0.
		for i, k := range kernel {
			sum += float64(k)
			if k != kernel[len(kernel)-1-i] {
				t.Errorf("sigma %g: not symmetric", sigma)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("sigma %g: sum %g", sigma, sum)
		}
	}
}

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
				m := flat(size[0], size[1], 100./255)
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

// Straight angles have closed forms: a one-sided bell to the left of a point, or above it.
func TestSmear(t *testing.T) {
	const side, middle = 41, 20
	const radius, sigma = 5, 3.
	norm := 0.
	for i := range 2*radius + 1 {
		norm += math.Exp(-float64(i*i) / (2 * sigma * sigma))
	}
	for _, c := range []struct {
		degrees        float64
		stepX, stepY   int
		everySecondHas bool
	}{{0, -1, 0, false}, {90, 0, -1, false}, {-90, 0, 1, false}, {180, 1, 0, false}} {
		src := img.New(side, side)
		src.Plane(2)[middle*side+middle] = 1
		j := &job{src: src, dst: img.New(side, side), w: side, h: side}
		j.smear(trail{radius, sigma}, c.degrees)
		for i := -middle; i <= middle; i++ {
			want := 0.
			if i >= 0 && i <= 2*radius {
				want = math.Exp(-float64(i*i)/(2*sigma*sigma)) / norm
			}
			got := j.dst.Plane(2)[(middle+i*c.stepY)*side+middle+i*c.stepX]
			if math.Abs(float64(got)-want) > 1e-6 {
				t.Errorf("%g degrees, %d steps away: %g, want %g", c.degrees, i, got, want)
			}
		}
	}
}

// The vectors of the SIMD build and the plain loop must round alike, whatever is left over at the end of a row.
func TestCorrelate(t *testing.T) {
	src := synthetic(61, 7).Pix
	offsets := []int{0, 3, 7, 1, 30, 12, 5}
	weights := []float32{.1, .3, -.2, .05, .4, .15, .2}
	for n := 1; n < 200; n++ {
		got := make([]float32, n)
		correlate(got, src, offsets, weights)
		for i, v := range got {
			want := float32(weights[0] * src[offsets[0]+i])
			for t, o := range offsets[1:] {
				want += float32(weights[t+1] * src[o+i])
			}
			if v != want {
				t.Fatalf("%d values: at %d %g, want %g", n, i, v, want)
			}
		}
	}
}
