package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// fraction is a flag that takes a number or a fraction: 0.03 or 8/255.
type fraction struct {
	value float64
	text  string
	set   bool
}

func (f *fraction) String() string { return f.text }
func (f *fraction) Type() string   { return "number" }

func (f *fraction) Set(s string) error {
	v, err := parseFraction(s)
	if err != nil {
		return err
	}
	f.value, f.text, f.set = v, s, true
	return nil
}

func parseFraction(s string) (float64, error) {
	over, under, isFraction := strings.Cut(s, "/")
	v, err := strconv.ParseFloat(strings.TrimSpace(over), 64)
	if err == nil && isFraction {
		var d float64
		d, err = strconv.ParseFloat(strings.TrimSpace(under), 64)
		v /= d
	}
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is no number such as 0.03 and no fraction such as 8/255", s)
	}
	return v, nil
}

// parseNumbers reads numbers or fractions separated by commas.
func parseNumbers(s string) ([]float32, error) {
	var out []float32
	for part := range strings.SplitSeq(s, ",") {
		v, err := parseFraction(part)
		if err != nil {
			return nil, err
		}
		out = append(out, float32(v))
	}
	return out, nil
}
