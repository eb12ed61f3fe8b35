package corrupt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// FullRange is the severity at which an amount is drawn from all of its published range for each image, as in the benchmark
// of the suite Laugros. Corruptions of other suites have no range: of them each image gets one of the five severities, drawn
// evenly.
const FullRange = -1

// laugros is the source of the suite: its code, with the ranges of September 2020.
const laugros = "Laugros, Caplier and Ospici 2020: common_corruption_benchmark"

// cifarDownscale is 224/32: how much smaller the images of the profile CIFAR are than those that amounts in pixels were
// published for. Dividing these amounts by it is an approximation of ours, as pixelUnits says.
const (
	cifarDownscale = 7
	pixelUnits     = "pixels at 224 px (at 32 px a seventh of that, our approximation)"
)

// downscale returns how many of the published pixels make one of the image.
func (j *job) downscale() int {
	if j.profile == CIFAR {
		return cifarDownscale
	}
	return 1
}

// newRangeCorruption returns a corruption of the suite whose amount is drawn from a range for each image; what says what
// the amount is.
func newRangeCorruption[T any](name, family, summary string, amount valueRange[T], what string, apply func(*job, T)) *Corruption {
	return &Corruption{
		Name: "laugros/" + name, Family: family, Stochastic: true,
		Summary:   summary,
		described: description{what, rangeWords[T]{amount}},
		Source:    laugros,
		rounded:   true,
		apply:     func(j *job) { apply(j, amount.at(j.quantile())) },
	}
}

// noting adds a remark to the source.
func (c *Corruption) noting(remark string) *Corruption {
	c.Source += "; " + remark
	return c
}

// quantile draws from [0,1), or from the severity's fifth of it.
func (j *job) quantile() float64 {
	u := j.random.Float64()
	if j.severity == FullRange {
		return u
	}
	return (float64(j.severity-1) + u) / 5
}

// sign draws -1 or 1.
func (j *job) sign() int { return 2*j.random.IntN(2) - 1 }

// intBetween draws an integer from low to high. In an image too small for there to be one, it is their middle.
func (j *job) intBetween(low, high int) int {
	if high < low {
		return (low + high) / 2
	}
	return low + j.random.IntN(high-low+1)
}

// valueRange is a published range, from weak to strong.
type valueRange[T any] interface {
	at(quantile float64) T
	severityBand(severity int) string // the part of the range that a severity draws from
}

// floatRange is a range of real numbers.
type floatRange struct{ weak, strong float64 }

func (r floatRange) at(quantile float64) float64 { return r.weak + float64(quantile*(r.strong-r.weak)) }

func (r floatRange) severityBand(severity int) string {
	end := func(i int) string { return strconv.FormatFloat(r.at(float64(i)/5), 'g', 4, 64) }
	return end(severity-1) + "–" + end(severity)
}

// intRange is a range of integers, both ends included. Where they are few, one may belong to two bands.
type intRange struct{ weak, strong int }

func (r intRange) at(quantile float64) int {
	n := r.strong - r.weak
	if n < 0 {
		return r.weak - min(int(quantile*float64(1-n)), -n)
	}
	return r.weak + min(int(quantile*float64(1+n)), n)
}

func (r intRange) severityBand(severity int) string {
	least, most := r.at(float64(severity-1)/5), r.at(math.Nextafter(float64(severity)/5, 0))
	if least == most {
		return strconv.Itoa(least)
	}
	return fmt.Sprintf("%d–%d", least, most)
}

// rangeWords puts a range into words: what is drawn from it, and from where at each severity.
type rangeWords[T any] struct{ valueRange[T] }

func (r rangeWords[T]) words() string {
	var bands []string
	for severity := 1; severity <= 5; severity++ {
		bands = append(bands, r.severityBand(severity))
	}
	return fmt.Sprintf("%v to %v, evenly; at severities 1 to 5 from a fifth of that: %s", r.at(0), r.at(1), strings.Join(bands, ", "))
}
