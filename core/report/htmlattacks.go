package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"steady/core/chart"
	"steady/core/phrase"
	"steady/core/score"
)

// fillAttacks draws curves over eps, and makes a table of all other attacks.
func (p *page) fillAttacks() {
	drawn := p.securityCurves()
	var names []string
	for _, s := range p.summaries {
		for _, e := range s.attacks {
			if name := e.Perturbation.String(); !drawn[name] && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	p.Attacks.Head = []string{"attack"}
	for _, m := range p.Models {
		p.Attacks.Head = append(p.Attacks.Head, m.Name)
	}
	for _, name := range names {
		r := row{Series: -1, Name: name + p.fewer(name)}
		for _, s := range p.summaries {
			r.Cells = append(r.Cells, s.attackedCell(name))
		}
		p.Attacks.Rows = append(p.Attacks.Rows, r)
	}
}

// fewer says of how many images the cells of a perturbation are, if that is the same for all and they are fewer than others.
func (p *page) fewer(perturbation string) string {
	images, all := 0, 0
	for _, c := range p.Cells {
		if c.Perturbation != perturbation {
			continue
		}
		if images != 0 && c.Images != images {
			return ""
		}
		images, all = c.Images, max(all, p.Models[c.entry.Network].Images)
	}
	if images == all {
		return ""
	}
	return ", " + phrase.Count(images, "image")
}

func (s *summary) attackedCell(name string) cell {
	for _, e := range s.attacks {
		if c := s.cells[e]; c != nil && c.Perturbation == name {
			if nearest(e.Perturbation) {
				return cellDistance(c)
			}
			return cellShare(c)
		}
	}
	return missing
}

// cellShare returns the accuracy in a cell, which may be nil.
func cellShare(c *Cell) cell {
	if c == nil {
		return missing
	}
	return share(&c.Accuracy, &score.Interval{Lower: c.Lower, Upper: c.Upper})
}

// cellDistance returns the median distance of the closest adversarial images.
func cellDistance(c *Cell) cell {
	if c.MedianDistance == nil {
		return missing
	}
	return cell{Text: distanceText(c.MedianDistance), Sub: "median distance", Value: *c.MedianDistance}
}

// attackCurve is an attack at several eps.
type attackCurve struct {
	name  string // with what is the same for all eps
	eps   []float64
	cells map[float64]map[int]*Cell // by eps and network
}

// securityCurves draws accuracies over eps, a chart for each attack of several eps, and returns the perturbations in them.
func (p *page) securityCurves() (drawn map[string]bool) {
	var curves []*attackCurve
	drawn = map[string]bool{}
	for i, s := range p.summaries {
		for _, one := range curvesOver(s.boundedAttacks()) {
			name := one[0].curveName()
			k := slices.IndexFunc(curves, func(c *attackCurve) bool { return c.name == name })
			if k < 0 {
				k = len(curves)
				curves = append(curves, &attackCurve{name: name, cells: map[float64]map[int]*Cell{}})
			}
			for _, c := range one {
				eps := c.params.Eps
				if curves[k].cells[eps] == nil {
					curves[k].cells[eps] = map[int]*Cell{}
					curves[k].eps = append(curves[k].eps, eps)
				}
				curves[k].cells[eps][i] = c.Cell
				drawn[c.Perturbation] = true
			}
		}
	}
	for _, c := range curves {
		slices.SortFunc(c.eps, cmp.Compare[float64])
		p.Security = append(p.Security, p.securityCurve(c))
	}
	return drawn
}

// curveName returns an attack and its parameters but eps.
func (a attacked) curveName() string {
	a.params.Eps = a.usualEps()
	return a.attack.Format(a.params)
}

// securityCurve draws accuracies at each eps, and on clean images.
func (p *page) securityCurve(c *attackCurve) figure {
	ticks, t, label := []string{"0"}, htmlTable{Head: []string{"eps"}}, "eps, not to scale"
	unit := !slices.ContainsFunc(c.eps, func(e float64) bool { return !strings.HasSuffix(epsText(e), unitText) })
	if unit {
		label = "eps in units of 1/255, not to scale"
	}
	for _, e := range c.eps {
		tick := epsText(e)
		t.Rows = append(t.Rows, row{Series: -1, Name: tick})
		if unit {
			tick = strings.TrimSuffix(tick, unitText)
		}
		ticks = append(ticks, tick)
	}
	panel := chart.Panel{Y: accuracyAxis, X: chart.Axis{Label: label, Names: ticks}, Height: chartHeight}
	for i, s := range p.summaries {
		l := newCurve(i, func(x float64) string {
			if x == 0 {
				return s.model.Name + ", clean"
			}
			return fmt.Sprintf("%s, eps %s", s.model.Name, t.Rows[int(x)-1].Name)
		})
		l.addCell(s.cells[s.clean])
		t.Head = append(t.Head, s.model.Name)
		for k, e := range c.eps {
			cell := c.cells[e][i]
			l.addCell(cell)
			t.Rows[k].Cells = append(t.Rows[k].Cells, cellShare(cell))
		}
		panel.Marks = append(panel.Marks, l.line())
	}
	svg := chart.Figure{Title: c.name, Description: "accuracy (%) over eps", ID: p.id(), Inline: true, Width: chartWidth, Panels: []chart.Panel{panel}}.SVG()
	return figure{c.name, template.HTML(svg), t}
}

const unitText = "/255"

// epsText returns an eps as people write it: in 255ths where that is a number of few digits.
func epsText(eps float64) string {
	if v := math.Round(eps*255*100) / 100; v > 0 && math.Abs(v-eps*255) < 1e-9 && v <= 255 {
		return strconv.FormatFloat(v, 'f', -1, 64) + unitText
	}
	return strconv.FormatFloat(eps, 'g', 4, 64)
}
