package chart

import (
	"math"
	"slices"
)

// Point is a point of data.
type Point struct{ X, Y float64 }

// Line is a line through points, in their order. A point that is not of numbers up to 1e300 leaves a gap.
type Line struct {
	Name   string // written at its end; "" for none
	Series Series
	Points []Point
	Band   []Band             // around the points, of the same number; nil for none
	Note   func(Point) string // what a reader is told who points at a marker; nil for none
}

// Band is an interval around a point, such as one of confidence.
type Band struct{ Low, High float64 }

// mostMarkers is the number of points up to which each has a marker.
const mostMarkers = 40

// isGap reports whether point i, or the band around it, cannot be drawn.
func (l Line) isGap(i int) bool {
	numbers := []float64{l.Points[i].X, l.Points[i].Y}
	if l.Band != nil {
		numbers = append(numbers, l.Band[i].Low, l.Band[i].High)
	}
	return slices.ContainsFunc(numbers, func(v float64) bool { return !(math.Abs(v) <= 1e300) }) // also if it is NaN
}

func (l Line) extent(e *extent) {
	for i, p := range l.Points {
		if l.isGap(i) {
			continue
		}
		e.add(p)
		if l.Band != nil {
			e.add(Point{p.X, l.Band[i].Low})
			e.add(Point{p.X, l.Band[i].High})
		}
	}
}

func (l Line) names() []string { return []string{l.Name} }

func (l Line) draw(p *plot) {
	var end *Point
	for from := 0; from < len(l.Points); {
		if l.isGap(from) {
			from++
			continue
		}
		to := from
		for to < len(l.Points) && !l.isGap(to) {
			to++
		}
		l.piece(p, from, to)
		end = &l.Points[to-1]
		from = to
	}
	if end == nil {
		return
	}
	for i, v := range l.Points {
		if l.isGap(i) || len(l.Points) > mostMarkers && v != *end {
			continue
		}
		p.open("path", "d", l.Series.marker(p.x.at(v.X), p.y.at(v.Y)), "fill", l.Series.color())
		if l.Note != nil {
			p.text("title", l.Note(v))
		}
		p.close("path")
	}
	if l.Name != "" {
		p.label(l.Name, l.Series, p.y.at(end.Y))
	}
}

// piece draws the points from one to before another, none of which is a gap.
func (l Line) piece(p *plot, from, to int) {
	var line, around []Point
	for i := from; i < to; i++ {
		v := l.Points[i]
		line = append(line, p.at(v))
		if l.Band != nil {
			around = append(around, p.at(Point{v.X, l.Band[i].High}))
		}
	}
	if l.Band != nil {
		for i := to - 1; i >= from; i-- {
			around = append(around, p.at(Point{l.Points[i].X, l.Band[i].Low}))
		}
		p.element("path", "d", path(true, around...), "fill", l.Series.color(), "fill-opacity", ".15")
	}
	p.element("path", "d", path(false, line...), "fill", "none", "stroke", l.Series.color(), "stroke-width", "1.75",
		"stroke-linejoin", "round", "stroke-dasharray", l.Series.dash())
}
