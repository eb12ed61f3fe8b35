package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Scatter is points with names beside them, and with an interval in each direction.
type Scatter struct {
	Spots  []Spot
	Groups []string // what the series of the spots are, named beside the plot; "" for one that needs no name
}

// Spot is a point of a [Scatter]. It is not drawn unless both of its coordinates are numbers, and so are its intervals.
type Spot struct {
	Name   string // beside it, shortened if it is long; "" for none
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
	y := p.y.to
	for i, name := range s.Groups {
		if name != "" {
			p.labels = append(p.labels, label{name, Series(i), y, true})
			y += lineSpace
		}
	}
}

// box is a rectangle of the drawing.
type box struct{ left, top, right, bottom float64 }

func (b box) overlaps(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// crosses reports whether a straight line comes into the box.
func (b box) crosses(line [2]Point) bool {
	from, to := 0., 1. // the part of the line that is within the sides looked at so far
	for _, side := range [...]struct{ at, step, low, high float64 }{
		{line[0].X, line[1].X - line[0].X, b.left, b.right},
		{line[0].Y, line[1].Y - line[0].Y, b.top, b.bottom},
	} {
		if side.step == 0 {
			if side.at <= side.low || side.at >= side.high {
				return false
			}
			continue
		}
		enter, leave := (side.low-side.at)/side.step, (side.high-side.at)/side.step
		from, to = max(from, min(enter, leave)), min(to, max(enter, leave))
	}
	return from < to
}

// cross reports whether two straight lines cross.
func cross(a, b [2]Point) bool {
	side := func(l [2]Point, p Point) bool {
		return (l[1].X-l[0].X)*(p.Y-l[0].Y) > (l[1].Y-l[0].Y)*(p.X-l[0].X)
	}
	return side(a, b[0]) != side(a, b[1]) && side(b, a[0]) != side(b, a[1])
}

// Names of spots, in pixels.
const (
	nameSize    = 10.5
	nameLetter  = letter * nameSize / fontSize
	nameHeight  = 11
	longestName = 32
	crowd       = 40 // spots, from which on some names may find no room
)

// shortened returns a name of at most [longestName] letters, without some of its middle.
func shortened(name string) string {
	letters := []rune(name)
	if len(letters) <= longestName {
		return name
	}
	return string(letters[:longestName*2/3]) + "…" + string(letters[len(letters)-(longestName-longestName*2/3-1):])
}

// reaches are the distances from a spot at which its name is tried, in pixels.
var reaches = [...]float64{7, 14, 24, 36, 50, 66, 84, 104, 126, 150, 176, 204}

// directions are those from a spot to its name, the best first.
var directions = [...]Point{{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {.8, -.6}, {.8, .6}, {-.8, -.6}, {-.8, .6}, {.3, -1}, {-.3, -1}, {.3, 1}, {-.3, 1}}

// place is where a name may stand.
type place struct {
	name   box
	line   [2]Point // from the spot to the name
	far    bool     // the line is drawn
	around box      // the name and the line
	cost   float64  // of the place itself: how far off it is, and what it covers
}

// clash returns the cost of two names at such places: they, and their lines, should not meet.
func (a place) clash(b place) float64 {
	if !a.around.overlaps(b.around) {
		return 0
	}
	cost := 0.
	if a.name.overlaps(b.name) {
		cost += 100
	}
	if a.far && b.name.crosses(a.line) {
		cost += 20
	}
	if b.far && a.name.crosses(b.line) {
		cost += 20
	}
	if a.far && b.far && cross(a.line, b.line) {
		cost += 10
	}
	return cost
}

// placeNames writes the names of spots beside them: near, within the plot, apart from each other and, where that can be, from
// markers. A name that stands further off has a line to its spot. Each in turn takes the best place beside the others, until
// none moves. Names that would stand on others are left out, and the plot says how many these are.
func (p *plot) placeNames(spots []Spot, markers, bars []box) {
	var names []string
	var places [][]place // of each name
	covered := markers
	if len(spots) > crowd { // for what is said of names without room
		covered = append(slices.Clone(markers), box{p.x.to - 160, p.y.to, p.x.to, p.y.to + lineSpace})
	}
	left := 0
	for i, spot := range spots {
		if spot.Name == "" {
			continue
		}
		if at := p.places(spot, i, covered, bars); at != nil {
			names, places = append(names, shortened(spot.Name)), append(places, at)
		} else {
			left++
		}
	}
	taken := make([]place, 0, len(names))
	for range 10 {
		moved := false
		for i := range names {
			best, least := place{}, math.Inf(1)
			for _, at := range places[i] {
				cost := at.cost
				for j, other := range taken {
					if j != i {
						cost += at.clash(other)
					}
				}
				if cost < least {
					best, least = at, cost
				}
			}
			if i == len(taken) {
				taken = append(taken, best)
				moved = true
			} else if best != taken[i] {
				taken[i] = best
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	var written []box
	for i, name := range names {
		at := taken[i]
		if slices.ContainsFunc(written, at.name.overlaps) {
			left++
			continue
		}
		written = append(written, at.name)
		if at.far {
			p.element("path", "d", path(false, at.line[:]...), "stroke", "currentColor", "stroke-opacity", ".5", "stroke-width", ".5")
		}
		p.text("text", name, "x", number(at.name.left), "y", number((at.name.top+at.name.bottom)/2), "dy", ".35em")
	}
	if left > 0 {
		p.text("text", fmt.Sprintf("names left out: %d", left), "x", number(p.x.to-4), "y", number(p.y.to+lineSpace-4), "text-anchor", "end")
	}
}

// places returns where the name of a spot, whose marker is markers[own], may stand; nil if it fits nowhere.
func (p *plot) places(spot Spot, own int, markers, bars []box) []place {
	inside := box{p.x.from, p.y.to, p.x.to, p.y.from}
	at, width := p.at(spot.At), nameLetter*float64(len([]rune(shortened(spot.Name))))
	var all []place
	for k, reach := range reaches {
		for _, d := range directions {
			x, y := at.X+reach*d.X, at.Y+reach*d.Y
			// The side of the name that looks to the spot is at its reach.
			b := box{x - width*(1-d.X)/2, y - nameHeight*(1-d.Y)/2, x + width*(1+d.X)/2, y + nameHeight*(1+d.Y)/2}
			if b.left < inside.left || b.right > inside.right || b.top < inside.top || b.bottom > inside.bottom {
				continue
			}
			end := Point{min(max(at.X, b.left), b.right), min(max(at.Y, b.top), b.bottom)}
			around := box{min(b.left, at.X) - 1, min(b.top, at.Y) - 1, max(b.right, at.X) + 1, max(b.bottom, at.Y) + 1}
			c := place{b, [2]Point{at, end}, k > 1, around, reach / 4}
			for j, o := range markers {
				if j != own && b.overlaps(o) {
					c.cost += 100
				} else if j != own && c.far && o.crosses(c.line) {
					c.cost += 4
				}
			}
			for _, o := range bars {
				if b.overlaps(box{o.left - 1, o.top - 1, o.right + 1, o.bottom + 1}) {
					c.cost++
				}
			}
			all = append(all, c)
		}
	}
	return all
}
