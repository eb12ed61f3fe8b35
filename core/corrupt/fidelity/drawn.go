package fidelity

import (
	"math"
	"slices"

	"steady/core/corrupt"
	"steady/core/img"
)

// Difference is the difference of one statistic's mean over draws, ours from the reference's.
type Difference struct {
	Statistic       string
	Ours, Reference float64
	Error           float64 // standard error of the difference
	Again           bool    // decided by the second, longer comparison
}

// Z returns the difference in standard errors.
func (d Difference) Z() float64 { return (d.Ours - d.Reference) / d.Error }

// Limit is the largest difference, in standard errors, that counts as agreement.
const Limit = 3

// Drawn compares a random corruption at one setting, by a number of draws that the photographs share. It returns no
// differences if that was not recorded.
//
// Of comparisons in their hundreds, some exceed the limit by chance (one in 370 if the means are normal). So these are
// made again with four times as many draws, none of them the first ones; what the second comparison says counts. That
// is the rule whatever comes out: draws are numbered, not chosen.
func (r *Reference) Drawn(c *corrupt.Corruption, at Setting, draws int) ([]Difference, error) {
	differences, err := r.compare(c, at, draws, 1)
	if err != nil || !slices.ContainsFunc(differences, beyond) {
		return differences, err
	}
	again, err := r.compare(c, at, 4*draws, 2)
	if err != nil {
		return nil, err
	}
	for i, d := range differences {
		if beyond(d) {
			differences[i] = again[i]
			differences[i].Again = true
		}
	}
	return differences, nil
}

// beyond reports whether a difference exceeds Limit.
func beyond(d Difference) bool { return math.Abs(d.Z()) > Limit }

// resolution returns that of a recorded number, which has seven digits: all that can differ where nothing varies.
func resolution(v float64) float64 {
	return max(1e-6, math.Pow(10, math.Ceil(math.Log10(math.Abs(v)))-7)/2)
}

// compare is Drawn without the second comparison, by draws of a seed.
func (r *Reference) compare(c *corrupt.Corruption, at Setting, draws int, seed uint64) ([]Difference, error) {
	for _, want := range r.drawn.Records {
		if want.Corruption != c.Name || want.Setting != at {
			continue
		}
		mean, variance, err := r.draw(c, at, draws, seed)
		if err != nil {
			return nil, err
		}
		differences := make([]Difference, len(mean))
		for i, name := range r.drawn.Names {
			differences[i] = Difference{
				Statistic: name, Ours: mean[i], Reference: want.Mean[i],
				Error: math.Hypot(math.Sqrt(variance[i]), math.Hypot(want.Error[i], resolution(want.Mean[i]))),
			}
		}
		return differences, nil
	}
	return nil, nil
}

// Claims reports whether a corruption claims the statistics of the reference's of that name. One with another label does
// not: frost, which is procedural.
func Claims(c *corrupt.Corruption) bool { return c.Label() == c.Name }

// draw returns the means of the statistics over draws and their squared standard errors. The photographs are given, not
// drawn: only what varies on one of them counts.
func (r *Reference) draw(c *corrupt.Corruption, at Setting, draws int, seed uint64) (mean, variance []float64, err error) {
	n := len(r.drawn.Names)
	mean, variance = make([]float64, n), make([]float64, n)
	inputs := r.inputs[at.Side]
	each := draws / len(inputs)
	b := bands{newFourier(at.Side), r.drawn.Edges[at.Side]}
	after := img.New(at.Side, at.Side)
	for p, in := range inputs {
		sum, squares := make([]float64, n), make([]float64, n)
		var first []float64
		for i := range each {
			o := corrupt.Options{Severity: at.Severity, Seed: seed, Index: uint64(i*len(inputs) + p)}
			after.CopyFrom(in.Image)
			if err := c.ApplyBytes(after, o); err != nil {
				return nil, nil, err
			}
			values := statistics(in.Image, after, b, r.drawn.Floor)
			if i == 0 {
				first = values
			}
			for k, v := range values {
				d := v - first[k] // so that the squares lose nothing
				sum[k] += d
				squares[k] += d * d
			}
		}
		count := float64(each)
		for k := range n {
			m := sum[k] / count
			mean[k] += (first[k] + m) / float64(len(inputs))
			variance[k] += (squares[k]/count - m*m) / (count - 1) / float64(len(inputs)*len(inputs))
		}
	}
	return mean, variance, nil
}

// statistics returns the statistics of record.py, which says what they are.
func statistics(before, after *img.Image, b bands, floor float64) []float64 {
	n := float64(before.W * before.H)
	change, gray := make([]float64, before.W*before.H), make([]float64, before.W*before.H)
	var means, deviations []float64
	for c := range 3 {
		from, to := before.Plane(c), after.Plane(c)
		sum, squares := 0., 0.
		for i, v := range from {
			d := float64(to[i]) - float64(v)
			sum += d
			squares += d * d
			change[i] += d / 3
			gray[i] += float64(v) / 3
		}
		means = append(means, sum/n)
		deviations = append(deviations, math.Sqrt(max(squares/n-sum/n*sum/n, 0)))
	}
	values := append(means, deviations...)
	w := before.W
	var slopesX, slopesY, alongX, alongY float64
	for y := 1; y < before.H-1; y++ {
		for i := y*w + 1; i < y*w+w-1; i++ {
			x, y := (gray[i+1]-gray[i-1])/2, (gray[i+w]-gray[i-w])/2
			slopesX += x * x
			slopesY += y * y
			alongX += change[i] * x
			alongY += change[i] * y
		}
	}
	values = append(values, -alongX/slopesX, -alongY/slopesY)
	for _, p := range b.power(change) {
		values = append(values, 10*math.Log10(p+floor))
	}
	return values
}
