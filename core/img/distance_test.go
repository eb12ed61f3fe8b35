package img

import (
	"math"
	"testing"
)

func TestDistances(t *testing.T) {
	a, b := New(2, 2), New(2, 2)
	b.Pix[3], b.Pix[7] = .3, -.4
	if d := L2(a, b); math.Abs(d-.5) > 1e-6 {
		t.Errorf("L2 %g, want .5", d)
	}
	if d := Linf(a, b); math.Abs(d-.4) > 1e-6 {
		t.Errorf("Linf %g, want .4", d)
	}
	if d, want := PSNR(a, b), 10*math.Log10(12/.25); math.Abs(d-want) > 1e-4 {
		t.Errorf("PSNR %g, want %g", d, want)
	}
	if !math.IsInf(PSNR(a, a), 1) {
		t.Error("PSNR of equal images is not infinite")
	}
}
