package chart

import (
	"math"
	"strconv"
)

// Axis is a linear axis. The zero value has the range of the data.
type Axis struct {
	Label    string
	Min, Max float64  // the range, if Min < Max; it is extended to the ticks outside
	Whole    bool     // ticks are at whole numbers
	Rounded  bool     // begin and end at a tick, as the axis of y always does
	Names    []string // of the whole numbers from 0, written instead of them: an axis that is not to scale
}

// tick is a number on an axis, and its text.
type tick struct {
	value float64
	text  string
}

// scale maps values to pixels.
type scale struct {
	min, max float64 // values
	from, to float64 // pixels
}

func (s scale) at(v float64) float64 {
	return s.from + float64((s.to-s.from)*((v-s.min)/(s.max-s.min))) // rounded before it is added, on every processor
}

// ticks returns about n ticks from the last at or below one number to the first at or above another: multiples of 1, 2 or 5 times a
// power of ten.
func (a Axis) ticks(from, to float64, n int) (ticks []tick) {
	if len(a.Names) > 0 {
		for i, name := range a.Names {
			ticks = append(ticks, tick{float64(i), name})
		}
		return ticks
	}
	size := max(math.Abs(from), math.Abs(to))
	switch {
	case to-from > max(1e-9*size, 1e-300): // so that a step between ticks makes another number
	case a.Whole && size < 1e9 || size < 1e-300:
		from, to = math.Floor(from)-1, math.Ceil(to)+1
	default:
		from, to = min(from, 0), max(to, 0)
	}
	exponent := int(math.Floor(math.Log10((to - from) / float64(n))))
	factor := 1.
	for _, f := range []float64{1, 2, 5, 10} {
		factor = f
		if f*power(exponent)*float64(n) >= (to-from)*(1-1e-9) {
			break
		}
	}
	if a.Whole && factor*power(exponent) < 1 {
		factor, exponent = 1, 0
	}
	if factor == 10 {
		factor, exponent = 1, exponent+1
	}
	// Multiples are whole numbers, scaled once: sums of steps would be a little beside.
	first := math.Floor(from/factor/power(exponent) + 1e-9)
	last := math.Ceil(to/factor/power(exponent) - 1e-9)
	for i := first; i <= last; i++ {
		v := i * factor * power(exponent)
		if exponent < 0 {
			v = i * factor / power(-exponent)
		}
		ticks = append(ticks, tick{v, strconv.FormatFloat(v+0, 'f', max(-exponent, 0), 64)})
	}
	return ticks
}

func power(exponent int) float64 { return math.Pow(10, float64(exponent)) }
