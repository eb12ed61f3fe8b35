package corrupt

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
)

// Water adds its color and mud covers with its own; where there is none nothing changes.
func TestSpatterColors(t *testing.T) {
	for _, side := range []int{32, 224} {
		for severity := 1; severity <= 5; severity++ {
			src := imagetest.Flat(side, side, .25)
			m := src.Clone()
			apply(t, "spatter", m, Options{Severity: severity, Seed: 5})
			s := spatterTable.at(&job{severity: severity, profile: Auto.For(side, side)})
			touched := 0
			for i := range side * side {
				r, g, b := float64(m.Pix[i]), float64(m.Plane(1)[i]), float64(m.Plane(2)[i])
				if r == .25 && g == .25 && b == .25 {
					continue
				}
				touched++
				share := (r - .25) / (175. / 255) // of water
				wantG, wantB := .25+share*238/255, .25+share*238/255
				low, high := 0., float64(s.weight)
				if s.edge > 0 {
					share = (.25 - r) / (.25 - 63./255)
					wantG, wantB = .25*(1-share)+share*42/255, .25*(1-share)+share*20/255
					low, high = .8, 1
				}
				if share < low-1e-4 || share > high+1e-4 || math.Abs(g-wantG) > 1e-5 || math.Abs(b-wantB) > 1e-5 {
					t.Fatalf("%d px, severity %d: (%g, %g, %g), want a share of %g to %g of the liquid", side, severity, r, g, b,
						low, high)
				}
			}
			if touched == 0 || touched > side*side*3/4 {
				t.Errorf("%d px, severity %d: %d of %d pixels have changed", side, severity, touched, side*side)
			}
		}
	}
}

// Without any liquid the image stays as it is: there is no deepest place to compare with.
func TestSpatterDry(t *testing.T) {
	m := imagetest.Synthetic(20, 30)
	before := m.Clone()
	j := &job{w: 20, h: 30, src: m, dst: m}
	j.water(make([]float32, 600), .6)
	if img.Linf(before, m) != 0 {
		t.Error("a dry image has changed")
	}
}
