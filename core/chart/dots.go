package chart

import (
	"cmp"
	"math"
)

// Dots is named rows of points on one axis, each with its interval.
type Dots struct {
	Title, Description string
	ID                 string // of the SVG element, unique in a page; "" for "chart"
	Inline             bool   // for a page that shows the title itself
	Width              int    // in pixels; 0 for 720
	X                  Axis
	Rows               []DotRow
	Groups             []string // what the series of the points are, named above; nil for a page that does
}

// DotRow is a row of points, one below the other so that none hides another.
type DotRow struct {
	Name string
	Dots []Dot
}

// Dot is a point with its interval, which is not drawn if it is not of numbers.
type Dot struct {
	Series   Series
	Value    float64 // NaN for none
	Interval Band
	Note     string // what a reader is told who points at it; "" for nothing
}

// dotHeight is the distance of the points of a row, in pixels.
const dotHeight = 9

// SVG returns the rows as a document.
func (d Dots) SVG() []byte {
	var s svg
	names, height := 0, 26.
	if d.Title != "" && !d.Inline {
		height += 24
	}
	width := float64(cmp.Or(d.Width, 720))
	for _, name := range d.Groups {
		width = max(width, keyMargin+keyWidth(name))
	}
	keys, lines := d.keys(width)
	key := height
	if lines > 0 {
		height += lineSpace*float64(lines) + 4
	}
	y0 := height
	e := extent{math.Inf(1), math.Inf(-1), 0, 0}
	for _, r := range d.Rows {
		names = max(names, len([]rune(r.Name)))
		height += r.height()
		for _, dot := range r.Dots {
			for _, v := range []float64{dot.Value, dot.Interval.Low, dot.Interval.High} {
				if math.Abs(v) <= 1e300 {
					e.add(Point{X: v})
				}
			}
		}
	}
	if e.minX > e.maxX {
		e.minX, e.maxX = 0, 1
	}
	if d.X.Min < d.X.Max {
		e.minX, e.maxX = d.X.Min, d.X.Max
	}
	x0 := math.Round(letter*float64(names)) + 12
	ticks := d.X.ticks(e.minX, e.maxX, max(int((width-x0)/60), 2))
	x := scale{ticks[0].value, ticks[len(ticks)-1].value, x0, width - 16}
	s.begin(heading{d.Title, d.Description, d.ID, d.Inline}, width, height+6)
	for i, name := range d.Groups {
		at := Point{keys[i].X, key - 11 + keys[i].Y}
		s.element("path", "d", Series(i).marker(at.X, at.Y), "fill", Series(i).color())
		s.text("text", name, "x", number(at.X+keyMargin), "y", number(at.Y), "dy", ".35em")
	}
	s.text("text", d.X.Label, "x", "8", "y", number(y0-11), "font-weight", "bold")
	for _, t := range ticks {
		at := number(x.at(t.value))
		s.element("path", "d", "M"+at+" "+number(y0-5)+"V"+number(height), "stroke", "currentColor", "stroke-opacity", ".15")
		s.text("text", t.text, "x", at, "y", number(y0-11), "text-anchor", "middle")
	}
	y := y0
	for _, r := range d.Rows {
		r.draw(&s, x, x0, y)
		y += r.height()
	}
	s.close("svg")
	return s.Bytes()
}

// keyMargin is the space before the marker of a group, and between it and its name, in pixels.
const keyMargin = 8

// keyWidth returns how wide the marker and the name of a group are.
func keyWidth(name string) float64 { return 2*keyMargin + letter*float64(len([]rune(name))) }

// keys returns where the markers of groups stand, in lines of a width from 0 down, and how many lines these are.
func (d Dots) keys(width float64) (at []Point, lines int) {
	next := Point{keyMargin, 0}
	for _, name := range d.Groups {
		if next.X > keyMargin && next.X+keyWidth(name) > width {
			next = Point{keyMargin, next.Y + lineSpace}
		}
		at, lines = append(at, next), int(next.Y/lineSpace)+1
		next.X += keyWidth(name) + 12
	}
	return at, lines
}

func (r DotRow) height() float64 { return max(dotHeight*float64(len(r.Dots))+9, 18) }

// draw draws a row whose names end at x0, from y downwards.
func (r DotRow) draw(s *svg, x scale, x0, y float64) {
	s.element("path", "d", "M0 "+number(y)+"H"+number(x.to), "stroke", "currentColor", "stroke-opacity", ".15")
	s.text("text", r.Name, "x", number(x0-8), "y", number(y+r.height()/2), "dy", ".35em", "text-anchor", "end")
	for i, d := range r.Dots {
		at := y + r.height()/2 + dotHeight*(float64(i)-float64(len(r.Dots)-1)/2)
		if !(math.Abs(d.Value) <= 1e300) {
			continue
		}
		s.open("g", "fill", d.Series.color(), "stroke", d.Series.color())
		if d.Note != "" {
			s.text("title", d.Note)
		}
		if low, high := x.at(d.Interval.Low), x.at(d.Interval.High); high-low > 0 && high-low < 1e6 {
			s.element("path", "d", "M"+number(low)+" "+number(at)+"H"+number(high), "stroke-width", "1.75", "stroke-opacity", ".75")
		}
		s.element("path", "d", d.Series.marker(x.at(d.Value), at), "stroke-width", "1")
		s.close("g")
	}
}
