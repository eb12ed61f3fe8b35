package corrupt

import (
	"math"
	"testing"
)

// The means stay and the standard deviations shrink to the factor.
func TestContrast(t *testing.T) {
	factors := map[Profile][5]float64{ImageNet: {.4, .3, .2, .1, .05}, CIFAR: {.75, .5, .4, .3, .15}}
	src := synthetic(70, 51)
	every(func(o Options) {
		got, factor := corrupted(t, contrast, src, o), factors[o.Profile][o.Severity-1]
		for c := range 3 {
			mean, variance, _ := moments(src.Plane(c))
			gotMean, gotVariance, _ := moments(got.Plane(c))
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
	src := synthetic(70, 51)
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
