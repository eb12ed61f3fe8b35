package chart

import (
	"bytes"
	"cmp"
	"math"
	"slices"
)

// Figure is panels, one below the other.
type Figure struct {
	Title       string
	Description string // what there is to see, for those who do not see it
	Width       int    // in pixels; 0 for 720
	ID          string // of the SVG element, unique in a page; "" for "chart"
	Inline      bool   // for a page that shows the title itself
	Panels      []Panel
}

// Panel is marks between two axes.
type Panel struct {
	X, Y   Axis // the label of Y is the panel's title
	Height int  // of the area between the axes, in pixels; 0 for 180
	Marks  []Mark
}

// Mark is something drawn in a panel: a [Line], a [Rule] or a [Scatter].
type Mark interface {
	extent(*extent) // adds its points
	draw(*plot)
}

// named is a mark with names beside the plot.
type named interface{ names() []string }

// extent is the range of some points.
type extent struct{ minX, maxX, minY, maxY float64 }

func (e *extent) add(p Point) {
	e.minX, e.maxX = min(e.minX, p.X), max(e.maxX, p.X)
	e.minY, e.maxY = min(e.minY, p.Y), max(e.maxY, p.Y)
}

// Lengths in pixels.
const (
	fontSize  = 12
	letter    = 7  // a letter's width, as they are mixed in names: DejaVu Sans, which is wide, has 6.9 for pgd{eps=2/255,steps=20,norm=linf}
	left      = 48 // for the numbers of y
	top       = 34 // for a panel's title
	below     = 22 // for the numbers of x
	swatch    = 16 // the piece of a line before its name
	lineSpace = 15 // between names
)

// plot is a panel that is drawn.
type plot struct {
	*svg
	x, y   scale
	labels []label
}

// label is a name at the right of a plot.
type label struct {
	text   string
	series Series
	y      float64
	bare   bool // a marker without a line
}

func (p *plot) at(v Point) Point { return Point{p.x.at(v.X), p.y.at(v.Y)} }

// label has a name written beside the plot, at y or near.
func (p *plot) label(text string, s Series, y float64) {
	p.labels = append(p.labels, label{text, s, y, false})
}

// SVG returns the figure as a document.
func (f Figure) SVG() []byte {
	var s svg
	width := float64(cmp.Or(f.Width, 720))
	y := 0.
	if f.Title != "" && !f.Inline {
		y = 24
	}
	heights, end := make([]float64, len(f.Panels)), width // the plots are of one width
	total := y
	for i, p := range f.Panels {
		heights[i] = float64(cmp.Or(p.Height, 180))
		end = min(end, width-p.right())
		total += top + heights[i] + below
		if p.X.Label != "" {
			total += lineSpace
		}
	}
	total += 6
	s.begin(heading{f.Title, f.Description, f.ID, f.Inline}, width, total)
	for i, p := range f.Panels {
		y += top
		p.draw(&s, end, y, heights[i])
		y += heights[i] + below
		if p.X.Label != "" {
			y += lineSpace
		}
	}
	s.close("svg")
	return s.Bytes()
}

// right returns the space for the names beside a plot.
func (p Panel) right() float64 {
	longest := 0
	for _, m := range p.Marks {
		if n, ok := m.(named); ok {
			for _, name := range n.names() {
				longest = max(longest, len([]rune(name)))
			}
		}
	}
	if longest == 0 {
		return 16
	}
	return swatch + 16 + letter*float64(longest)
}

// draw draws a panel whose plot begins at y and reaches to end.
func (p Panel) draw(s *svg, end, y, height float64) {
	e := extent{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}
	for _, m := range p.Marks {
		m.extent(&e)
	}
	if e.minX > e.maxX { // there is no point
		e = extent{0, 1, 0, 1}
	}
	if p.X.Min < p.X.Max {
		e.minX, e.maxX = p.X.Min, p.X.Max
	}
	if p.Y.Min < p.Y.Max {
		e.minY, e.maxY = p.Y.Min, p.Y.Max
	}
	xs, ys := p.X.ticks(e.minX, e.maxX, max(int((end-left)/80), 2)), p.Y.ticks(e.minY, e.maxY, max(int(height/40), 2))
	// The data reaches from side to side, unless ticks are asked for; above and below it begins and ends at a tick.
	if e.minX == e.maxX || p.X.Rounded {
		e.minX, e.maxX = xs[0].value, xs[len(xs)-1].value
	}
	q := plot{svg: s, x: scale{e.minX, e.maxX, left, end}, y: scale{ys[0].value, ys[len(ys)-1].value, y + height, y}}
	s.text("text", p.Y.Label, "x", "8", "y", number(y-12), "font-weight", "bold")
	for _, t := range ys {
		at := number(q.y.at(t.value))
		s.element("path", "d", "M"+number(left)+" "+at+"H"+number(end), "stroke", "currentColor", "stroke-opacity", ".15")
		s.text("text", t.text, "x", number(left-8), "y", at, "dy", ".35em", "text-anchor", "end")
	}
	for _, t := range xs {
		if t.value < e.minX || t.value > e.maxX {
			continue
		}
		at := number(q.x.at(t.value))
		s.element("path", "d", "M"+at+" "+number(y+height)+"v4", "stroke", "currentColor")
		s.text("text", t.text, "x", at, "y", number(y+height+17), "text-anchor", "middle")
	}
	s.element("path", "d", "M"+number(left)+" "+number(y+height)+"H"+number(end), "stroke", "currentColor")
	if p.X.Label != "" {
		s.text("text", p.X.Label, "x", number((left+end)/2), "y", number(y+height+17+lineSpace), "text-anchor", "middle")
	}
	for _, m := range p.Marks {
		m.draw(&q)
	}
	q.drawLabels(end, y, y+height)
}

// drawLabels writes the names beside a plot, apart from each other.
func (p *plot) drawLabels(x, from, to float64) {
	slices.SortStableFunc(p.labels, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	// Downwards each keeps its distance from the one above, then upwards from the one below.
	least := from
	for i := range p.labels {
		p.labels[i].y = max(p.labels[i].y, least)
		least = p.labels[i].y + lineSpace
	}
	most := max(to, from+lineSpace*float64(len(p.labels)-1))
	for i := len(p.labels) - 1; i >= 0; i-- {
		p.labels[i].y = min(p.labels[i].y, most)
		most = p.labels[i].y - lineSpace
	}
	for _, l := range p.labels {
		if !l.bare {
			p.element("path", "d", "M"+number(x+8)+" "+number(l.y)+"h"+number(swatch), "stroke", l.series.color(), "stroke-width", "1.75",
				"stroke-dasharray", l.series.dash())
		}
		p.element("path", "d", l.series.marker(x+8+swatch/2, l.y), "fill", l.series.color())
		p.text("text", l.text, "x", number(x+swatch+12), "y", number(l.y), "dy", ".35em")
	}
}

// IsSVG reports whether a file that begins so may be one of [Figure.SVG].
func IsSVG(begin []byte) bool {
	return bytes.HasPrefix(begin, []byte(`<svg xmlns="http://www.w3.org/2000/svg" id="`))
}
