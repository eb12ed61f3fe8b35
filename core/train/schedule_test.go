package train

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		name   string
		warmup float64
		points [][2]float64
	}{
		{Cosine, .3, [][2]float64{{0, 1}, {.5, .5}, {1. / 3, .75}, {1, 0}}},
		{OneCycle, .2, [][2]float64{{0, 0}, {.1, .5}, {.2, 1}, {.6, .5}, {1, 0}}},
		{OneCycle, 0, [][2]float64{{0, 1}, {.5, .5}, {1, 0}}},
		{OneCycleLinear, .2, [][2]float64{{0, 0}, {.1, .5}, {.2, 1}, {.4, .75}, {1, 0}}},
	} {
		s, err := Config{Schedule: c.name, Warmup: c.warmup}.schedule()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range c.points {
			if got := s(p[0]); math.Abs(got-p[1]) > 1e-12 {
				t.Errorf("%s with a rise of %g is %g at %g, want %g", c.name, c.warmup, got, p[0], p[1])
			}
		}
	}
	_, err := Config{Schedule: "steps"}.schedule()
	if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), OneCycle) {
		t.Errorf("an unknown schedule: %v", err)
	}
}
