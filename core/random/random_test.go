package random

import (
	"math"
	"testing"
)

func TestKeys(t *testing.T) {
	seen := map[uint64]string{}
	for name, s := range map[string]*Source{
		"base": New(1, 2, "fog", 3), "seed": New(2, 2, "fog", 3), "index": New(1, 3, "fog", 3),
		"name": New(1, 2, "fob", 3), "severity": New(1, 2, "fog", 4), "swapped": New(2, 1, "fog", 3),
	} {
		x := s.Uint64()
		if other, ok := seen[x]; ok {
			t.Errorf("%s and %s draw the same", name, other)
		}
		seen[x] = name
	}
	if a, b := New(1, 2, "fog", 3), New(1, 2, "fog", 3); a.Uint64() != b.Uint64() {
		t.Error("the same key draws differently")
	}
}

func TestState(t *testing.T) {
	s := New(1, 2, "x", 3)
	s.Uint64()
	state, want := s.State(), s.Uint64()
	other := new(Source)
	other.SetState(state)
	if got := other.Uint64(); got != want {
		t.Errorf("after SetState %x, want %x", got, want)
	}
}

// The bits of a stream are part of what users reproduce: they must never change, nor differ between processors.
func TestGolden(t *testing.T) {
	s := New(42, 7, "golden", 5)
	sum := uint64(14695981039346656037)
	mix := func(bits uint64) { sum = (sum ^ bits) * 1099511628211 }
	for range 20000 {
		mix(s.Uint64())
		mix(uint64(math.Float32bits(s.Normal())))
		mix(uint64(s.Poisson(3.7)))
		mix(uint64(s.Poisson(211.5)))
		mix(math.Float64bits(Exp(float64(s.Float64()*20) - 10)))
		mix(math.Float64bits(Log(s.Float64() + 1e-9)))
	}
	const want = uint64(0xa25f27d8db86ed70)
	if sum != want {
		t.Errorf("hash of the stream %#x, want %#x", sum, want)
	}
}

func TestExpLog(t *testing.T) {
	for x := -50.0; x < 50; x += .137 {
		if got, want := Exp(x), math.Exp(x); math.Abs(got/want-1) > 4e-15 {
			t.Errorf("Exp(%g) = %g, want %g", x, got, want)
		}
		if got, want := Log(math.Exp(x)), x; math.Abs(got-want) > 4e-15*math.Max(1, math.Abs(x)) {
			t.Errorf("Log(e^%g) = %g", x, got)
		}
	}
}

// distribution compares draws with a cumulative distribution: Kolmogorov and Smirnov's distance at 0.1 %.
func TestNormalDistribution(t *testing.T) {
	const n = 400000
	s := New(3, 0, "normal", 0)
	one, filled := make([]float32, n), make([]float32, n)
	for i := range one {
		one[i] = s.Normal()
	}
	s.FillNormal(filled)
	for name, draws := range map[string][]float32{"Normal": one, "FillNormal": filled} {
		t.Run(name, func(t *testing.T) { normalDraws(t, draws) })
	}
}

func normalDraws(t *testing.T, draws []float32) {
	n := float64(len(draws))
	var counts [81]int // bins of 0.1 from -4 to 4
	var mean, square, fourth float64
	for _, v := range draws {
		x := float64(v)
		mean += x / n
		square += x * x / n
		fourth += x * x * x * x / n
		counts[int(min(max((x+4)*10, 0), 80))]++
	}
	if math.Abs(mean) > 3.3/math.Sqrt(n) || math.Abs(square-1) > 3.3*math.Sqrt(2/n) || math.Abs(fourth-3) > 3.3*math.Sqrt(96/n) {
		t.Errorf("moments %g %g %g, want 0 1 3", mean, square, fourth)
	}
	total := 0
	for i, c := range counts[:80] {
		total += c
		want := .5 * math.Erfc(-(float64(i+1)/10-4)/math.Sqrt2)
		if got := float64(total) / n; math.Abs(got-want) > 1.95/math.Sqrt(n) {
			t.Errorf("share below %g is %g, want %g", float64(i+1)/10-4, got, want)
		}
	}
}

func TestPoissonDistribution(t *testing.T) {
	const n = 200000
	for _, lambda := range []float64{.3, 3, 9.9, 10.1, 60, 500} {
		s := New(4, 0, "poisson", int(lambda*10))
		counts := map[int]int{}
		var mean, square float64
		for range n {
			k := s.Poisson(float32(lambda))
			counts[k]++
			mean += float64(k) / n
			square += float64(k) * float64(k) / n
		}
		if math.Abs(mean-lambda) > 3.5*math.Sqrt(lambda/n) {
			t.Errorf("mean of %g is %g", lambda, mean)
		}
		if v := square - mean*mean; math.Abs(v-lambda) > 3.5*lambda*math.Sqrt((2+1/lambda)/n) {
			t.Errorf("variance of %g is %g", lambda, v)
		}
		chi, bins := 0.0, 0.0
		for k := 0; k < int(lambda*3)+20; k++ {
			g, _ := math.Lgamma(float64(k) + 1)
			want := n * math.Exp(float64(k)*math.Log(lambda)-lambda-g)
			if want >= 10 {
				chi += (float64(counts[k]) - want) * (float64(counts[k]) - want) / want
				bins++
			}
		}
		if chi > bins+3.5*math.Sqrt(2*bins)+5 {
			t.Errorf("chi-square of %g over %g bins is %g", lambda, bins, chi)
		}
	}
	for _, lambda := range []float32{0, -1, float32(math.NaN())} {
		if k := New(1, 1, "", 1).Poisson(lambda); k != 0 {
			t.Errorf("Poisson(%g) = %d", lambda, k)
		}
	}
}

func TestIntN(t *testing.T) {
	s := New(5, 0, "int", 0)
	var counts [7]int
	for range 70000 {
		counts[s.IntN(7)]++
	}
	for i, c := range counts {
		if math.Abs(float64(c)-10000) > 3.5*math.Sqrt(10000*6./7) {
			t.Errorf("%d drawn %d times of 70000", i, c)
		}
	}
	seen := map[int]bool{}
	for _, i := range s.Perm(100) {
		seen[i] = true
	}
	if len(seen) != 100 {
		t.Errorf("a permutation of 100 holds %d numbers", len(seen))
	}
}

func BenchmarkNormal(b *testing.B) {
	s, x := New(1, 1, "bench", 1), make([]float32, 1024)
	for b.Loop() {
		s.FillNormal(x)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/draw")
}
