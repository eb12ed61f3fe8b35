package chart

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata anew")

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		axis     Axis
		min, max float64
		n        int
		want     string
	}{
		{Axis{}, 0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{Axis{}, 0, 100, 5, "0 20 40 60 80 100"},
		{Axis{}, .31, 2.29, 4, "0.0 0.5 1.0 1.5 2.0 2.5"},
		{Axis{}, -3, 3, 3, "-4 -2 0 2 4"},
		{Axis{}, 0, .2, 4, "0.00 0.05 0.10 0.15 0.20"},
		{Axis{}, 0, 3000, 3, "0 1000 2000 3000"},
		{Axis{}, .1, .3, 2, "0.1 0.2 0.3"},
		{Axis{}, 5, 5, 2, "0 5"},
		{Axis{}, 0, 0, 2, "-1 0 1"},
		{Axis{}, 1, math.Nextafter(1, 2), 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{Axis{}, 0, math.SmallestNonzeroFloat64, 2, "-2 0 2"},
		{Axis{Whole: true}, 9e18, 9e18, 2, "0 5000000000000000000 10000000000000000000"},
		{Axis{Whole: true}, 1, 3, 8, "1 2 3"},
		{Axis{Whole: true}, 1, 1, 8, "0 1 2"},
		{Axis{Whole: true}, 1, 30, 8, "0 5 10 15 20 25 30"},
	} {
		var got []string
		for _, tick := range c.axis.ticks(c.min, c.max, c.n) {
			got = append(got, tick.text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%g to %g, %d: %v, want %s", c.min, c.max, c.n, got, c.want)
		}
	}
}

// sample has all that a line can have.
func sample() Figure {
	var falling, rising, broken Line
	falling = Line{Name: "loss", Note: func(p Point) string { return "a < b & \"c\"" }}
	rising = Line{Name: "training", Series: 1}
	broken = Line{Name: "clean <5 images>", Series: 2}
	for i := range 12 {
		x := float64(i + 1)
		falling.Points = append(falling.Points, Point{x, 2 / x})
		rising.Points = append(rising.Points, Point{x, 100 - 90/x})
		rising.Band = append(rising.Band, Band{95 - 90/x, 102 - 90/x})
		y := 99 - 90/x
		if i%5 == 3 {
			y = math.NaN()
		}
		broken.Points = append(broken.Points, Point{x, y})
	}
	return Figure{Title: "A & B", Description: "two panels", Panels: []Panel{
		{Y: Axis{Label: "loss"}, X: Axis{Whole: true}, Marks: []Mark{falling}, Height: 100},
		{Y: Axis{Label: "accuracy (%)", Max: 100}, X: Axis{Label: "epoch", Whole: true}, Marks: []Mark{rising, broken}},
	}}
}

// elements reads a document, and returns the elements of a name.
func elements(t *testing.T, b []byte, name string) (all []xml.StartElement) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == name {
			all = append(all, e.Copy())
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// A figure is the same bytes on every machine. Look at the file when it changes.
func TestGolden(t *testing.T) {
	got := sample().SVG()
	if !IsSVG(got) || IsSVG([]byte("<svg>")) {
		t.Error("IsSVG does not know its own figures, or takes another for one")
	}
	golden(t, "testdata/sample.svg", got)
}

// golden compares a figure with a file, or writes that.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
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
		t.Errorf("the figure is not %s (go test ./core/chart -update writes it):\n%s", file, got)
	}
}

func TestDocument(t *testing.T) {
	b := sample().SVG()
	root := elements(t, b, "svg")[0]
	if attribute(root, "role") != "img" || attribute(root, "aria-labelledby") != "chart-title chart-desc" {
		t.Errorf("%+v", root)
	}
	if got := len(elements(t, b, "title")); got != 1+12 {
		t.Errorf("%d titles, want that of the figure and a note at each of 12 points", got)
	}
	// The broken line has three pieces: before, between and after two gaps.
	pieces := 0
	for _, e := range elements(t, b, "path") {
		if attribute(e, "stroke") == colors[2] && strings.Contains(attribute(e, "d"), "L") {
			pieces++
		}
	}
	if pieces != 3 {
		t.Errorf("a line with two gaps is drawn in %d pieces", pieces)
	}
	if bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) {
		t.Errorf("what is not a number is drawn:\n%s", b)
	}
}

// Figures of nothing, of a single point and of a small width are documents, too.
func TestExtremes(t *testing.T) {
	one := Line{Name: "one", Points: []Point{{1, 5}}}
	nothing := Line{Name: "none", Points: []Point{{1, math.NaN()}}}
	huge := Line{Name: "huge", Points: []Point{{1, 1e300}, {2, -1e300}, {3, math.MaxFloat64}, {4, math.Inf(1)}, {math.Inf(-1), 1}}}
	band := Line{Name: "band", Points: []Point{{1, 1}, {2, 2}}, Band: []Band{{0, 2}, {math.NaN(), math.Inf(1)}}}
	tiny := Line{Name: "tiny", Points: []Point{{1, 1}, {2, math.Nextafter(1, 2)}, {3, 1}}}
	for name, f := range map[string]Figure{
		"empty": {}, "no mark": {Panels: []Panel{{}}}, "one point": {Panels: []Panel{{Marks: []Mark{one}}}},
		"no number": {Panels: []Panel{{Marks: []Mark{nothing}}}}, "small": {Width: 120, Panels: []Panel{{Marks: []Mark{one}}}},
		"huge": {Panels: []Panel{{Marks: []Mark{huge}}}}, "band": {Panels: []Panel{{Marks: []Mark{band}}}}, "tiny": {Panels: []Panel{{Marks: []Mark{tiny}}}},
	} {
		b := f.SVG()
		if len(elements(t, b, "svg")) != 1 || bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) {
			t.Errorf("%s: %s", name, b)
		}
	}
}

// Names keep their distance and their order, and stay beside the plot.
func TestLabels(t *testing.T) {
	for _, at := range [][]float64{{50, 52, 51}, {0, 1, 2, 3}, {98, 99, 100}, {10, 40, 90}} {
		p := plot{svg: &svg{}}
		for i, y := range at {
			p.label(string(rune('a'+i)), Series(i), y)
		}
		p.drawLabels(0, 0, 100)
		for i, l := range p.labels {
			if l.y < 0 || l.y > 100 || i > 0 && l.y-p.labels[i-1].y < lineSpace {
				t.Errorf("%v: names at %v", at, p.labels)
			}
		}
		slices.Sort(at)
		if at[0] == 10 && (p.labels[0].y != 10 || p.labels[1].y != 40 || p.labels[2].y != 90) {
			t.Errorf("%v: names that have room are moved to %v", at, p.labels)
		}
	}
}

// Marks must be seen on white and on black (WCAG 1.4.11).
func TestContrast(t *testing.T) {
	for i, c := range colors[:4] {
		var channels [3]float64
		for k := range channels {
			var v int
			for _, digit := range strings.ToLower(c[1+2*k : 3+2*k]) {
				v = 16*v + strings.IndexRune("0123456789abcdef", digit)
			}
			u := float64(v) / 255
			if channels[k] = u / 12.92; u > .04045 {
				channels[k] = math.Pow((u+.055)/1.055, 2.4)
			}
		}
		l := .2126*channels[0] + .7152*channels[1] + .0722*channels[2]
		if white, black := 1.05/(l+.05), (l+.05)/(.0078+.05); white < 3 || black < 3 {
			t.Errorf("series %d: contrast %.2f to white, %.2f to the dark paper", i, white, black)
		}
	}
}
