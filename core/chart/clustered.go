package chart

import (
	"math"
	"slices"
)

// Clustered is a square table of numbers of the same things in rows and columns, on the colors of a [HeatMap], in the order of
// a tree that is drawn beside it.
type Clustered struct {
	Title, Description string
	ID                 string // of the SVG element, unique in a page; "" for "chart"
	Inline             bool   // for a page that shows the title itself
	Names              []string
	Cells              [][]HeatCell // in the order of Names
	Order              []int        // of Names from above; those without a place in the tree are the last
	Tree               []Join       // of the first of Order, from the lowest on
	Min, Max           float64      // values of the palette's ends
	Values, Heights    string       // what the colors and the tree's heights are
}

// Join joins two clusters of a tree into one.
type Join struct {
	A, B   int     // names by their places, or len(Names)+i for that of join i
	Height float64 // from 0, where names are
}

// Lengths of a clustered table in pixels: cells with texts, and those of more than mostTexts names without.
const (
	textSide, plainSide = 34, 17
	mostTexts           = 16
	treeWidth           = 140
	legendWidth         = 150
)

// SVG returns the table as a document.
func (c Clustered) SVG() []byte {
	var s svg
	longest := 0
	for _, n := range c.Names {
		longest = max(longest, len([]rune(n)))
	}
	side := float64(textSide)
	if len(c.Names) > mostTexts {
		side = plainSide
	}
	x0 := math.Round(letter*float64(longest)) + 16
	y0 := x0
	if c.Title != "" && !c.Inline {
		y0 += 24
	}
	size := side * float64(len(c.Names))
	x1, y1 := x0+size, y0+size
	s.begin(heading{c.Title, c.Description, c.ID, c.Inline}, max(x1+treeWidth+34, x0+legendWidth+34+letter*float64(len([]rune(c.Values)))), y1+92)
	for k, i := range c.Order {
		middle := number(y0 + side*(float64(k)+.5))
		s.text("text", c.Names[i], "x", number(x0-6), "y", middle, "dy", ".35em", "text-anchor", "end")
		s.text("text", c.Names[i], "transform", "translate("+number(x0+side*(float64(k)+.5))+" "+number(y0-6)+") rotate(-90)", "dy", ".35em")
	}
	s.open("g", "text-anchor", "middle", "font-size", "11")
	for row, i := range c.Order {
		for column, j := range c.Order {
			c.cell(&s, c.Cells[i][j], x0+side*float64(column), y0+side*float64(row), side)
		}
	}
	s.close("g")
	c.tree(&s, x1+8, y0, side, y1)
	c.legend(&s, x0, y1+56)
	s.close("svg")
	return s.Bytes()
}

func (c Clustered) cell(s *svg, h HeatCell, x, y, side float64) {
	fill, ink, edge := "none", "currentColor", "currentColor"
	if v := (h.Value - c.Min) / (c.Max - c.Min); !math.IsNaN(v) {
		color := shade(v)
		fill, ink, edge = color.String(), color.ink(), ""
	}
	s.open("g")
	if h.Note != "" {
		s.text("title", h.Note)
	}
	s.element("rect", "x", number(x), "y", number(y), "width", number(side-1), "height", number(side-1), "fill", fill, "stroke", edge, "stroke-opacity", opacity(edge))
	if side == textSide && h.Text != "" {
		s.text("text", h.Text, "x", number(x+(side-1)/2), "y", number(y+(side-1)/2), "dy", ".35em", "fill", ink)
	}
	s.close("g")
}

// tree draws the tree from x on, beside rows that begin at y, with an axis of its heights below.
func (c Clustered) tree(s *svg, x, y, side, bottom float64) {
	if len(c.Tree) == 0 {
		return
	}
	highest := 0.
	for _, j := range c.Tree {
		highest = max(highest, j.Height)
	}
	axis := Axis{}
	ticks := axis.ticks(0, max(highest, 1e-3), 3)
	scale := scale{0, ticks[len(ticks)-1].value, x, x + treeWidth}
	type end struct{ x, y float64 } // of a cluster
	ends := make([]end, len(c.Names), len(c.Names)+len(c.Tree))
	for i := range c.Names {
		ends[i] = end{x, y + side*(float64(slices.Index(c.Order, i))+.5)}
	}
	for _, j := range c.Tree {
		a, b, at := ends[j.A], ends[j.B], scale.at(j.Height)
		s.element("path", "d", "M"+number(a.x)+" "+number(a.y)+"H"+number(at)+"V"+number(b.y)+"H"+number(b.x), "fill", "none", "stroke", "currentColor")
		ends = append(ends, end{at, (a.y + b.y) / 2})
	}
	s.element("path", "d", "M"+number(x)+" "+number(bottom+6)+"H"+number(x+treeWidth), "stroke", "currentColor")
	for _, t := range ticks {
		at := number(scale.at(t.value))
		s.element("path", "d", "M"+at+" "+number(bottom+6)+"v4", "stroke", "currentColor")
		s.text("text", t.text, "x", at, "y", number(bottom+24), "text-anchor", "middle")
	}
	s.text("text", c.Heights, "x", number(x+treeWidth/2.), "y", number(bottom+42), "text-anchor", "middle")
}

// legend draws the palette with the values of its ends.
func (c Clustered) legend(s *svg, x, y float64) {
	const steps = 30
	for k := range steps {
		s.element("rect", "x", number(x+legendWidth/steps*float64(k)), "y", number(y), "width", number(legendWidth/steps), "height", "10",
			"fill", shade(float64(k)/(steps-1)).String())
	}
	axis := Axis{}
	for _, t := range axis.ticks(c.Min, c.Max, 2) {
		if t.value >= c.Min && t.value <= c.Max {
			s.text("text", t.text, "x", number(scale{c.Min, c.Max, x, x + legendWidth}.at(t.value)), "y", number(y+23), "text-anchor", "middle")
		}
	}
	s.text("text", c.Values, "x", number(x+legendWidth+14), "y", number(y+9))
}
