package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/img"
	"steady/core/random"
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
	black, grey := img.New(224, 224), flat(224, 224, .5)
	for severity := 1; severity <= 5; severity++ {
		m := black.Clone()
		apply(t, "fog", m, Options{Severity: severity})
		for _, v := range m.Pix { // fog takes its light from the brightest pixel
			if v != 0 {
				t.Fatalf("severity %d: %g on a black picture", severity, v)
			}
		}
		m = grey.Clone()
		apply(t, "fog", m, Options{Severity: severity})
		if !slices.Equal(m.Plane(0), m.Plane(1)) || !slices.Equal(m.Plane(0), m.Plane(2)) {
			t.Errorf("severity %d: fog has a colour", severity)
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

func TestPlasma(t *testing.T) {
	for _, side := range []int{1, 2, 4, 64, 256} {
		field := slices.Repeat([]float32{float32(math.NaN())}, side*side) // every value must be set
		j := &job{random: random.New(1, 2, "plasma", side)}
		j.plasma(field, side, 2)
		if side == 1 {
			if field[0] != 0 {
				t.Errorf("a single point is %g", field[0])
			}
			continue
		}
		if slices.Min(field) != 0 || slices.Max(field) != 1 {
			t.Errorf("side %d: from %g to %g", side, slices.Min(field), slices.Max(field))
		}
	}
	// Neighbours differ by less the faster the displacement decays.
	before := math.Inf(1)
	for _, decay := range []float32{1.4, 1.75, 2, 3} {
		sum := 0.
		for i := range 10 {
			field := make([]float32, 128*128)
			j := &job{random: random.New(1, uint64(i), "plasma", 0)}
			j.plasma(field, 128, decay)
			for k := range len(field) - 1 {
				sum += math.Abs(float64(field[k+1] - field[k]))
			}
		}
		if sum > before*.9 {
			t.Errorf("decay %g: roughness %g after %g", decay, sum, before)
		}
		before = sum
	}
}
