package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
)

func TestBrightness(t *testing.T) {
	for _, c := range []struct {
		severity int
		in, want [3]float32
	}{
		{1, [3]float32{.2, .4, .8}, [3]float32{.225, .45, .9}}, // V .8 to .9, hue and saturation kept
		{3, [3]float32{.2, .4, .8}, [3]float32{.25, .5, 1}},    // V cannot exceed 1
		{5, [3]float32{0, 0, 0}, [3]float32{.5, .5, .5}},
		{2, [3]float32{.5, 0, 0}, [3]float32{.7, 0, 0}},
		{4, [3]float32{1, 1, 1}, [3]float32{1, 1, 1}},
		{1, [3]float32{.3, .3, .3}, [3]float32{.4, .4, .4}},
	} {
		m := img.New(1, 1)
		copy(m.Pix, c.in[:])
		apply(t, "brightness", m, Options{Severity: c.severity, Profile: ImageNet})
		for i, v := range m.Pix {
			if math.Abs(float64(v-c.want[i])) > 1e-6 {
				t.Errorf("severity %d: %v became %v, want %v", c.severity, c.in, m.Pix, c.want)
				break
			}
		}
	}
}

func TestFog(t *testing.T) {
	black, gray := img.New(224, 224), imagetest.Flat(224, 224, .5)
	for severity := 1; severity <= 5; severity++ {
		m := black.Clone()
		apply(t, "fog", m, Options{Severity: severity})
		for _, v := range m.Pix { // fog takes its light from the brightest pixel
			if v != 0 {
				t.Fatalf("severity %d: %g on a black image", severity, v)
			}
		}
		m = gray.Clone()
		apply(t, "fog", m, Options{Severity: severity})
		if !slices.Equal(m.Plane(0), m.Plane(1)) || !slices.Equal(m.Plane(0), m.Plane(2)) {
			t.Errorf("severity %d: fog has a color", severity)
		}
		// x·max/(max+a) where there is no fog, (x+a)·max/(max+a) where it is thickest.
		amount := []float64{1.5, 2, 2.5, 2.5, 3}[severity-1]
		low, high := .5*.5/(.5+amount), .5
		least, most := float64(slices.Min(m.Pix)), float64(slices.Max(m.Pix))
		if least < low-1e-6 || most > high+1e-6 || most-least < .4*(high-low) {
			t.Errorf("severity %d: fog from %g to %g, want within %g to %g", severity, least, most, low, high)
		}
	}
}
