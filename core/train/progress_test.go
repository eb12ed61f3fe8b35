package train

import (
	"math"
	"testing"
	"time"

	"steady/core/loss"
)

// A clock may be so coarse that a step takes no time.
func TestRateIsFinite(t *testing.T) {
	var told []Progress
	c := epochProgress{
		Trainer: &Trainer{config: config(3), schedule: func(float64) float64 { return 1 }}, steps: 4, begin: time.Now().Add(time.Hour),
		progress: func(p Progress) { told = append(told, p) },
	}
	if err := c.tell([]loss.Total{{Images: 4, Loss: 1}, {Images: 4, Loss: 1}}); err != nil {
		t.Fatal(err)
	}
	for _, p := range told {
		if !(p.Rate > 0) || math.IsInf(p.Rate, 0) || p.Left < 0 {
			t.Errorf("%g images/s, %v left", p.Rate, p.Left)
		}
	}
	if len(told) != 2 {
		t.Errorf("%d steps were told, want 2", len(told))
	}
}
