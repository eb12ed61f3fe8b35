package corrupt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// FullRange is the severity at which an amount is drawn from all of its published range, as in the authors' benchmark.
// Only the corruptions of the suite Laugros have it.
const FullRange = -1

// laugros is the source of the suite: its code, with the ranges of September 2020.
const laugros = "Laugros, Caplier and Ospici 2020: common_corruption_benchmark"

// shrink is how much smaller the pictures of the CIFAR profile are than those that the amounts in pixels were published
// for, 224/32. To take such amounts as that much smaller is an approximation of ours, which ours tells of.
const (
	shrink = 7
	ours   = "pixels at 224 px (at 32 px a seventh of that, our approximation)"
)

// step is how many of the published pixels make one of the picture.
func (j *job) step() int {
	if j.profile == CIFAR {
		return shrink
	}
	return 1
}

// own makes a corruption of the suite. Its amount, which what describes, is drawn for each picture.
func own[T any](name, family, summary string, amount amounts[T], what string, apply func(*job, T)) *Corruption {
	return &Corruption{
		Name: "laugros/" + name, Family: family, Stochastic: true,
		Summary:  summary,
		Severity: says(amount, what),
		Source:   laugros,
		apply:    func(j *job) { apply(j, amount.at(j.quantile())) },
	}
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

// within draws a whole number from low to high. Where a picture is too small for there to be one, it is in the middle.
func (j *job) within(low, high int) int {
	if high < low {
		return (low + high) / 2
	}
	return low + j.random.IntN(high-low+1)
}

// amounts is a published range, from weak to strong.
type amounts[T any] interface {
	at(quantile float64) T
	fifth(severity int) string
}

// reals is the range of a real number.
type reals struct{ weak, strong float64 }

func (r reals) at(quantile float64) float64 { return r.weak + float64(quantile*(r.strong-r.weak)) }

func (r reals) fifth(severity int) string {
	end := func(i int) string { return strconv.FormatFloat(r.at(float64(i)/5), 'g', 4, 64) }
	return end(severity-1) + "–" + end(severity)
}

// wholes is the range of a whole number, both ends included. Where there are few numbers, one may belong to two fifths.
type wholes struct{ weak, strong int }

func (r wholes) at(quantile float64) int {
	n := r.strong - r.weak
	if n < 0 {
		return r.weak - min(int(quantile*float64(1-n)), -n)
	}
	return r.weak + min(int(quantile*float64(1+n)), n)
}

func (r wholes) fifth(severity int) string {
	least, most := r.at(float64(severity-1)/5), r.at(math.Nextafter(float64(severity)/5, 0))
	if least == most {
		return strconv.Itoa(least)
	}
	return fmt.Sprintf("%d–%d", least, most)
}

// says describes a range: what is drawn from it, and from where at each severity.
func says[T any](a amounts[T], what string) string {
	var fifths []string
	for severity := 1; severity <= 5; severity++ {
		fifths = append(fifths, a.fifth(severity))
	}
	return fmt.Sprintf("%s: %v to %v, evenly; at severities 1 to 5 from a fifth of that: %s",
		what, a.at(0), a.at(1), strings.Join(fifths, ", "))
}
