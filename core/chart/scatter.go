package chart

import (
	"cmp"
	"math"
	"slices"
)

// Scatter is points with names beside them, and with an interval in each direction.
type Scatter struct {
	Spots  []Spot
	Groups []string // what the series of the spots are, named beside the plot; nil for one that needs no name
}

// Spot is a point of a [Scatter]. It is not drawn unless both of its coordinates are numbers, and so are its intervals.
type Spot struct {
	Name   string // beside it; "" for none
	At     Point
	X, Y   Band // intervals
	Series Series
	Note   string // what a reader is told who points at it; "" for nothing
}

func isNumber(v float64) bool { return math.Abs(v) <= 1e300 } // not NaN, nor what cannot be scaled

func (s Spot) drawn() bool { return isNumber(s.At.X) && isNumber(s.At.Y) }

// isInterval reports whether an interval can be drawn.
func (b Band) isInterval() bool { return isNumber(b.Low) && isNumber(b.High) && b.Low < b.High }

func (s Scatter) extent(e *extent) {
	for _, spot := range s.Spots {
		if !spot.drawn() {
			continue
		}
		e.add(spot.At)
		if spot.X.isInterval() {
			e.add(Point{spot.X.Low, spot.At.Y})
			e.add(Point{spot.X.High, spot.At.Y})
		}
		if spot.Y.isInterval() {
			e.add(Point{spot.At.X, spot.Y.Low})
			e.add(Point{spot.At.X, spot.Y.High})
		}
	}
}

func (s Scatter) names() []string { return s.Groups }

func (s Scatter) draw(p *plot) {
	var markers, bars []box
	var drawn []Spot
	for _, spot := range s.Spots {
		if !spot.drawn() {
			continue
		}
		drawn = append(drawn, spot)
		at := p.at(spot.At)
		markers = append(markers, box{at.X - 4, at.Y - 4, at.X + 4, at.Y + 4})
		line := func(from, to Point) {
			p.element("path", "d", path(false, from, to), "stroke", spot.Series.color(), "stroke-opacity", ".45")
			bars = append(bars, box{from.X, to.Y, to.X, from.Y})
		}
		if spot.X.isInterval() {
			line(Point{p.x.at(spot.X.Low), at.Y}, Point{p.x.at(spot.X.High), at.Y})
		}
		if spot.Y.isInterval() {
			line(Point{at.X, p.y.at(spot.Y.Low)}, Point{at.X, p.y.at(spot.Y.High)})
		}
	}
	for _, spot := range drawn {
		at := p.at(spot.At)
		p.open("path", "d", spot.Series.marker(at.X, at.Y), "fill", spot.Series.color())
		if note := cmp.Or(spot.Note, spot.Name); note != "" {
			p.text("title", note)
		}
		p.close("path")
	}
	p.open("g", "font-size", number(nameSize))
	p.placeNames(drawn, markers, bars)
	p.close("g")
	for i, name := range s.Groups {
		p.labels = append(p.labels, label{name, Series(i), p.y.to + lineSpace*float64(i), true})
	}
}

// box is a rectangle of the drawing.
type box struct{ left, top, right, bottom float64 }

func (b box) overlaps(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// Names of spots, in pixels.
const (
	nameSize   = 10.5
	nameLetter = letter * nameSize / fontSize
	nameHeight = 11
)

// reaches are the distances from a spot at which its name is tried, in pixels.
var reaches = [...]float64{7, 14, 24, 36, 50, 66, 84, 104, 126}

// placeNames writes the names of spots beside them: near, within the plot, and apart from markers and each other. A name
// that stands further off has a line to its spot. If there is no such place, it stands where it covers least.
func (p *plot) placeNames(spots []Spot, markers, bars []box) {
	inside := box{p.x.from, p.y.to, p.x.to, p.y.from}
	taken := slices.Clone(markers)
	for i, spot := range spots {
		if spot.Name == "" {
			continue
		}
		at, width := p.at(spot.At), nameLetter*float64(len([]rune(spot.Name)))
		best, least, far := box{}, math.Inf(1), false
		for k, reach := range reaches {
			for _, d := range directions {
				x, y := at.X+reach*d.X, at.Y+reach*d.Y
				// The side of the name that looks to the spot is at its reach.
				b := box{x - width*(1-d.X)/2, y - nameHeight*(1-d.Y)/2, x + width*(1+d.X)/2, y + nameHeight*(1+d.Y)/2}
				cost := 3 * float64(k)
				if b.left < inside.left || b.right > inside.right || b.top < inside.top || b.bottom > inside.bottom {
					cost += 1000
				}
				for j, o := range taken {
					if j != i && b.overlaps(o) {
						cost += 100
					}
				}
				for _, o := range bars {
					if b.overlaps(box{o.left - 1, o.top - 1, o.right + 1, o.bottom + 1}) {
						cost++
					}
				}
				if cost < least {
					best, least, far = b, cost, k > 1
				}
			}
		}
		taken = append(taken, best)
		if far {
			end := Point{min(max(at.X, best.left), best.right), min(max(at.Y, best.top), best.bottom)}
			p.element("path", "d", path(false, at, end), "stroke", "currentColor", "stroke-opacity", ".5", "stroke-width", ".5")
		}
		p.text("text", spot.Name, "x", number(best.left), "y", number((best.top+best.bottom)/2), "dy", ".35em")
	}
}

// directions are those from a spot to its name, the best first.
var directions = [...]Point{{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {.8, -.6}, {.8, .6}, {-.8, -.6}, {-.8, .6}, {.3, -1}, {-.3, -1}, {.3, 1}, {-.3, 1}}
