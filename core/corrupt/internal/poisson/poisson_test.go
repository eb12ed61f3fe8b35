package poisson

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/pix"
	"steady/core/random"
)

// The tables against the probabilities themselves.
func TestPoissonTables(t *testing.T) {
	const n = 200000
	for _, white := range []float32{3, 60, 500} {
		p := For(white)
		for _, v := range []float32{1. / 255, .1234, .5, .99999, 1} {
			s := random.New(1, 2, "tables", int(white))
			counts := map[int]float64{}
			for range n {
				counts[countOne(p, v, uint32(s.Uint64()>>32), s)]++
			}
			mean := float64(v) * float64(white)
			chi, bins := 0., 0.
			for k := 0.; k < 800; k++ {
				gamma, _ := math.Lgamma(k + 1)
				if want := n * math.Exp(k*math.Log(mean)-mean-gamma); want >= 10 {
					d := counts[int(k)] - want
					chi += d * d / want
					bins++
				}
			}
			if chi > bins+3.5*math.Sqrt(2*bins)+5 {
				t.Errorf("white %g, value %g: chi-square %.1f over %g bins", white, v, chi, bins)
			}
		}
		if got := countOne(p, 0, 1<<31, random.New(1, 1, "", 1)); got != 0 {
			t.Errorf("black counts %d quanta", got)
		}
	}
}

// countOne counts the quanta of one value.
func countOne(p *Sampler, v float32, bits uint32, s *random.Source) int {
	counts := []int32{int32(pix.Byte(v))}
	p.Count(counts, []float32{v}, []uint32{bits}, s)
	return int(counts[0])
}
