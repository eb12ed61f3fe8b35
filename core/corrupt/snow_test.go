package corrupt

import (
	"math"
	"slices"
	"testing"

	"steady/core/img"
)

// On black, what is added where no snow falls is the whitening alone; snow is the same after half a turn and has no
// color.
func TestSnow(t *testing.T) {
	for severity := 1; severity <= 5; severity++ {
		for _, side := range []int{32, 224} {
			o, m := Options{Severity: severity, Seed: 3}, img.New(side, side)
			if err := snow.Apply(m, m, o); err != nil {
				t.Fatal(err)
			}
			turned := slices.Clone(m.Plane(0))
			slices.Reverse(turned)
			if !slices.Equal(m.Plane(0), turned) || !slices.Equal(m.Plane(0), m.Plane(2)) {
				t.Errorf("severity %d: the snow is not symmetric and gray", severity)
			}
			j := &job{severity: severity, profile: Auto.For(side, side)}
			least := float64(1-snowTable.at(j).keep) * .5
			if got := float64(slices.Min(m.Pix)); math.Abs(got-least) > .15 || got < least-1e-6 {
				t.Errorf("severity %d, %d px: from %g, want from %g", severity, side, got, least)
			}
			if slices.Max(m.Pix) == slices.Min(m.Pix) {
				t.Errorf("severity %d, %d px: no snow", severity, side)
			}
		}
	}
}
