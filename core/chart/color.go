package chart

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
func (s Series) dash() string  { return dashes[int(s)%len(dashes)] }

// marker returns the path of the marker around a point.
func (s Series) marker(x, y float64) string {
	const r = 2.5
	switch int(s) % 3 {
	case 1: // a square
		return path(true, Point{x - r, y - r}, Point{x + r, y - r}, Point{x + r, y + r}, Point{x - r, y + r})
	case 2: // a diamond
		const r = 3.5
		return path(true, Point{x, y - r}, Point{x + r, y}, Point{x, y + r}, Point{x - r, y})
	}
	return "M" + number(x-r) + " " + number(y) + "a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z"
}
