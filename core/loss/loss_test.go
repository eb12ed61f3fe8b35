package loss

import (
	"math"
	"slices"
	"testing"
)

// reference is the cross-entropy with smoothed labels in float64, as the definition has it.
func reference(logits []float64, label int, smoothing float64) float64 {
	top, sum, value := slices.Max(logits), 0.0, 0.0
	for _, z := range logits {
		sum += math.Exp(z - top)
	}
	for k, z := range logits {
		target := smoothing / float64(len(logits))
		if k == label {
			target += 1 - smoothing
		}
		value -= target * (z - top - math.Log(sum))
	}
	return value
}

var rows = []struct {
	name   string
	logits []float32
}{
	{"two", []float32{0.5, -1.25}},
	{"equal", []float32{3, 3, 3}},
	{"plain", []float32{1.5, -0.25, 0.75, 2, -3}},
	{"large", []float32{1000, 998.5, 1001.25, 900}},
	{"low", []float32{-2000, -2001, -1999.5}},
}

func TestGradientAgainstDifferences(t *testing.T) {
	const h = 1e-5
	for _, row := range rows {
		for label := range row.logits {
			for _, smoothing := range []float32{0, 0.1, 1} {
				n := len(row.logits)
				dlogits := make([]float32, n)
				Smoothed([]int{label}, n, smoothing, nil)(0, row.logits, dlogits)
				z := make([]float64, n)
				for k, v := range row.logits {
					z[k] = float64(v)
				}
				for k := range z {
					at := z[k]
					z[k] = at + h
					up := reference(z, label, float64(smoothing))
					z[k] = at - h
					down := reference(z, label, float64(smoothing))
					z[k] = at
					want := (up - down) / (2 * h)
					if d := math.Abs(float64(dlogits[k]) - want); !(d < 1e-6) {
						t.Errorf("%s, label %d, smoothing %v: d/dz%d = %v, differences give %v",
							row.name, label, smoothing, k, dlogits[k], want)
					}
				}
				if smoothing == 0 {
					plain := make([]float32, n)
					CrossEntropy([]int{label}, n)(0, row.logits, plain)
					if !slices.Equal(plain, dlogits) {
						t.Errorf("%s: CrossEntropy gives %v, Smoothed with 0 %v", row.name, plain, dlogits)
					}
				}
			}
		}
	}
}

func TestValue(t *testing.T) {
	for _, row := range rows {
		z := make([]float64, len(row.logits))
		for k, v := range row.logits {
			z[k] = float64(v)
		}
		for label := range z {
			want := reference(z, label, 0)
			if got := CrossEntropyValue(row.logits, label); !(math.Abs(got-want) < 1e-9) {
				t.Errorf("%s, label %d: %v, want %v", row.name, label, got, want)
			}
			want = reference(z, label, 0.25)
			if got := smoothedValue(row.logits, label, 0.25); !(math.Abs(got-want) < 1e-9) {
				t.Errorf("%s, label %d, smoothed: %v, want %v", row.name, label, got, want)
			}
		}
	}
}

// What is far beyond the precision of 1 must not be rounded away: a network that is sure has a gradient all the same.
func TestSure(t *testing.T) {
	logits := []float32{60, 0, -5}
	want := math.Exp(-60) + math.Exp(-65)
	if got := CrossEntropyValue(logits, 0); !(math.Abs(got/want-1) < 1e-9) {
		t.Errorf("value %v, want %v", got, want)
	}
	dlogits := make([]float32, 3)
	CrossEntropy([]int{0}, 3)(0, logits, dlogits)
	if got := float64(dlogits[0]); !(math.Abs(got/-want-1) < 1e-6) {
		t.Errorf("gradient at the label %v, want %v", got, -want)
	}
}

func TestSoftmax(t *testing.T) {
	logits := []float32{0, float32(math.Log(3)), 500, 500, -300, -300}
	want := []float32{0.25, 0.75, 0.5, 0.5, 0.5, 0.5}
	p := make([]float32, len(logits))
	Softmax(p, logits, 2)
	for k := range want {
		if !(math.Abs(float64(p[k]-want[k])) < 1e-6) {
			t.Fatalf("%v, want %v", p, want)
		}
	}
	Softmax(logits, logits, 2)
	if !slices.Equal(logits, p) {
		t.Errorf("in place %v, want %v", logits, p)
	}
	Softmax(nil, nil, 2)
}

func TestNotNumbers(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, row := range [][]float32{{nan, 0, 1}, {0, nan, 1}, {inf, 0, 1}, {0, inf, inf},
		{-inf, -inf, -inf}, {0, 1, nan}} {
		logits := append(slices.Clone(row), 1, 2, 3) // the row after it stays as it is
		for label := range row {
			p, dlogits := make([]float32, 6), make([]float32, 6)
			Softmax(p, logits, 3)
			Smoothed([]int{label, 0}, 3, 0.1, nil)(0, logits, dlogits)
			for k := range 3 {
				if p[k] == p[k] || dlogits[k] == dlogits[k] {
					t.Errorf("%v, label %d: probabilities %v, gradient %v: want NaN", row, label, p[:3], dlogits[:3])
				}
				if p[3+k] != p[3+k] || dlogits[3+k] != dlogits[3+k] {
					t.Errorf("%v, label %d: NaN in the row after it: %v, %v", row, label, p, dlogits)
				}
			}
			if v := CrossEntropyValue(row, label); v == v {
				t.Errorf("%v, label %d: loss %v: want NaN", row, label, v)
			}
		}
	}
	p := make([]float32, 3)
	Softmax(p, []float32{0, -inf, 0}, 3)
	if !slices.Equal(p, []float32{0.5, 0, 0.5}) {
		t.Errorf("-Inf beside numbers: %v", p)
	}
	if v := CrossEntropyValue([]float32{0, -inf, 0}, 1); !math.IsInf(v, 1) {
		t.Errorf("loss of a class of probability zero: %v, want +Inf", v)
	}
}

func TestArgMax(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		row  []float32
		want int
	}{
		{[]float32{1, 3, 2}, 1}, {[]float32{3, 3}, 0}, {[]float32{-5}, 0}, {[]float32{-inf, -inf}, 0},
		{[]float32{0, inf}, 1}, {[]float32{nan, 1}, -1}, {[]float32{1, nan}, -1}, {nil, -1},
	} {
		if got := ArgMax(c.row); got != c.want {
			t.Errorf("ArgMax(%v) = %d, want %d", c.row, got, c.want)
		}
	}
}

// An engine may cut the list of images anywhere: first says where it is.
func TestBatchesAndTotal(t *testing.T) {
	labels := []int{2, 0, 1, 1}
	logits := []float32{0, 1, 2, 3, 2, 1, 5, 4, 4, -1, 1, 0}
	var total, cut Total
	whole, parts := make([]float32, 12), make([]float32, 12)
	Smoothed(labels, 3, 0.2, &total)(0, logits, whole)
	f := Smoothed(labels, 3, 0.2, &cut)
	f(0, logits[:3], parts[:3])
	f(1, logits[3:9], parts[3:9])
	f(3, logits[9:], parts[9:])
	if !slices.Equal(whole, parts) {
		t.Errorf("in parts %v, at once %v", parts, whole)
	}
	if total != cut || total.Images != 4 || total.Correct != 3 {
		t.Errorf("totals %+v and %+v: want 3 correct of 4", total, cut)
	}
	want := 0.0
	for i, l := range labels {
		want += smoothedValue(logits[3*i:][:3], l, float64(float32(0.2)))
	}
	loss, accuracy := total.Mean()
	if !(math.Abs(loss-want/4) < 1e-12) || accuracy != 0.75 {
		t.Errorf("mean loss %v, accuracy %v: want %v, 0.75", loss, accuracy, want/4)
	}
	if loss, accuracy = new(Total).Mean(); loss != 0 || accuracy != 0 {
		t.Errorf("means of nothing: %v, %v", loss, accuracy)
	}
}

func TestNoAllocation(t *testing.T) {
	var total Total
	logits, dlogits := make([]float32, 1000), make([]float32, 1000)
	f := Smoothed(make([]int, 100), 10, 0.1, &total)
	if n := testing.AllocsPerRun(10, func() { f(0, logits, dlogits); Softmax(dlogits, logits, 10) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func BenchmarkSmoothed(b *testing.B) {
	var total Total
	logits, dlogits := make([]float32, 1280), make([]float32, 1280)
	f := Smoothed(make([]int, 128), 10, 0.1, &total)
	for b.Loop() {
		f(0, logits, dlogits)
	}
}
