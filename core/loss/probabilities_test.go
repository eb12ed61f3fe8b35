package loss

import (
	"math"
	"testing"
)

func TestAreProbabilities(t *testing.T) {
	nan := float32(math.NaN())
	for _, test := range []struct {
		rows []float32
		want bool
	}{
		{[]float32{0.25, 0.75, 1, 0}, true},
		{[]float32{0.3334, 0.6664}, true}, // rounded to half precision
		{[]float32{0.25, 0.75, 1, 1}, false},
		{[]float32{-0.25, 1.25}, false},
		{[]float32{nan, 1}, false},
		{[]float32{0.25, 0.7}, false},
		{nil, false},
	} {
		if AreProbabilities(test.rows, 2) != test.want {
			t.Errorf("%v: want %v", test.rows, test.want)
		}
	}
	if AreProbabilities([]float32{1, 1}, 1) {
		t.Error("probabilities of a single class")
	}
}

func TestProbabilities(t *testing.T) {
	got := make([]float32, 2)
	Probabilities(got, []float32{0.25, 0.75}, 2)
	if got[0] != 0.25 {
		t.Errorf("%v, want probabilities as they are", got)
	}
	Probabilities(got, []float32{2, 2}, 2)
	if got[0] != 0.5 {
		t.Errorf("%v, want the softmax of logits", got)
	}
	Log(got, []float32{1, 0})
	if got[0] != 0 || CheckFinite(got) != nil {
		t.Errorf("logarithms %v, want finite ones", got)
	}
}
