package score

import (
	"errors"
	"math"
	"strings"
	"testing"

	"steady/core/random"
)

func mean(c [][]float64) float64 { return Mean(c[0]) }

func draw(s *random.Source, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(s.Normal())
	}
	return x
}

// TestBootstrapCoverage draws samples whose mean is known, and counts how often it is in the interval.
func TestBootstrapCoverage(t *testing.T) {
	s := random.New(4, 0, "coverage", 0)
	for _, method := range []BootstrapMethod{Percentile, BCa} {
		const runs = 400
		inside := 0
		for seed := range uint64(runs) {
			i, err := Bootstrap([][]float64{draw(s, 60)}, mean, BootstrapOptions{Resamples: 400, Level: .9, Method: method, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			if i.Contains(0) {
				inside++
			}
		}
		if c := float64(inside) / runs; c < .84 || c > .94 {
			t.Errorf("method %d: the mean is in %g of the intervals, want about 0.9", method, c)
		}
	}
}

// TestBootstrapKey holds the draws: they depend on the seed only, and are the same for every statistic.
func TestBootstrapKey(t *testing.T) {
	s := random.New(5, 0, "key", 0)
	x, y := draw(s, 100), draw(s, 100)
	interval := func(seed uint64, columns ...[]float64) Interval {
		i, err := Bootstrap(columns, func(c [][]float64) float64 { return Mean(c[len(c)-1]) }, BootstrapOptions{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	a := interval(1, x)
	if b := interval(1, y, x); b != a {
		t.Errorf("%v, and %v with another column", a, b)
	}
	if b := interval(2, x); b == a {
		t.Error("the seed changes nothing")
	}
	// The interval of the accuracy on 3 of 4 images, as drawn once: the same on all processors.
	i, err := Bootstrap([][]float64{PerImage([]bool{true, true, true, false})}, mean, BootstrapOptions{Resamples: 11, Level: .5, Seed: 7})
	if want := (Interval{.625, .875}); err != nil || i != want {
		t.Errorf("%v, %v, want %v", i, err, want)
	}
}

// TestBootstrapIsOfRows draws a column and its negative: their sum has no spread.
func TestBootstrapIsOfRows(t *testing.T) {
	x := draw(random.New(6, 0, "rows", 0), 50)
	negative := make([]float64, len(x))
	for i := range x {
		negative[i] = -x[i]
	}
	before := append([]float64(nil), x...)
	for _, method := range []BootstrapMethod{Percentile, BCa} {
		i, err := Bootstrap([][]float64{x, negative}, func(c [][]float64) float64 {
			sum := 0.0
			for k := range c[0] {
				sum += c[0][k] + c[1][k]
				c[0][k], c[1][k] = 1e9, 1e9 // the statistic may do what it wants with them
			}
			return sum
		}, BootstrapOptions{Method: method})
		if err != nil || i != (Interval{}) {
			t.Errorf("method %d: %v, %v, want no width", method, i, err)
		}
	}
	for i := range x {
		if x[i] != before[i] {
			t.Fatal("the column has changed")
		}
	}
}

// Resamples of five rows that draw one row only have no correlation: about one in 625, which may be left out.
func TestBootstrapUndefined(t *testing.T) {
	columns := [][]float64{{1, 2, 3, 4, 5}, {2, 1, 4, 3, 5}}
	pearson := func(c [][]float64) float64 { return Pearson(c[0], c[1]) }
	for allowed, want := range map[float64]bool{0: false, .0001: false, .01: true} {
		i, err := Bootstrap(columns, pearson, BootstrapOptions{Undefined: allowed})
		if defined := err == nil && i.Lower < .8 && .8 < i.Upper; defined != want || !want && !errors.Is(err, ErrUndefined) {
			t.Errorf("a share of %g: %v, %v", allowed, i, err)
		}
	}
}

func TestBootstrapEdges(t *testing.T) {
	right := PerImage([]bool{true, true, true})
	for _, method := range []BootstrapMethod{Percentile, BCa} {
		if i, err := Bootstrap([][]float64{right}, mean, BootstrapOptions{Method: method}); err != nil || i != (Interval{1, 1}) {
			t.Errorf("all right: %v, %v", i, err)
		}
	}
	pearson := func(c [][]float64) float64 { return Pearson(c[0], c[1]) }
	for name, test := range map[string]struct {
		columns   [][]float64
		statistic func([][]float64) float64
		options   BootstrapOptions
		undefined bool
		text      string
	}{
		"no columns":         {nil, mean, BootstrapOptions{}, false, "no rows"},
		"no rows":            {[][]float64{{}}, mean, BootstrapOptions{}, false, "no rows"},
		"NaN":                {[][]float64{{1, 2}, {1, math.NaN()}}, mean, BootstrapOptions{}, false, "element 1 of column 1"},
		"undefined":          {[][]float64{{1, 1}, {1, 2}}, pearson, BootstrapOptions{}, true, "on the data"},
		"undefined at times": {[][]float64{{1, 2, 3}, {1, 3, 2}}, pearson, BootstrapOptions{Resamples: 900}, true, "of 900 resamples"},
		"infinite": {[][]float64{{1, 2}}, func(c [][]float64) float64 { return 1 / (c[0][0] - c[0][1]) },
			BootstrapOptions{}, true, "resamples"},
		"one row":              {[][]float64{{1}}, mean, BootstrapOptions{Method: BCa}, true, "without one of the rows"},
		"undefined without it": {[][]float64{{0, 0, 1}}, func(c [][]float64) float64 { return float64(len(c[0])-2) / float64(len(c[0])-2) }, BootstrapOptions{Method: BCa}, true, "without one"},
	} {
		i, err := Bootstrap(test.columns, test.statistic, test.options)
		if err == nil || errors.Is(err, ErrUndefined) != test.undefined || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: error %v, want one with %q", name, err, test.text)
		}
		if !math.IsNaN(i.Lower) || !math.IsNaN(i.Upper) {
			t.Errorf("%s: %v, want NaN", name, i)
		}
	}
}

// TestBootstrapAll holds several statistics against one after another, one of them undefined.
func TestBootstrapAll(t *testing.T) {
	s := random.New(8, 0, "all", 0)
	columns := [][]float64{draw(s, 40), draw(s, 40), make([]float64, 40)}
	statistics := []func([][]float64) float64{
		mean,
		func(c [][]float64) float64 { return Pearson(c[0], c[1]) },
		func(c [][]float64) float64 { return Pearson(c[0], c[2]) }, // of a constant
	}
	for _, method := range []BootstrapMethod{Percentile, BCa} {
		o := BootstrapOptions{Method: method, Resamples: 300}
		all, err := BootstrapAll(columns, func(c [][]float64) (v []float64) {
			for _, f := range statistics {
				v = append(v, f(c))
			}
			return v
		}, o)
		if !errors.Is(err, ErrUndefined) || !strings.Contains(err.Error(), "statistic 2") || strings.Contains(err.Error(), "statistic 1") {
			t.Errorf("error %v, want one for statistic 2", err)
		}
		if len(all) != 3 || !math.IsNaN(all[2].Lower) {
			t.Fatalf("%v", all)
		}
		for k, f := range statistics[:2] {
			if one, err := Bootstrap(columns, f, o); err != nil || one != all[k] {
				t.Errorf("statistic %d: %v with others, %v alone, %v", k, all[k], one, err)
			}
		}
	}
}

func TestBCaBeyondMeaning(t *testing.T) {
	values := make([]float64, 1000)
	for i := range values {
		values[i] = float64(i)
	}
	for name, i := range map[string]Interval{
		"all resamples below":    bcaInterval([]float64{1, 2, 3}, []float64{4, 5, 5}, 9, .95),
		"all resamples above":    bcaInterval([]float64{1, 2, 3}, []float64{4, 5, 5}, 0, .95),
		"one row decides it all": bcaInterval(values, append(make([]float64, 30), -1), 999, .99999),
	} {
		if !math.IsNaN(i.Lower) && !math.IsNaN(i.Upper) {
			t.Errorf("%s: %v", name, i)
		}
	}
}

func TestQuantile(t *testing.T) {
	x := []float64{1, 2, 4, 8}
	for p, want := range map[float64]float64{0: 1, 1: 8, .5: 3, .25: 1.75, 2. / 3: 4, .9: 6.8} {
		near(t, "quantile", quantile(x, p), want, 1e-14)
	}
	near(t, "of one", quantile([]float64{3}, .3), 3, 0)
}

func TestPerImage(t *testing.T) {
	got := PerImage([]bool{true, true, false}, []bool{true, false, false})
	for i, want := range []float64{1, .5, 0} {
		near(t, "share", got[i], want, 0)
	}
	if len(PerImage(nil)) != 0 {
		t.Error("no images: not empty")
	}
}

// BenchmarkBootstrap is what a report does: the means over 10,000 images in 20 groups of cells.
func BenchmarkBootstrap(b *testing.B) {
	source := random.New(9, 0, "benchmark", 0)
	columns := make([][]float64, 20)
	for k := range columns {
		columns[k] = draw(source, 10000)
	}
	means := make([]float64, len(columns))
	for b.Loop() {
		if _, err := BootstrapAll(columns, func(c [][]float64) []float64 {
			for k := range c {
				means[k] = Mean(c[k])
			}
			return means
		}, BootstrapOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
