package chart

// Rule is a thin line between two points, to compare others with.
type Rule struct{ From, To Point }

func (r Rule) extent(e *extent) {
	e.add(r.From)
	e.add(r.To)
}

func (r Rule) draw(p *plot) {
	p.element("path", "d", path(false, p.at(r.From), p.at(r.To)), "stroke", "currentColor", "stroke-opacity", ".5", "stroke-dasharray", "3 3")
}
