package score

import (
	"math"
	"testing"

	"steady/core/random"
)

// Four images, of which three are right, and two under a corruption: R = 2/3.
func TestInfluenceByHand(t *testing.T) {
	clean, corrupted := []float64{1, 1, 1, 0}, []float64{1, 1, 0, 0}
	r, influence := RobustnessInfluence(clean, corrupted)
	near(t, "R", r, 2./3, 1e-15)
	for i, want := range []float64{4. / 9, 4. / 9, -8. / 9, 0} { // (1 - 2/3)/(3/4), and (0 - 2/3)/(3/4)
		near(t, "influence", influence[i], want, 1e-15)
	}
	// The sum of squares is (16 + 16 + 64)/81.
	half := 1.959963984540054 * math.Sqrt(96./81/3/4)
	got := InfluenceInterval(r, influence, .95)
	near(t, "lower", got.Lower, 2./3-half, 1e-14)
	near(t, "upper", got.Upper, 2./3+half, 1e-14)
	mean, influence := MeanInfluence([]float64{1, 2, 6})
	near(t, "mean", mean, 3, 0)
	sum := Combine([]float64{1, -2}, influence, []float64{1, 1, 1})
	for i, want := range []float64{-4, -3, 1} {
		near(t, "combined", sum[i], want, 0)
	}
	if i := InfluenceInterval(1, []float64{0}, .95); !math.IsNaN(i.Lower) || !math.IsNaN(i.Upper) {
		t.Errorf("of one image: %v", i)
	}
	if r, influence := RobustnessInfluence([]float64{0, 0}, []float64{1, 0}); !math.IsNaN(r) || !math.IsNaN(influence[0]) {
		t.Errorf("of nothing right: %g, %v", r, influence)
	}
}

// The interval of a difference of robustness scores is about that of the bootstrap, which knows nothing of influences.
func TestInfluenceIsBootstrap(t *testing.T) {
	s := random.New(9, 0, "influence", 0)
	columns := make([][]float64, 4) // two networks, clean and corrupted
	for range 600 {
		hard := float64(s.Normal())
		for k, threshold := range []float64{1.2, .3, 1, -.2} {
			right := 0.
			if hard+.7*float64(s.Normal()) < threshold {
				right = 1
			}
			columns[k] = append(columns[k], right)
		}
	}
	difference := func(c [][]float64) float64 {
		return RobustnessScore(Mean(c[0]), Mean(c[1])) - RobustnessScore(Mean(c[2]), Mean(c[3]))
	}
	want, err := Bootstrap(columns, difference, BootstrapOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a, ofA := RobustnessInfluence(columns[0], columns[1])
	b, ofB := RobustnessInfluence(columns[2], columns[3])
	got := InfluenceInterval(a-b, Combine([]float64{1, -1}, ofA, ofB), .95)
	width := want.Upper - want.Lower
	near(t, "lower", got.Lower, want.Lower, .08*width)
	near(t, "upper", got.Upper, want.Upper, .08*width)
}
