package measure

import (
	"slices"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		samples []float64
		want    float64
	}{{[]float64{7}, 7}, {[]float64{3, 1}, 2}, {[]float64{9, 1, 4}, 4}, {[]float64{4, 1, 9, 2}, 3}} {
		before := slices.Clone(test.samples)
		if got := Median(test.samples); got != test.want {
			t.Errorf("median of %v: %g, want %g", before, got, test.want)
		}
		if !slices.Equal(test.samples, before) {
			t.Errorf("%v became %v", before, test.samples)
		}
	}
}

// TestProcessorTime has it go on while there is work.
func TestProcessorTime(t *testing.T) {
	before := ProcessorTime()
	for limit := time.Now().Add(10 * time.Second); ProcessorTime() < before+5*time.Millisecond; {
		if time.Now().After(limit) {
			t.Fatalf("%v of processor time in ten seconds of work", ProcessorTime()-before)
		}
	}
}
