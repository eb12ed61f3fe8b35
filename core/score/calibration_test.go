package score

import (
	"math"
	"testing"

	"steady/core/random"
)

func TestReliability(t *testing.T) {
	// By hand, in four bins: (0,¼] has 0 and ¼, (¼,½] has ½, (½,¾] nothing, (¾,1] has 1 and 1.
	r, err := NewReliability([]float64{0, .25, .5, 1, 1}, []bool{false, true, false, true, false}, 4)
	if err != nil {
		t.Fatal(err)
	}
	want := Reliability{{2, 1, .25}, {1, 0, .5}, {}, {2, 1, 2}}
	for i := range want {
		if r[i] != want[i] {
			t.Errorf("bin %d: %+v, want %+v", i, r[i], want[i])
		}
	}
	near(t, "accuracy", r[3].Accuracy(), .5, 0)
	near(t, "confidence", r[0].MeanConfidence(), .125, 0)
	near(t, "ECE", r.ECE(), (.75+.5+1)/5, 1e-16)
	if !math.IsNaN(r[2].Accuracy()) || !math.IsNaN(r[2].MeanConfidence()) {
		t.Error("an empty bin has an accuracy")
	}

	empty, err := NewReliability(nil, nil, Bins)
	if err != nil || len(empty) != Bins || !math.IsNaN(empty.ECE()) {
		t.Errorf("no images: %v, %v", empty, err)
	}
	all, err := NewReliability([]float64{1, 1}, []bool{true, true}, Bins)
	if err != nil || all.ECE() != 0 {
		t.Errorf("certain and right: %v, %v", all.ECE(), err)
	}
	for _, c := range []float64{-.01, 1.01, 97, math.NaN(), math.Inf(1)} {
		if _, err := NewReliability([]float64{.5, c}, []bool{true, true}, Bins); err == nil {
			t.Errorf("confidence %g: no error", c)
		}
	}
}

// TestECEAgainstBins holds the error against its definition, bin by bin.
func TestECEAgainstBins(t *testing.T) {
	s := random.New(2, 0, "calibration", 0)
	for range 20 {
		n := 1 + s.IntN(500)
		confidences, right := make([]float64, n), make([]bool, n)
		for i := range confidences {
			confidences[i] = s.Float64()
			right[i] = s.Float64() < confidences[i]*confidences[i]
		}
		r, err := NewReliability(confidences, right, Bins)
		if err != nil {
			t.Fatal(err)
		}
		want := 0.0
		for m := range Bins {
			lo, hi := float64(m)/Bins, float64(m+1)/Bins
			var count, hits, sum float64
			for i, c := range confidences {
				if c > lo && c <= hi {
					count++
					sum += c
					if right[i] {
						hits++
					}
				}
			}
			if count > 0 {
				want += count / float64(n) * math.Abs(hits/count-sum/count)
			}
		}
		near(t, "ECE", r.ECE(), want, 1e-13)
		if whole, err := NewReliability(confidences, right, 1); err != nil || whole.ECE() > r.ECE()+1e-13 {
			t.Errorf("ECE %g in one bin, %g in %d", whole.ECE(), r.ECE(), Bins)
		}
	}
}

func TestBrier(t *testing.T) {
	near(t, "by hand", Brier([]float32{.5, .25, .25}, 1), .25+.5625+.0625, 0)
	near(t, "right", Brier([]float32{0, 1}, 1), 0, 0)
	near(t, "wrong", Brier([]float32{0, 1}, 0), 2, 0)
	near(t, "knows nothing", Brier([]float32{.25, .25, .25, .25}, 2), .75, 0)
}
