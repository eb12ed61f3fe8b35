package chart

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"
)

func heatMap() HeatMap {
	return HeatMap{Title: "h", Description: "d", Rows: []string{"fog", "<b>"}, Columns: []string{"1", "2", "mean"}, Apart: 1, Max: 1, Cells: [][]HeatCell{
		{{0, "0", "none"}, {1, "100", ""}, {.5, "50", ""}},
		{{math.NaN(), "?", "not measured"}, {}, {2, "200", ""}},
	}}
}

func dots() Dots {
	return Dots{Title: "d", Description: "points", Width: 300, X: Axis{Label: "%"}, Rows: []DotRow{
		{"fog", []Dot{{0, 20, Band{10, 30}, "a < b"}, {1, 40, Band{math.NaN(), 1}, ""}}},
		{"snow", []Dot{{0, math.NaN(), Band{}, ""}}},
		{"nothing", nil},
	}}
}

func TestTablesGolden(t *testing.T) {
	for file, got := range map[string][]byte{"testdata/heatmap.svg": heatMap().SVG(), "testdata/dots.svg": dots().SVG()} {
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("not %s (go test ./core/chart -update writes it):\n%s", file, got)
		}
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
	for _, b := range [][]byte{h, d, Dots{}.SVG(), HeatMap{}.SVG(), Swatch(7)} {
		if len(elements(t, b, "svg")) != 1 || bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) {
			t.Errorf("%s", b)
		}
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
