package chart

import (
	"math"
	"slices"
)

// HeatMap is a table of numbers on the colors of a palette that does not depend on color vision: dark blue for the least,
// yellow for the most; of differences, blue below 0 and orange above. Names of columns that are wider than these are slanted.
type HeatMap struct {
	Title, Description string
	ID                 string // of the SVG element, unique in a page; "" for "chart"
	Inline             bool   // for a page that shows the title itself
	Rows, Columns      []string
	Apart              int          // so many columns, the last, stand apart from the others
	Cells              [][]HeatCell // by rows
	Min, Max           float64      // values of the palette's ends; that of differences reaches as far on both sides of 0
	Differences        bool
	Values, Edges      string // legends of the numbers and of the thick edges, below the table; "" for none
}

// HeatCell is a number of a heat map.
type HeatCell struct {
	Value float64 // NaN for none
	Text  string  // in the cell; "" leaves it out
	Note  string  // what a reader is told who points at it; "" for nothing
	Edge  bool    // drawn with a thick edge, to tell some cells from others
}

// Lengths of a heat map in pixels.
const (
	cellWidth, cellHeight = 40, 21
	apart                 = 8
	slant                 = 60 // degrees, of columns' names
	legendLine            = 20
	legendText            = 56 // where its text begins
)

// SVG returns the heat map as a document.
func (h HeatMap) SVG() []byte {
	var s svg
	names := 0
	for _, r := range h.Rows {
		names = max(names, len([]rune(r)))
	}
	x0, y0 := math.Round(letter*float64(names))+12, 22.
	if h.Title != "" && !h.Inline {
		y0 += 24
	}
	slanted, rise, reach := h.slanted()
	y0 += rise
	width, height := x0+cellWidth*float64(len(h.Columns))+2+reach, y0+cellHeight*float64(len(h.Rows))+2
	if h.Apart > 0 {
		width += apart
	}
	below, legend := height, h.legend()
	for _, l := range legend {
		width, height = max(width, legendText+letter*float64(len([]rune(l.text)))), height+legendLine
	}
	if len(legend) > 0 {
		height += 6
	}
	s.begin(heading{h.Title, h.Description, h.ID, h.Inline}, width, height)
	column := func(k int) float64 {
		x := x0 + cellWidth*float64(k)
		if k >= len(h.Columns)-h.Apart {
			x += apart
		}
		return x
	}
	if slanted {
		for k, name := range h.Columns {
			x, y := number(column(k)+cellWidth/2+4), number(y0-6)
			s.text("text", name, "x", x, "y", y, "transform", "rotate(-"+number(slant)+" "+x+" "+y+")")
		}
	} else {
		s.open("g", "text-anchor", "middle")
		for k, name := range h.Columns {
			s.text("text", name, "x", number(column(k)+cellWidth/2), "y", number(y0-7))
		}
		s.close("g")
	}
	for i, name := range h.Rows {
		y := y0 + cellHeight*float64(i)
		s.text("text", name, "x", number(x0-8), "y", number(y+cellHeight/2.), "dy", ".35em", "text-anchor", "end")
		s.open("g", "text-anchor", "middle", "font-size", "11")
		for k, c := range h.Cells[i] {
			if c.Text != "" {
				h.cell(&s, c, column(k), y)
			}
		}
		s.close("g")
	}
	for i, l := range legend {
		y := below + legendLine*float64(i+1)
		s.text("text", l.text, "x", number(legendText-8), "y", number(y-4))
		if l.edge {
			s.element("rect", "x", "9", "y", number(y-15), "width", number(cellWidth-8), "height", "14", "fill", "none", "stroke", "currentColor", "stroke-width", "2")
		}
	}
	s.close("svg")
	return s.Bytes()
}

// legendEntry is a line of the legend, beside a thick edge or nothing.
type legendEntry struct {
	text string
	edge bool
}

// legend returns the lines below the table: that of thick edges only if a cell has one.
func (h HeatMap) legend() (entries []legendEntry) {
	if h.Values != "" {
		entries = append(entries, legendEntry{h.Values, false})
	}
	edged := slices.ContainsFunc(h.Cells, func(row []HeatCell) bool {
		return slices.ContainsFunc(row, func(c HeatCell) bool { return c.Edge })
	})
	if h.Edges != "" && edged {
		entries = append(entries, legendEntry{h.Edges, true})
	}
	return entries
}

// slanted reports whether the names of columns are, how much higher they are then, and how far they reach to the right of
// the last column.
func (h HeatMap) slanted() (slanted bool, rise, reach float64) {
	sin, cos := math.Sincos(slant * math.Pi / 180)
	for k, name := range h.Columns {
		length := letter * float64(len([]rune(name)))
		slanted = slanted || length > cellWidth
		rise = max(rise, math.Round(length*sin)-10)
		reach = max(reach, math.Round(length*cos)+10-cellWidth*(float64(len(h.Columns)-k)-.5))
	}
	if !slanted {
		return false, 0, 0
	}
	return true, max(rise, 0), max(reach, 0)
}

func (h HeatMap) cell(s *svg, c HeatCell, x, y float64) {
	fill, ink, edge := "none", "currentColor", "currentColor"
	if color, ok := h.color(c.Value); ok {
		fill, ink = color.String(), color.ink()
		if !h.Differences { // of which those near 0 are as white as the paper
			edge = ""
		}
	}
	s.open("g")
	if c.Note != "" {
		s.text("title", c.Note)
	}
	s.element("rect", "x", number(x), "y", number(y), "width", number(cellWidth-1), "height", number(cellHeight-1), "fill", fill, "stroke", edge, "stroke-opacity", opacity(edge))
	if c.Edge {
		s.element("rect", "x", number(x+1), "y", number(y+1), "width", number(cellWidth-3), "height", number(cellHeight-3), "fill", "none", "stroke", ink, "stroke-width", "2")
	}
	s.text("text", c.Text, "x", number(x+(cellWidth-1)/2.), "y", number(y+(cellHeight-1)/2.), "dy", ".35em", "fill", ink)
	s.close("g")
}

// color returns that of a value, if it has one.
func (h HeatMap) color(v float64) (c rgb, ok bool) {
	palette := shade
	if h.Differences {
		palette, v = tint, v/max(-h.Min, h.Max)
	} else {
		v = (v - h.Min) / (h.Max - h.Min)
	}
	if math.IsNaN(v) {
		return c, false
	}
	return palette(v), true
}

// opacity returns that of an edge, if there is one.
func opacity(edge string) string {
	if edge == "" {
		return ""
	}
	return ".3"
}
