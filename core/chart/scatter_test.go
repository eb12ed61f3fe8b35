package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func scatter() Figure {
	s := Scatter{Groups: []string{"clean", "adversarial"}}
	for i := range 20 { // in a crowd
		x, y := .5+float64(i%5)/100, .4+float64(i/5)/100
		s.Spots = append(s.Spots, Spot{Name: fmt.Sprintf("network-%d", i), At: Point{x, y}, X: Band{x - .02, x + .02}, Y: Band{y - .01, y + .03},
			Series: Series(i % 2), Note: "a < b"})
	}
	s.Spots = append(s.Spots, Spot{Name: "far off", At: Point{.97, .91}}, Spot{At: Point{.6, .6}}, Spot{Name: "none", At: Point{math.NaN(), 1}},
		Spot{Name: "no interval", At: Point{.2, .3}, X: Band{math.NaN(), 1}, Y: Band{math.Inf(-1), 1}})
	return Figure{Title: "Two robustnesses", Description: "networks", Panels: []Panel{{X: Axis{Label: "R, corrupted", Rounded: true}, Y: Axis{Label: "R, attacked"},
		Height: 360, Marks: []Mark{Rule{Point{.2, .3}, Point{.97, .9}}, s}}}}
}

func TestScatterGolden(t *testing.T) {
	golden(t, "testdata/scatter.svg", scatter().SVG())
}

// nameBoxes returns where the names of spots stand.
func nameBoxes(b []byte) (boxes []box) {
	d := xml.NewDecoder(bytes.NewReader(b))
	small := false
	for {
		token, err := d.Token()
		if err != nil {
			return boxes
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "g" {
				small = attribute(e, "font-size") != ""
			}
			if small && e.Name.Local == "text" {
				x, _ := strconv.ParseFloat(attribute(e, "x"), 64)
				y, _ := strconv.ParseFloat(attribute(e, "y"), 64)
				text, _ := d.Token()
				width := nameLetter * float64(utf8.RuneCount(text.(xml.CharData)))
				boxes = append(boxes, box{x, y - nameHeight/2. + .1, x + width - .1, y + nameHeight/2. - .1})
			}
		case xml.EndElement:
			small = small && e.Name.Local != "g"
		}
	}
}

// Every name stands within the plot, and none on another name, even in a crowd, or in a row along the axis.
func TestScatterNames(t *testing.T) {
	b := scatter().SVG()
	if bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) || bytes.Contains(b, []byte(">none<")) {
		t.Errorf("what is not a number is drawn:\n%s", b)
	}
	row := Scatter{Spots: []Spot{{At: Point{0, 0}}, {At: Point{1, 1}}}}
	for i := range 24 {
		row.Spots = append(row.Spots, Spot{Name: fmt.Sprintf("a-longer-name-%d", i), At: Point{.6 + .005*float64(i), .01 * float64(i%3)}})
	}
	inRow := Figure{Panels: []Panel{{Height: 360, Marks: []Mark{row}}}}.SVG()
	for _, c := range []struct {
		svg   []byte
		names int
	}{{b, 22}, {inRow, 24}} {
		boxes := nameBoxes(c.svg)
		if len(boxes) != c.names {
			t.Fatalf("%d names, want %d", len(boxes), c.names)
		}
		for i, a := range boxes {
			if a.left < left || a.right > 720 || a.top < 0 {
				t.Errorf("name %d is at %v", i, a)
			}
			for j, b := range boxes[:i] {
				if a.overlaps(b) {
					t.Errorf("names %d and %d are at %v and %v", j, i, b, a)
				}
			}
		}
	}
	// 22 named spots and one without a name: 20 with a note of their own, two with their name, two intervals each of 20.
	if notes := strings.Count(string(b), "<title>"); notes != 22 {
		t.Errorf("%d notes", notes)
	}
	if bars := strings.Count(string(b), `stroke-opacity=".45"`); bars != 40 {
		t.Errorf("%d intervals", bars)
	}
}

// Long names are shortened, and those for which there is no room are counted.
func TestScatterCrowd(t *testing.T) {
	crowd := Scatter{Spots: []Spot{{At: Point{0, 0}}, {At: Point{1, 1}}}}
	for i := range 120 {
		crowd.Spots = append(crowd.Spots, Spot{Name: fmt.Sprintf("%d-%s-%d", i, strings.Repeat("name", 20), i), At: Point{.5 + .001*float64(i%20), .001 * float64(i/20)}})
	}
	b := Figure{Panels: []Panel{{Height: 360, Marks: []Mark{crowd}}}}.SVG()
	boxes := nameBoxes(b)
	boxes = boxes[:len(boxes)-1] // without what is said of the others
	for i, a := range boxes {
		if a.left < left || a.right > 720 || a.right-a.left > nameLetter*longestName || slices.ContainsFunc(boxes[:i], a.overlaps) {
			t.Errorf("name %d is at %v", i, a)
		}
	}
	if want := fmt.Sprintf(">names left out: %d<", 120-len(boxes)); !bytes.Contains(b, []byte(want)) || len(boxes) < 20 {
		t.Errorf("%d names, and not %q", len(boxes), want)
	}
	if got := shortened("cifar10-" + strings.Repeat("é", 40) + "-seed-1"); len([]rune(got)) != longestName || !strings.HasPrefix(got, "cifar10-é") || !strings.HasSuffix(got, "é-seed-1") {
		t.Errorf("shortened to %q", got)
	}
}

// Lines cross boxes and each other, or pass them by.
func TestCrosses(t *testing.T) {
	b := box{2, 2, 4, 3}
	for _, c := range []struct {
		line [2]Point
		want bool
	}{
		{[2]Point{{0, 0}, {6, 5}}, true}, {[2]Point{{3, 2.5}, {3.5, 2.5}}, true}, {[2]Point{{3, 0}, {3, 9}}, true}, // through, within, upright
		{[2]Point{{0, 0}, {1.5, 1.5}}, false}, {[2]Point{{0, 4}, {6, 4}}, false}, {[2]Point{{1, 0}, {5, 1.5}}, false}, {[2]Point{{4, 0}, {4, 9}}, false},
	} {
		if got := b.crosses(c.line); got != c.want {
			t.Errorf("%v crosses the box: %t", c.line, got)
		}
	}
	a := [2]Point{{0, 0}, {2, 2}}
	if !cross(a, [2]Point{{0, 2}, {2, 0}}) || cross(a, [2]Point{{2, 0}, {4, 2}}) || cross(a, [2]Point{{0, 5}, {5, 0}}) {
		t.Error("cross tells crossing lines wrongly")
	}
}

// The axis of x begins and ends at ticks if that is asked for.
func TestRounded(t *testing.T) {
	for rounded, want := range map[bool][2]string{false: {`M48 `, `M704 `}, true: {`M68.5 `, `M683.5 `}} {
		// From 0.3125 to 9.6875: ticks at 0, 1 ... 10 are 65.6 pixels apart.
		f := Figure{Panels: []Panel{{X: Axis{Rounded: rounded}, Marks: []Mark{Scatter{Spots: []Spot{{At: Point{.3125, 0}}, {At: Point{9.6875, 1}}}}}}}}
		b := string(f.SVG())
		for _, begin := range want {
			x, _ := strconv.ParseFloat(strings.Trim(begin, "M "), 64)
			if marker := "M" + number(x-2.5) + " "; !strings.Contains(b, marker) {
				t.Errorf("rounded %t: no marker at %g in %s", rounded, x, b)
			}
		}
	}
}
