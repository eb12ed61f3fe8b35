package option

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseNumber reads a finite number, or a fraction of two: 0.03 or 8/255.
func ParseNumber(s string) (float64, error) {
	over, under, isFraction := strings.Cut(s, "/")
	v, err := strconv.ParseFloat(strings.TrimSpace(over), 64)
	if err == nil && isFraction {
		var d float64
		d, err = strconv.ParseFloat(strings.TrimSpace(under), 64)
		v /= d
	}
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a number such as 0.03 or a fraction such as 8/255", s)
	}
	return v, nil
}

// FormatNumber returns text from which [ParseNumber] reads v to the bit: k/per where that is v for a whole k less than
// per, else the shortest decimal.
func FormatNumber(v float64, per int) string {
	if per > 0 && v != 0 {
		if k := math.Round(v * float64(per)); k/float64(per) == v && math.Abs(k) < float64(per) {
			return strconv.FormatFloat(k, 'f', -1, 64) + "/" + strconv.Itoa(per)
		}
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Range is an interval of numbers. The zero value is all of them.
type Range struct {
	min, max         float64
	minOpen, maxOpen bool
	bounded          bool
}

// AtLeast returns the numbers from min on.
func AtLeast(min float64) Range { return Range{min: min, max: math.Inf(1), bounded: true} }

// Above returns the numbers above min.
func Above(min float64) Range { return Range{min: min, max: math.Inf(1), minOpen: true, bounded: true} }

// AboveTo returns the numbers above min up to max, which is among them.
func AboveTo(min, max float64) Range { return Range{min: min, max: max, minOpen: true, bounded: true} }

// Between returns the numbers from min to max, both among them.
func Between(min, max float64) Range { return Range{min: min, max: max, bounded: true} }

// From returns the numbers from min on that are less than below.
func From(min, below float64) Range { return Range{min: min, max: below, maxOpen: true, bounded: true} }

// Contains reports whether v is in the range.
func (r Range) Contains(v float64) bool {
	if !r.bounded {
		return true
	}
	return (v > r.min || v == r.min && !r.minOpen) && (v < r.max || v == r.max && !r.maxOpen)
}

// Bounds returns the least and the greatest number, infinite where there is none.
func (r Range) Bounds() (min, max float64) {
	if !r.bounded {
		return math.Inf(-1), math.Inf(1)
	}
	return r.min, r.max
}

// String returns the range in words, "" for all numbers.
func (r Range) String() string {
	text := func(v float64) string {
		if math.Abs(v) < 1e15 && v == math.Trunc(v) {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	switch {
	case !r.bounded:
		return ""
	case math.IsInf(r.max, 1) && r.minOpen:
		return "above " + text(r.min)
	case math.IsInf(r.max, 1):
		return "of at least " + text(r.min)
	case r.minOpen:
		return "above " + text(r.min) + ", up to " + text(r.max)
	case r.maxOpen:
		return "from " + text(r.min) + " to below " + text(r.max)
	}
	return "from " + text(r.min) + " to " + text(r.max)
}
