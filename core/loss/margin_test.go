package loss

import (
	"math"
	"testing"
)

func TestMarginAndRatios(t *testing.T) {
	z := []float32{1, 5, 3, 2, -1}
	if got := Margin(z, 1); got != -2 {
		t.Errorf("margin of the largest %v, want -2", got)
	}
	if got := Margin(z, 0); got != 4 {
		t.Errorf("margin of class 0 %v, want 4", got)
	}
	dlogits := make([]float32, 5)
	// Sorted: 5 3 2 1 -1.
	for _, c := range []struct {
		name string
		got  float64
		want float64
	}{
		{"DLR of the class named", DLR(dlogits, z, 1), (3 - 5) / (5. - 2)},
		{"DLR of another", DLR(dlogits, z, 3), (5 - 2) / (5. - 2)},
		{"targeted", TargetedDLR(dlogits, z, 1, 4), (-1 - 5) / (5 - (2+1)/2.)},
		{"towards the second", TargetedDLR(dlogits, z, 1, 2), (3 - 5) / (5 - (2+1)/2.)},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	// Neither a factor nor a summand of all logits changes a ratio.
	for k := range z {
		z[k] = 7*z[k] - 3
	}
	if got := DLR(dlogits, z, 1); math.Abs(got+2./3) > 1e-6 {
		t.Errorf("DLR of scaled logits %v, want -2/3", got)
	}
}

// Gradients against central differences.
func TestMarginGradients(t *testing.T) {
	z := []float32{0.5, 2.25, -1, 1.5, 0, -0.75}
	for name, f := range map[string]func(dlogits, z []float32) float64{
		"margin":                      func(s, z []float32) float64 { return MarginGradient(s, z, 1) },
		"margin, misclassified":       func(s, z []float32) float64 { return MarginGradient(s, z, 4) },
		"DLR":                         func(s, z []float32) float64 { return DLR(s, z, 1) },
		"DLR, misclassified":          func(s, z []float32) float64 { return DLR(s, z, 0) },
		"targeted DLR":                func(s, z []float32) float64 { return TargetedDLR(s, z, 1, 2) },
		"targeted DLR, misclassified": func(s, z []float32) float64 { return TargetedDLR(s, z, 0, 3) },
	} {
		dlogits, scratch := make([]float32, len(z)), make([]float32, len(z))
		f(dlogits, z)
		for k := range z {
			const h = 1.0 / 64 // exact in float32, so that the difference is
			v := z[k]
			z[k] = v + h
			up := f(scratch, z)
			z[k] = v - h
			down := f(scratch, z)
			z[k] = v
			if want := (up - down) / (2 * h); math.Abs(float64(dlogits[k])-want) > 1e-3 {
				t.Errorf("%s: element %d of the gradient is %v, want %v", name, k, dlogits[k], want)
			}
		}
	}
}

// Logits that are all equal are no reason to answer NaN.
func TestRatioOfEqualLogits(t *testing.T) {
	z, dlogits := []float32{1, 1, 1, 1}, make([]float32, 4)
	for _, v := range []float64{DLR(dlogits, z, 0), TargetedDLR(dlogits, z, 0, 2)} {
		if v != 0 {
			t.Errorf("%v, want 0", v)
		}
		for _, s := range dlogits {
			if s-s != 0 {
				t.Fatalf("gradient %v", dlogits)
			}
		}
	}
}
