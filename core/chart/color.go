package chart

import (
	"fmt"
	"math"
)

// The palette of Okabe and Ito (Color Universal Design, 2008), without black and yellow, which one of the two backgrounds
// swallows.
var colors = [...]string{
	"#0072B2", // blue
	"#D55E00", // vermilion
	"#009E73", // bluish green
	"#CC79A7", // reddish purple
	"#E69F00", // orange
	"#56B4E9", // sky blue
}

// dashes are those of a line, as stroke-dasharray has them; "" for none.
var dashes = [...]string{"", "6 3", "2 2", "8 3 2 3", "12 3", "4 4"}

// Series is the look of a mark: a color, with dashes and a marker to tell it by where colors are not seen.
type Series int

func (s Series) color() string { return colors[int(s)%len(colors)] }
func (s Series) dash() string  { return dashes[(int(s)+int(s)/len(colors))%len(dashes)] } // others when colors begin anew

// marker returns the path of the marker around a point.
func (s Series) marker(x, y float64) string {
	const r = 2.5
	switch (int(s) + int(s)/len(colors)) % 3 { // others when colors begin anew
	case 1: // a square
		return path(true, Point{x - r, y - r}, Point{x + r, y - r}, Point{x + r, y + r}, Point{x - r, y + r})
	case 2: // a diamond
		const r = 3.5
		return path(true, Point{x, y - r}, Point{x + r, y}, Point{x, y + r}, Point{x - r, y})
	}
	return "M" + number(x-r) + " " + number(y) + "a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z"
}

// Swatch returns a piece of a line of a series, to stand beside its name in a page.
func Swatch(series Series) []byte {
	var s svg
	s.open("svg", "xmlns", "http://www.w3.org/2000/svg", "width", "26", "height", "10", "aria-hidden", "true")
	s.element("path", "d", "M0 5h26", "stroke", series.color(), "stroke-width", "1.75", "stroke-dasharray", series.dash())
	s.element("path", "d", series.marker(13, 5), "fill", series.color())
	s.close("svg")
	return s.Bytes()
}

// cividis is a palette from dark blue to yellow that looks much the same with any color vision, and whose lightness rises
// evenly (J. Nuñez, C. Anderton and R. Renslow, "Optimizing colormaps with consideration for color vision deficiency to
// enable accurate interpretation of scientific data", PLOS ONE 13, 2018), at ten places.
var cividis = [...]rgb{{0, 34, 78}, {18, 53, 112}, {59, 73, 108}, {87, 93, 109}, {112, 113, 115}, {138, 134, 120}, {165, 156, 116},
	{195, 179, 105}, {225, 204, 85}, {254, 232, 56}}

type rgb [3]float64

// shade returns the color of a share in [0,1].
func shade(v float64) (c rgb) {
	at := min(max(v, 0), 1) * float64(len(cividis)-1)
	i := min(int(at), len(cividis)-2)
	for k := range c {
		from, to := cividis[i][k], cividis[i+1][k]
		c[k] = math.Round(from + float64((at-float64(i))*(to-from)))
	}
	return c
}

// Shade returns the color of heat maps for a share in [0,1], and black or white for text on it.
func Shade(share float64) (fill, ink string) {
	c := shade(share)
	return c.String(), c.ink()
}

// diverging are the ends and the middle of a palette for differences: blue below, white at 0, orange above.
var diverging = [...]rgb{{33, 102, 172}, {255, 255, 255}, {179, 88, 6}}

// tint returns the color of a difference in [-1,1].
func tint(v float64) (c rgb) {
	end := diverging[2]
	if v < 0 {
		end = diverging[0]
	}
	for k := range c {
		c[k] = math.Round(diverging[1][k] + float64(min(math.Abs(v), 1)*(end[k]-diverging[1][k])))
	}
	return c
}

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", int(c[0]), int(c[1]), int(c[2])) }

// luminance is the relative luminance of WCAG 2.
func (c rgb) luminance() float64 {
	var linear rgb
	for k, v := range c {
		v /= 255
		if linear[k] = v / 12.92; v > .04045 {
			linear[k] = math.Pow((v+.055)/1.055, 2.4)
		}
	}
	return .2126*linear[0] + .7152*linear[1] + .0722*linear[2]
}

// ink returns black or white, whichever is seen better on the color.
func (c rgb) ink() string {
	if c.luminance() > .179 {
		return "#000"
	}
	return "#fff"
}
