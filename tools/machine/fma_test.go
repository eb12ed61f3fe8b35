package machine

import (
	"slices"
	"testing"
	"time"
)

// TestFMA has every loop that there is run: two operations for each float of each sum in a round.
func TestFMA(t *testing.T) {
	for _, bits := range VectorWidths() {
		flops := FMA(bits, 1<<20)
		if flops == 0 {
			t.Logf("no loop for %d bits", bits)
			continue
		}
		begin := time.Now()
		FMA(bits, 1<<20)
		t.Logf("%d bits: %.1f GFLOP/s", bits, flops/time.Since(begin).Seconds()/1e9)
		if each := float64(2 * (1 << 20) * bits / 32); flops < 8*each || int(flops)%int(each) != 0 {
			t.Errorf("%d bits: %g operations in 2^20 rounds, want at least eight times %g, and a multiple", bits, flops, each)
		}
		if FMA(bits, 0) != 0 {
			t.Errorf("%d bits: operations in no rounds", bits)
		}
	}
	if FMA(64, 1) != 0 {
		t.Error("operations on vectors that there are not")
	}
}

func BenchmarkFMA(b *testing.B) {
	for _, bits := range VectorWidths() {
		b.Run(map[int]string{128: "128", 256: "256", 512: "512"}[bits], func(b *testing.B) {
			flops := 0.
			for b.Loop() {
				flops += FMA(bits, 1<<20)
			}
			b.ReportMetric(flops/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

func TestVectorWidths(t *testing.T) {
	widths := VectorWidths()
	if !slices.IsSorted(widths) {
		t.Errorf("%v is not sorted", widths)
	}
	if wide := len(widths) == 3; wide != slices.Contains(Extensions(), "AVX-512") {
		t.Errorf("widths %v, extensions %v", widths, Extensions())
	}
	if len(widths) > 0 && len(Extensions()) == 0 {
		t.Errorf("widths %v without extensions", widths)
	}
}

func TestSetVectorWidth(t *testing.T) {
	for _, test := range [][2]string{
		{"", "simd=+256"}, {"simd=128", "simd=+256"}, {"gctrace=1,simd=+128,madvdontneed=1", "gctrace=1,madvdontneed=1,simd=+256"},
	} {
		if got := SetVectorWidth(test[0], 256); got != test[1] {
			t.Errorf("%q becomes %q, want %q", test[0], got, test[1])
		}
	}
}
