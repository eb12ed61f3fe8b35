package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"strings"
	"text/template"

	"steady/core/corrupt"
	"steady/core/corrupt/fidelity"
)

//go:embed page.md
var pageText string

// page is the data of page.md.
type page struct {
	Command, Date, Machine, Go string
	Corruptions                []*corrupt.Corruption
	Near                       []*nearness
	Tools, LaugrosTools        fidelity.Tools
	Draws, Rounds              int
	Speeds                     []speed
	Chromium, Python           string // versions; empty where not measured
	NoChromium, NoPython       string // why not
}

var functions = template.FuncMap{
	"ms": func(v float64) string {
		switch {
		case v == 0:
			return "–"
		case v < 10:
			return fmt.Sprintf("%.2f", v)
		case v < 100:
			return fmt.Sprintf("%.1f", v)
		}
		return fmt.Sprintf("%.0f", v)
	},
	"cell": func(s string) string { return strings.ReplaceAll(s, "|", "\\|") },
	"yes": func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	},
}

// render returns the page's Markdown.
func (p *page) render() ([]byte, error) {
	t, err := template.New("page.md").Funcs(functions).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, p)
	return b.Bytes(), err
}

// Mean returns the geometric mean of the ratios, over as many corruptions as Ratios counts.
func (p *page) Mean() float64 {
	sum, n := 0., 0
	for _, s := range p.Speeds {
		if s.Reference > 0 {
			sum += math.Log(s.Ratio())
			n++
		}
	}
	return math.Exp(sum / float64(n))
}

// Ratios returns the number of corruptions that the reference was timed on.
func (p *page) Ratios() (n int) {
	for _, s := range p.Speeds {
		if s.Reference > 0 {
			n++
		}
	}
	return n
}

// Statistics returns the sums over the comparisons of random corruptions, without those that differ from the reference on
// purpose.
func (p *page) Statistics() (sum nearness) {
	for _, n := range p.Near {
		if !n.Differs {
			sum.Compared += n.Compared
			sum.Again += n.Again
			sum.Z = max(sum.Z, n.Z)
		}
	}
	return sum
}

// Chance returns how many comparisons can be expected beyond the limit if there is no difference at all.
func (n nearness) Chance() int {
	return int(math.Round(float64(n.Compared) * math.Erfc(fidelity.Limit/math.Sqrt2)))
}
