package chart

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func heatMap() HeatMap {
	return HeatMap{Title: "h", Description: "d", Rows: []string{"fog", "<b>"}, Columns: []string{"1", "2", "mean"}, Apart: 1, Max: 1, Cells: [][]HeatCell{
		{{Value: 0, Text: "0", Note: "none"}, {Value: 1, Text: "100"}, {Value: .5, Text: "50"}},
		{{Value: math.NaN(), Text: "?", Note: "not measured"}, {}, {Value: 2, Text: "200"}},
	}}
}

// gains has differences, slanted names and thick edges.
func gains() HeatMap {
	return HeatMap{Title: "Gains", Description: "d", Rows: []string{"noise"}, Columns: []string{"gaussian_noise", "fog", "unseen"}, Apart: 1, Min: -.1, Max: .2,
		Differences: true, Values: "points", Edges: "significant", Cells: [][]HeatCell{{{Value: .2, Text: "+20.0", Edge: true}, {Value: -.1, Text: "-10.0"}, {Value: 0, Text: "0.0"}}}}
}

func dots() Dots {
	return Dots{Title: "d", Description: "points", Width: 300, X: Axis{Label: "%"}, Rows: []DotRow{
		{"fog", []Dot{{0, 20, Band{10, 30}, "a < b"}, {1, 40, Band{math.NaN(), 1}, ""}}},
		{"snow", []Dot{{0, math.NaN(), Band{}, ""}}},
		{"nothing", nil},
	}}
}

// clustered has three things in a tree, and one that is in none.
func clustered() Clustered {
	c := Clustered{Title: "c", Description: "overlaps", Names: []string{"fog", "<b>", "snow", "none"}, Order: []int{1, 2, 0, 3},
		Tree: []Join{{1, 2, .25}, {4, 0, .8}}, Max: 1, Values: "overlap", Heights: "1 - overlap"}
	for i := range 4 {
		var row []HeatCell
		for j := range 4 {
			cell := HeatCell{Value: 1 / float64(1+(i-j)*(i-j)), Text: "1", Note: "a < b"}
			if i == 3 || j == 3 {
				cell = HeatCell{Value: math.NaN()}
			}
			row = append(row, cell)
		}
		c.Cells = append(c.Cells, row)
	}
	return c
}

func TestTablesGolden(t *testing.T) {
	for file, got := range map[string][]byte{"testdata/heatmap.svg": heatMap().SVG(), "testdata/dots.svg": dots().SVG(), "testdata/gains.svg": gains().SVG(), "testdata/clustered.svg": clustered().SVG()} {
		golden(t, file, got)
	}
}

func TestTables(t *testing.T) {
	h, d := heatMap().SVG(), dots().SVG()
	if cells, notes := len(elements(t, h, "rect")), len(elements(t, h, "title")); cells != 1+5 || notes != 1+2 {
		t.Errorf("%d rectangles and %d titles in %s", cells, notes, h)
	}
	// Two points of the three, and the interval of one.
	if groups := len(elements(t, d, "g")); groups != 2 {
		t.Errorf("%d points in %s", groups, d)
	}
	// Of many things, cells have no texts.
	c := clustered()
	if texts := len(elements(t, c.SVG(), "text")); texts != 8+9+1+(3+1)+(3+1) {
		t.Errorf("%d texts in %s", texts, c.SVG())
	}
	many := Clustered{Max: 1}
	for i := range mostTexts + 1 {
		many.Names, many.Order = append(many.Names, "a"), append(many.Order, i)
		many.Cells = append(many.Cells, make([]HeatCell, mostTexts+1))
		many.Cells[i][i].Text = "1"
	}
	if texts := len(elements(t, many.SVG(), "text")); texts != 2*(mostTexts+1)+3+1 {
		t.Errorf("%d texts in %s", texts, many.SVG())
	}
	for _, b := range [][]byte{h, d, Dots{}.SVG(), HeatMap{}.SVG(), Swatch(7), c.SVG(), many.SVG(), Clustered{Max: 1}.SVG()} {
		if len(elements(t, b, "svg")) != 1 || bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) {
			t.Errorf("%s", b)
		}
	}
}

// Groups are named above the rows, which stand lower then.
func TestGroups(t *testing.T) {
	d := dots()
	plain := len(elements(t, d.SVG(), "path"))
	d.Groups = []string{"a", "b"}
	b := d.SVG()
	if markers := len(elements(t, b, "path")) - plain; markers != 2 || !bytes.Contains(b, []byte(">b<")) {
		t.Errorf("%d markers in %s", markers, b)
	}
}

// The palette of differences reaches as far below 0 as above, and the cell with an edge has one.
func TestDifferences(t *testing.T) {
	b := gains().SVG()
	var fills, edges []string
	for _, e := range elements(t, b, "rect")[1:] {
		if attribute(e, "fill") == "none" {
			edges = append(edges, attribute(e, "stroke"))
		} else {
			fills = append(fills, attribute(e, "fill"))
		}
	}
	if want := []string{tint(1).String(), tint(-.5).String(), tint(0).String()}; !slices.Equal(fills, want) || len(edges) != 2 { // of a cell, and below what it says
		t.Errorf("cells %v, want %v, edges %v", fills, want, edges)
	}
	// gaussian_noise, of 14 letters, has 98 pixels, which would reach 85 pixels up at 60 degrees.
	height, _ := strconv.ParseFloat(attribute(elements(t, b, "svg")[0], "height"), 64)
	plain := gains()
	plain.Columns = []string{"noise", "fog", "seen"}
	other, _ := strconv.ParseFloat(attribute(elements(t, plain.SVG(), "svg")[0], "height"), 64)
	if height-other != 75 {
		t.Errorf("slanted names take %g pixels", height-other)
	}
}

// The names above rows of points go on in another line before they leave the figure.
func TestDotKeys(t *testing.T) {
	d := dots()
	plain, _ := strconv.ParseFloat(attribute(elements(t, d.SVG(), "svg")[0], "height"), 64)
	d.Groups = nil
	for i := range 9 {
		d.Groups = append(d.Groups, fmt.Sprintf("network-%d", i))
	}
	d.Groups = append(d.Groups, strings.Repeat("long", 20))
	b := d.SVG()
	root := elements(t, b, "svg")[0]
	width, _ := strconv.ParseFloat(attribute(root, "width"), 64)
	height, _ := strconv.ParseFloat(attribute(root, "height"), 64)
	tops := map[string]bool{}
	for _, name := range d.Groups {
		m := regexp.MustCompile(`<text x="([0-9.]+)" y="([0-9.]+)"[^>]*>` + name + `</text>`).FindSubmatch(b)
		if m == nil {
			t.Fatalf("no %s in %s", name, b)
		}
		x, _ := strconv.ParseFloat(string(m[1]), 64)
		if end := x + letter*float64(len(name)); end > width {
			t.Errorf("%s ends at %g of %g", name, end, width)
		}
		tops[string(m[2])] = true
	}
	lines := len(tops)
	if lines < 3 || height != plain+lineSpace*float64(lines)+4 {
		t.Errorf("%d lines, height %g, %g without them", lines, height, plain)
	}
}

// Marks of many series are told apart by colors and markers.
func TestSeries(t *testing.T) {
	seen := map[string]bool{}
	for s := range Series(18) {
		seen[s.color()+s.marker(0, 0)] = true
	}
	if len(seen) != 18 {
		t.Errorf("18 series have %d looks", len(seen))
	}
}

// Within a page a figure has no paper, style and title of its own, but a label.
func TestInline(t *testing.T) {
	f, h, d := sample(), heatMap(), dots()
	f.Inline, h.Inline, d.Inline = true, true, true
	for _, b := range [][]byte{f.SVG(), h.SVG(), d.SVG()} {
		root := elements(t, b, "svg")[0]
		if attribute(root, "aria-label") == "" || attribute(root, "color") != "" || len(elements(t, b, "style")) != 0 || bytes.Contains(b, []byte("paper")) {
			t.Errorf("%s", b)
		}
	}
}

// Numbers on colors of the palette are seen (WCAG 1.4.3), and its lightness rises.
func TestPalette(t *testing.T) {
	before := -1.
	for i := range 101 {
		c := shade(float64(i) / 100)
		l := c.luminance()
		contrast := (l + .05) / .05
		if c.ink() == "#fff" {
			contrast = 1.05 / (l + .05)
		}
		if contrast < 4.5 || l <= before {
			t.Errorf("%d: %s, luminance %.3f after %.3f, contrast %.2f", i, c, l, before, contrast)
		}
		before = l
	}
	for i := range 101 {
		for _, c := range []rgb{tint(float64(i) / 100), tint(-float64(i) / 100)} {
			contrast := (c.luminance() + .05) / .05
			if c.ink() == "#fff" {
				contrast = 1.05 / (c.luminance() + .05)
			}
			if contrast < 4.5 {
				t.Errorf("%d: %s, contrast %.2f", i, c, contrast)
			}
		}
	}
	if tint(0).String() != "#ffffff" || tint(1) != tint(7) || tint(-1).String() != "#2166ac" || tint(1).String() != "#b35806" {
		t.Error("the ends of the palette of differences")
	}
	if shade(-1) != shade(0) || shade(2) != shade(1) || shade(0).String() != "#00224e" || shade(1).String() != "#fee838" {
		t.Error("the ends of the palette")
	}
}

func TestNames(t *testing.T) {
	b := Figure{Panels: []Panel{{X: Axis{Names: []string{"clean", "1", "2"}}, Marks: []Mark{Rule{Point{0, 0}, Point{2, 1}}}}}}.SVG()
	for _, name := range []string{">clean<", ">1<", ">2<"} {
		if !strings.Contains(string(b), name) {
			t.Errorf("no %s in %s", name, b)
		}
	}
}
