package main

import (
	"math"
	"testing"
)

func TestParseFraction(t *testing.T) {
	for s, want := range map[string]float64{"0.5": 0.5, "8/255": 8.0 / 255, " 1 / 4 ": 0.25, "-1": -1, "1e-3": 1e-3} {
		if got, err := parseFraction(s); err != nil || math.Abs(got-want) > 1e-15 {
			t.Errorf("%q reads as %v (%v), want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "x", "1/0", "1/2/3", "NaN", "inf", "/2", "0/0"} {
		if got, err := parseFraction(s); err == nil {
			t.Errorf("%q reads as %v", s, got)
		}
	}
}
