package score

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"steady/core/random"
)

// Six networks, of which z is the clean accuracy. By hand: x and y are z and something of their own,
// x = z + (1, -1, -1, 1, 0, 0), y = 2z + (1, -1, 1, -1, 0, 0) with z = (-1, -1, 1, 1, -1, 1) + 5, whose own parts have
// nothing in common with z or each other.
func TestPartialByHand(t *testing.T) {
	z := []float64{4, 4, 6, 6, 4, 6}
	x := []float64{5, 3, 5, 7, 4, 6}
	y := []float64{9, 7, 13, 11, 8, 12}
	// Sums of squares: z 6; x 6 + 4 = 10; y 4·6 + 4 = 28; of products xz 6, yz 12, xy 12.
	near(t, "Pearson", Pearson(x, y), 12/math.Sqrt(10*28), 1e-15)
	near(t, "partial", PartialPearson(x, y, z), 0, 1e-15)
	// With the same part of their own, nothing but it is left.
	for i, v := range []float64{1, -1, -1, 1, 0, 0} {
		y[i] = 3*z[i] - 2*v
	}
	near(t, "partial of the opposite", PartialPearson(x, y, z), -1, 1e-15)
	// Of ranks: x (3.5, 1, 3.5, 6, 2, 5), z (2, 2, 5, 5, 2, 5); y = z leaves nothing.
	if r := PartialSpearman(x, z, z); !math.IsNaN(r) {
		t.Errorf("partial of z itself: %g, want NaN", r)
	}
	near(t, "partial of ranks", PartialSpearman([]float64{5, 3, 5, 7, 4, 6}, []float64{50, 30, 50, 90, 40, 60}, z), 1, 1e-15)
}

func TestFit(t *testing.T) {
	slope, intercept := Fit([]float64{0, 1, 2, 3}, []float64{1, 3, 2, 6})
	// x around 1.5: (-1.5, -.5, .5, 1.5), squares 5, products -1.5 - 1.5 + 1 + 9 = 7; y is 3 at 1.5.
	near(t, "slope", slope, 1.4, 1e-15)
	near(t, "intercept", intercept, 3-1.4*1.5, 1e-15)
	for _, x := range [][]float64{nil, {1}, {.1, .1, .1}} {
		if slope, intercept := Fit(x, make([]float64, len(x))); !math.IsNaN(slope) || !math.IsNaN(intercept) {
			t.Errorf("a line through %v: %g, %g", x, slope, intercept)
		}
	}
}

// TestPartialReference compares with what pingouin and SciPy computed; testdata/partial.py wrote the file.
func TestPartialReference(t *testing.T) {
	file, err := os.ReadFile("testdata/partial.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Cases []struct {
			X, Y, Clean       []float64
			Slope, Intercept  float64
			Pearson, Spearman float64
			PartialPearson    float64    `json:"partial_pearson"`
			PartialSpearman   float64    `json:"partial_spearman"`
			Interval          [2]float64 `json:"partial_pearson_interval"`
		}
	}
	if err := json.Unmarshal(file, &recorded); err != nil {
		t.Fatal(err)
	}
	if len(recorded.Cases) == 0 {
		t.Fatal("there is nothing in the file")
	}
	for _, r := range recorded.Cases {
		slope, intercept := Fit(r.X, r.Y)
		near(t, "slope", slope, r.Slope, 1e-12)
		near(t, "intercept", intercept, r.Intercept, 1e-12)
		near(t, "Pearson", Pearson(r.X, r.Y), r.Pearson, 1e-12)
		near(t, "Spearman", Spearman(r.X, r.Y), r.Spearman, 1e-12)
		near(t, "partial Pearson", PartialPearson(r.X, r.Y, r.Clean), r.PartialPearson, 1e-12)
		near(t, "partial Spearman", PartialSpearman(r.X, r.Y, r.Clean), r.PartialSpearman, 1e-12)
		got, err := Bootstrap([][]float64{r.X, r.Y, r.Clean}, partialPearson, BootstrapOptions{Resamples: 20000, Method: BCa})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "interval, lower", got.Lower, r.Interval[0], .03)
		near(t, "interval, upper", got.Upper, r.Interval[1], .03)
	}
}

func partialPearson(c [][]float64) float64 { return PartialPearson(c[0], c[1], c[2]) }

// TestPartialCoverage draws sixteen networks whose partial correlation is known, and counts how often it is in the
// interval: rather less often than the level says.
func TestPartialCoverage(t *testing.T) {
	s := random.New(8, 0, "coverage", 0)
	for _, rho := range []float64{0, .7} {
		const runs = 300
		inside, width := 0, 0.
		for seed := range uint64(runs) {
			x, y, z := draw(s, 16), draw(s, 16), draw(s, 16)
			for i := range x {
				y[i] = rho*x[i] + math.Sqrt(1-rho*rho)*y[i] + 2*z[i]
				x[i] += z[i]
			}
			got, err := Bootstrap([][]float64{x, y, z}, partialPearson, BootstrapOptions{Resamples: 400, Method: BCa, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			width += (got.Upper - got.Lower) / runs
			if got.Contains(rho) {
				inside++
			}
		}
		t.Logf("rho %g: in %.3f, mean width %.2f", rho, float64(inside)/runs, width)
		if c := float64(inside) / runs; c < .86 || c > .97 {
			t.Errorf("a partial correlation of %g is in %g of the intervals at 0.95", rho, c)
		}
	}
}
