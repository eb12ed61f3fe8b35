package loss

import (
	"math"
	"slices"
	"testing"
)

// softReference is the cross-entropy with smoothed soft targets in float64, as the definition has it.
func softReference(logits []float64, targets []float32, smoothing float64) float64 {
	value := 0.0
	for label, t := range targets {
		value += float64(t) * reference(logits, label, smoothing)
	}
	return value
}

// mixtures are distributions over n classes: one label, two that were mixed, all alike, and others.
func mixtures(n int) [][]float32 {
	var list [][]float32
	one, mixed, alike, falling := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	one[n-1] = 1
	mixed[0], mixed[1] = .25, .75
	sum := 0.0
	for k := range n {
		alike[k] = 1 / float32(n)
		sum += math.Pow(2, -float64(k))
	}
	for k := range n {
		falling[k] = float32(math.Pow(2, -float64(k)) / sum)
	}
	return append(list, one, mixed, alike, falling)
}

func TestSoftGradientAgainstDifferences(t *testing.T) {
	const h = 1e-5
	for _, row := range rows {
		n := len(row.logits)
		for m, targets := range mixtures(n) {
			for _, smoothing := range []float32{0, 0.1, 1} {
				total := Total{}
				dlogits := make([]float32, n)
				SoftCrossEntropy(targets, n, smoothing, &total)(0, row.logits, dlogits)
				z := make([]float64, n)
				for k, v := range row.logits {
					z[k] = float64(v)
				}
				if want := softReference(z, targets, float64(smoothing)); math.Abs(total.Loss-want) > 1e-6*max(1, want) {
					t.Errorf("%s, mixture %d, smoothing %v: loss %v, want %v", row.name, m, smoothing, total.Loss, want)
				}
				for k := range z {
					at := z[k]
					z[k] = at + h
					up := softReference(z, targets, float64(smoothing))
					z[k] = at - h
					down := softReference(z, targets, float64(smoothing))
					z[k] = at
					want := (up - down) / (2 * h)
					if d := math.Abs(float64(dlogits[k]) - want); !(d < 1e-6) {
						t.Errorf("%s, mixture %d, smoothing %v: d/dz%d = %v, by differences %v", row.name, m, smoothing, k, dlogits[k], want)
					}
				}
			}
		}
	}
}

// A distribution that is all one label's is that label, to the bit, also where a network is very sure.
func TestSoftTargetsOfOneLabel(t *testing.T) {
	for _, row := range append(rows, struct {
		name   string
		logits []float32
	}{"sure", []float32{60, 0, -5}}) {
		n := len(row.logits)
		for label := range n {
			targets := make([]float32, n)
			targets[label] = 1
			for _, smoothing := range []float32{0, .1} {
				var hard, soft Total
				want, got := make([]float32, n), make([]float32, n)
				Smoothed([]int{label}, n, smoothing, &hard)(0, row.logits, want)
				SoftCrossEntropy(targets, n, smoothing, &soft)(0, row.logits, got)
				if !slices.Equal(got, want) || soft != hard {
					t.Errorf("%s, label %d, smoothing %v: %v and %+v, want %v and %+v", row.name, label, smoothing, got, soft, want, hard)
				}
			}
		}
	}
}

func TestSoftTargetsInParts(t *testing.T) {
	targets := []float32{.5, .5, 0, 0, .25, .75, 1, 0, 0}
	logits := []float32{2, 1, 0, 0, 1, 2, 0, 3, 1}
	var total, cut Total
	whole, parts := make([]float32, 9), make([]float32, 9)
	SoftCrossEntropy(targets, 3, .1, &total)(0, logits, whole)
	f := SoftCrossEntropy(targets, 3, .1, &cut)
	f(0, logits[:3], parts[:3])
	f(1, logits[3:], parts[3:])
	if !slices.Equal(whole, parts) || total != cut || total.Images != 3 || total.Correct != 2 {
		t.Errorf("in parts %v and %+v, at once %v and %+v", parts, cut, whole, total)
	}
	nan := float32(math.NaN())
	total = Total{}
	SoftCrossEntropy(targets, 3, .1, &total)(0, []float32{1, nan, 0}, whole[:3])
	if total.Loss == total.Loss || whole[0] == whole[0] {
		t.Errorf("a logit of NaN: loss %g, gradient %v", total.Loss, whole[:3])
	}
}
