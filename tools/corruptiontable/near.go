package main

import (
	"fmt"
	"math"
	"strings"

	"steady/core/corrupt"
	"steady/core/corrupt/fidelity"
)

// nearness is how close a corruption is to the reference, at its worst over severities.
type nearness struct {
	Name    string
	Differs bool // on purpose
	// Of a deterministic one, and of one with given amounts: by size, dB; +Inf where all bytes are the same.
	PSNR    []float64
	Largest int // difference of a byte
	// Of a random one.
	Z               float64
	Compared, Again int
	Mean, Deviation apart
}

// apart is the largest difference of a statistic, and its standard error, in levels of 255.
type apart struct{ levels, err float64 }

func (a *apart) add(d fidelity.Difference) {
	if levels := 255 * math.Abs(d.Ours-d.Reference); levels > a.levels {
		*a = apart{levels, 255 * d.Error}
	}
}

func (a apart) String() string { return fmt.Sprintf("%.2f ± %.2f", a.levels, a.err) }

// near compares a corruption with what is recorded, at 32 pixels by five times as many draws as at 224. It returns nil if
// nothing is recorded.
func near(r *fidelity.Reference, c *corrupt.Corruption, draws int) (*nearness, error) {
	n := &nearness{Name: c.Label(), Differs: !fidelity.Claims(c)}
	distances, err := r.Exact(c)
	if err != nil {
		return nil, err
	}
	for _, side := range fidelity.Sides {
		worst := math.Inf(1)
		for _, d := range distances {
			if d.Side == side {
				worst = min(worst, d.PSNR)
				n.Largest = max(n.Largest, d.Largest)
			}
		}
		n.PSNR = append(n.PSNR, worst)
	}
	if len(distances) == 0 {
		n.PSNR = nil
	}
	for _, at := range r.Settings(c) {
		times := 1
		if at.Side == 32 {
			times = 5
		}
		differences, err := r.Drawn(c, at, times*draws)
		if err != nil {
			return nil, err
		}
		n.add(differences)
	}
	if n.PSNR == nil && n.Compared == 0 {
		return nil, nil
	}
	return n, nil
}

// add adds differences to the worst ones.
func (n *nearness) add(differences []fidelity.Difference) {
	for _, d := range differences {
		n.Compared++
		if d.Again {
			n.Again++
		}
		n.Z = max(n.Z, math.Abs(d.Z()))
		switch {
		case strings.HasPrefix(d.Statistic, "mean "):
			n.Mean.add(d)
		case strings.HasPrefix(d.Statistic, "deviation "):
			n.Deviation.add(d)
		}
	}
}

// String returns a cell of the table.
func (n *nearness) String() string {
	if n.Compared == 0 {
		return n.exact()
	}
	drawn := fmt.Sprintf("z ≤ %.1f; mean %v and deviation %v levels apart", n.Z, n.Mean, n.Deviation)
	if n.PSNR == nil {
		return drawn
	}
	return "for the same amount " + n.exact() + "; drawn: " + drawn
}

// exact returns the distances of bytes.
func (n *nearness) exact() string {
	if n.Largest == 0 {
		return "the same bytes"
	}
	decibels := func(v float64) string {
		if math.IsInf(v, 1) {
			return "the same bytes"
		}
		return fmt.Sprintf("%.1f dB", v)
	}
	levels := "a level"
	if n.Largest > 1 {
		levels = fmt.Sprintf("%d levels", n.Largest)
	}
	return fmt.Sprintf("%s at 224 px, %s at 32 px; %s at most", decibels(n.PSNR[0]), decibels(n.PSNR[1]), levels)
}
