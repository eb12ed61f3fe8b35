package corrupt

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/corrupt/internal/pix"
)

// At severity 2 squares of 2×2 pixels become their means: first the rows' means are rounded, then the columns'.
func TestPixelateBoxes(t *testing.T) {
	src := imagetest.Synthetic(224, 96)
	m := src.Clone()
	apply(t, "pixelate", m, Options{Severity: 2})
	at := func(c, x, y int) float64 { return math.Round(255 * float64(src.Plane(c)[y*224+x])) }
	half := func(a, b float64) float64 { return math.Floor((a+b)/2 + .5) }
	for c := range 3 {
		for y := range 96 {
			for x := range 224 {
				left, top := x&^1, y&^1
				want := half(half(at(c, left, top), at(c, left+1, top)), half(at(c, left, top+1), at(c, left+1, top+1)))
				if got := m.Plane(c)[y*224+x]; got != pix.Levels[int(want)] {
					t.Fatalf("channel %d (%d,%d): %g, want %g", c, x, y, got*255, want)
				}
			}
		}
	}
}

// A gray flat image needs the first coefficient only, and comes back within half a step of it.
func TestJPEGOfFlatImages(t *testing.T) {
	for severity, quality := range []int{25, 18, 15, 10, 7} {
		step := (16*(5000/quality) + 50) / 100
		for v := 0; v < 256; v += 5 {
			m := imagetest.Flat(40, 30, pix.Levels[v])
			apply(t, "jpeg_compression", m, Options{Severity: severity + 1, Profile: ImageNet})
			coefficient := float64(8 * (v - 128))
			want := math.Copysign(math.Floor(math.Abs(coefficient)/float64(step)+.5), coefficient) * float64(step)
			want = min(max(128+math.Floor(want/8+.5), 0), 255)
			for _, got := range m.Pix {
				if got != pix.Levels[int(want)] {
					t.Fatalf("quality %d: %d became %g, want %g", quality, v, got*255, want)
				}
			}
		}
	}
}

func TestTinyJPEG(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 1}, {1, 9}, {3, 3}, {17, 16}, {16, 17}} {
		m := imagetest.Flat(size[0], size[1], pix.Levels[128])
		apply(t, "jpeg_compression", m, Options{Severity: 5})
		for _, v := range m.Pix {
			if v != pix.Levels[128] {
				t.Fatalf("%v: middle gray became %g", size, v*255)
			}
		}
	}
}

// The means stay and the standard deviations shrink to the factor.
func TestContrast(t *testing.T) {
	factors := map[Profile][5]float64{ImageNet: {.4, .3, .2, .1, .05}, CIFAR: {.75, .5, .4, .3, .15}}
	src := imagetest.Synthetic(70, 51)
	every(func(o Options) {
		got, factor := corrupted(t, contrast, src, o), factors[o.Profile][o.Severity-1]
		for c := range 3 {
			mean, variance, _ := imagetest.Moments(src.Plane(c))
			gotMean, gotVariance, _ := imagetest.Moments(got.Plane(c))
			if math.Abs(gotMean-mean) > 1e-6 || math.Abs(gotVariance-variance*factor*factor) > 1e-6 {
				t.Errorf("%v %d: mean %g and variance %g of %g and %g", o.Profile, o.Severity, gotMean, gotVariance, mean, variance)
			}
		}
	})
}

// saturation and hue of HSV, hue in sixths of the circle.
func hueSaturation(r, g, b float64) (hue, saturation float64) {
	v, d := max(r, g, b), max(r, g, b)-min(r, g, b)
	if d == 0 {
		return 0, 0
	}
	switch v {
	case r:
		hue = math.Mod((g-b)/d+6, 6)
	case g:
		hue = 2 + (b-r)/d
	default:
		hue = 4 + (r-g)/d
	}
	return hue, d / v
}

func TestSaturate(t *testing.T) {
	table := map[Profile][5][2]float64{
		ImageNet: {{.3, 0}, {.1, 0}, {2, 0}, {5, .1}, {20, .2}}, CIFAR: {{.3, 0}, {.1, 0}, {1.5, 0}, {2, .1}, {2.5, .2}},
	}
	src := imagetest.Synthetic(70, 51)
	every(func(o Options) {
		got, s := corrupted(t, saturate, src, o), table[o.Profile][o.Severity-1]
		for i := range src.Plane(0) {
			at := func(planes ...[]float32) (r, g, b float64) {
				return float64(planes[0][i]), float64(planes[1][i]), float64(planes[2][i])
			}
			r, g, b := at(src.Plane(0), src.Plane(1), src.Plane(2))
			toR, toG, toB := at(got.Plane(0), got.Plane(1), got.Plane(2))
			hue, saturation := hueSaturation(r, g, b)
			toHue, toSaturation := hueSaturation(toR, toG, toB)
			want := min(saturation*s[0]+s[1], 1)
			if max(r, g, b) == 0 {
				want = 0
			}
			turn := math.Abs(hue - toHue)
			if math.Abs(max(toR, toG, toB)-max(r, g, b)) > 1e-6 || math.Abs(toSaturation-want) > 1e-5 ||
				want > 0 && min(turn, 6-turn)*want*max(r, g, b) > 1e-5 {
				t.Fatalf("%v %d: (%g %g %g) becomes (%g %g %g), saturation %g", o.Profile, o.Severity, r, g, b, toR, toG, toB, want)
			}
		}
	})
}
