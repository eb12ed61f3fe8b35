package loss

import (
	"math"
	"slices"
	"testing"
)

// klReference is the divergence in float64, as the definition has it.
func klReference(p, q []float64) float64 {
	logs := func(z []float64) []float64 {
		top, sum, out := slices.Max(z), 0.0, make([]float64, len(z))
		for _, v := range z {
			sum += math.Exp(v - top)
		}
		for k, v := range z {
			out[k] = v - top - math.Log(sum)
		}
		return out
	}
	a, b, value := logs(p), logs(q), 0.0
	for k := range a {
		value += math.Exp(a[k]) * (a[k] - b[k])
	}
	return value
}

func TestDivergenceAgainstDifferences(t *testing.T) {
	const h = 1e-5
	for i, a := range rows {
		for _, b := range rows[i:] {
			n := min(len(a.logits), len(b.logits))
			for _, pair := range [][2][]float32{{a.logits[:n], b.logits[:n]}, {b.logits[:n], a.logits[:n]}} {
				var z [2][]float64
				var d [2][]float32
				for j, row := range pair {
					for _, v := range row {
						z[j] = append(z[j], float64(v))
					}
					d[j] = make([]float32, n)
				}
				value := Divergence(d[0], d[1], pair[0], pair[1])
				if want := klReference(z[0], z[1]); !(math.Abs(value-want) < 1e-9*(1+want)) {
					t.Errorf("%s and %s: %v, want %v", a.name, b.name, value, want)
				}
				for j := range z {
					for k := range z[j] {
						at := z[j][k]
						z[j][k] = at + h
						up := klReference(z[0], z[1])
						z[j][k] = at - h
						down := klReference(z[0], z[1])
						z[j][k] = at
						want := (up - down) / (2 * h)
						if e := math.Abs(float64(d[j][k]) - want); !(e < 1e-6*(1+value)) {
							t.Errorf("%s and %s: d/dz%d of row %d = %v, differences give %v", a.name, b.name, k, j, d[j][k], want)
						}
					}
				}
			}
		}
	}
}

func TestDivergence(t *testing.T) {
	p, shifted := []float32{1, 2, 3}, []float32{11, 12, 13}
	dp, dq := []float32{9, 9, 9}, []float32{9, 9, 9}
	if v := Divergence(dp, dq, p, shifted); math.Abs(v) > 1e-12 || slices.Max(dp) > 1e-7 || slices.Max(dq) > 1e-7 {
		t.Errorf("of rows that differ by a constant: %v, gradients %v and %v", v, dp, dq)
	}
	if v := Divergence(nil, nil, p, []float32{3, 2, 1}); !(v > 0) {
		t.Errorf("of different rows: %v", v)
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	if v := Divergence(dp, dq, []float32{-inf, 0, 0}, p); v-v != 0 || dp[0] != 0 {
		t.Errorf("with a class of probability zero: %v, gradient %v", v, dp)
	}
	for _, bad := range [][2][]float32{{{nan, 0, 0}, p}, {p, {nan, 0, 0}}} {
		if v := Divergence(dp, dq, bad[0], bad[1]); v == v || dp[1] == dp[1] || dq[1] == dq[1] {
			t.Errorf("%v: %v, gradients %v and %v: want NaN", bad, v, dp, dq)
		}
	}
}

// Of two rows, the divergence is half of each one's from their mean; the differences are of that definition.
func TestJensenShannon(t *testing.T) {
	const h = 1e-5
	reference := func(z [2][]float64) float64 {
		var p [2][]float64
		for v := range z {
			sum := 0.0
			for _, x := range z[v] {
				sum += math.Exp(x)
			}
			for _, x := range z[v] {
				p[v] = append(p[v], math.Exp(x)/sum)
			}
		}
		mean := make([]float64, len(p[0])) // as logits: those of a mean are its logarithms
		for k := range mean {
			mean[k] = math.Log((p[0][k] + p[1][k]) / 2)
		}
		return (klReference(z[0], mean) + klReference(z[1], mean)) / 2
	}
	logits := [][]float32{{1, -2, .5, 0}, {-1, 3, .25, 2}}
	var z [2][]float64
	dlogits := make([][]float32, 2)
	for v, row := range logits {
		dlogits[v] = make([]float32, len(row))
		for _, x := range row {
			z[v] = append(z[v], float64(x))
		}
	}
	if got, want := JensenShannon(dlogits, logits), reference(z); math.Abs(got-want) > 1e-12 {
		t.Errorf("%g, want %g", got, want)
	}
	for v := range z {
		for k, at := range z[v] {
			z[v][k] = at + h
			up := reference(z)
			z[v][k] = at - h
			down := reference(z)
			z[v][k] = at
			if want := (up - down) / (2 * h); math.Abs(float64(dlogits[v][k])-want) > 1e-6 {
				t.Errorf("row %d: gradient %d is %g, differences give %g", v, k, dlogits[v][k], want)
			}
		}
	}
	inf := float32(math.Inf(1))
	if v := JensenShannon(dlogits, [][]float32{{-inf, 0, 1, 2}, {-inf, 0, 1, 2}}); math.Abs(v) > 1e-12 || dlogits[0][0] != 0 {
		t.Errorf("of equal rows with a class of probability zero: %g, gradient %g", v, dlogits[0])
	}
}
