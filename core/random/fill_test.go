package random

import (
	"math"
	"slices"
	"testing"
)

// The vectors must draw what the plain code draws, whatever is asked for.
func TestFillTwins(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 17, 31, 32, 33, 1000} {
		key := func() *Source { return New(1, uint64(n), "fill", 2) }
		bits, uniform, normal := make([]uint32, n), make([]float32, n), make([]float32, n)
		key().FillBits(bits)
		key().FillUniform(uniform, -3, 5)
		key().FillNormal(normal)
		padded := (n + 2*streams - 1) / (2 * streams) * 2 * streams
		wantBits, wantUniform, wantNormal := make([]uint32, padded), make([]float32, padded), make([]float32, padded)
		key().bulk().bitsPlain(wantBits)
		key().bulk().uniformPlain(wantUniform, -3, 8)
		key().bulk().normalPlain(wantNormal)
		if !slices.Equal(bits, wantBits[:n]) || !slices.Equal(uniform, wantUniform[:n]) ||
			!slices.Equal(normal, wantNormal[:n]) {
			t.Errorf("%d draws differ from the plain ones", n)
		}
	}
}

// Part of what users reproduce, as in TestGolden.
func TestFillGolden(t *testing.T) {
	s := New(42, 7, "golden", 5)
	bits, floats := make([]uint32, 10001), make([]float32, 10001)
	sum := uint64(14695981039346656037)
	mix := func(bits uint32) { sum = (sum ^ uint64(bits)) * 1099511628211 }
	s.FillBits(bits)
	for _, v := range bits {
		mix(v)
	}
	s.FillUniform(floats, -1, 2)
	for _, v := range floats {
		mix(math.Float32bits(v))
	}
	s.FillNormal(floats)
	for _, v := range floats {
		mix(math.Float32bits(v))
	}
	const want = uint64(0xb5b7df82b16dda4f)
	if sum != want {
		t.Errorf("hash of the draws %#x, want %#x", sum, want)
	}
}

func TestFillUniform(t *testing.T) {
	const n = 400000
	x := make([]float32, n)
	New(6, 0, "uniform", 0).FillUniform(x, -2, 3)
	var counts [50]int
	for _, v := range x {
		if !(v >= -2 && v < 3) {
			t.Fatalf("%g is outside [-2,3)", v)
		}
		counts[int((v+2)*10)]++
	}
	for i, c := range counts {
		if math.Abs(float64(c)-n/50) > 4*math.Sqrt(n/50) {
			t.Errorf("%d of %d draws in part %d of 50", c, n, i)
		}
	}
}

// The series against the functions that they stand for.
func TestPolar(t *testing.T) {
	s := New(8, 0, "polar", 0)
	for range 100000 {
		b := uint32(s.Uint64())
		b >>= s.IntN(32) // small ones, which are far out, too
		want := math.Sqrt(-2 * math.Log((float64(b>>1)*2+1)/(1<<32)))
		if got := float64(polarRadius(b)); math.Abs(got-want) > 1e-6*want+2e-4*math.Exp(-3*want) {
			t.Errorf("radius of %#x is %g, want %g", b, got, want)
		}
		sin, cos := polarAngle(b)
		wantSin, wantCos := math.Sincos(float64(b) / (1 << 32) * 2 * math.Pi)
		if math.Abs(float64(sin)-wantSin) > 2e-7 || math.Abs(float64(cos)-wantCos) > 2e-7 {
			t.Errorf("angle of %#x: %g and %g, want %g and %g", b, sin, cos, wantSin, wantCos)
		}
	}
}

func BenchmarkFill(b *testing.B) {
	s, x, bits := New(1, 1, "bench", 1), make([]float32, 1<<14), make([]uint32, 1<<14)
	for name, draw := range map[string]func(){"Bits": func() { s.FillBits(bits) },
		"Uniform": func() { s.FillUniform(x, 0, 1) }, "Normal": func() { s.FillNormal(x) }} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				draw()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/draw")
		})
	}
}
