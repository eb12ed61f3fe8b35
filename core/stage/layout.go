package stage

// Rect is a rectangle in pixels of the window.
type Rect struct{ X, Y, W, H float64 }

// Right returns the x of the right edge.
func (r Rect) Right() float64 { return r.X + r.W }

// Bottom returns the y of the lower edge.
func (r Rect) Bottom() float64 { return r.Y + r.H }

// Inset returns the rectangle with so much cut off at each side.
func (r Rect) Inset(d float64) Rect { return Rect{r.X + d, r.Y + d, max(r.W-2*d, 0), max(r.H-2*d, 0)} }

// Contains reports whether all of o lies in r, up to half a pixel.
func (r Rect) Contains(o Rect) bool {
	const slack = 0.5
	return o.X >= r.X-slack && o.Y >= r.Y-slack && o.Right() <= r.Right()+slack && o.Bottom() <= r.Bottom()+slack
}

// Overlaps reports whether the rectangles have more than half a pixel in common.
func (r Rect) Overlaps(o Rect) bool {
	const slack = 0.5
	return min(r.Right(), o.Right())-max(r.X, o.X) > slack && min(r.Bottom(), o.Bottom())-max(r.Y, o.Y) > slack
}

// top cuts a strip off the upper edge.
func (r *Rect) top(h float64) Rect {
	h = min(h, r.H)
	cut := Rect{r.X, r.Y, r.W, h}
	r.Y, r.H = r.Y+h, r.H-h
	return cut
}

// bottom cuts a strip off the lower edge.
func (r *Rect) bottom(h float64) Rect {
	h = min(h, r.H)
	r.H -= h
	return Rect{r.X, r.Bottom(), r.W, h}
}

// Mode is an arrangement of the images.
type Mode int

const (
	Panels Mode = iota // original, corrupted and adversarial side by side, and their difference on request
	Split              // two of them in one place, with a line between them that can be moved
	Mosaic             // nine corruptions at once
	modes              // their number
)

// Tiles is the number of corruptions of a mosaic.
const Tiles = 9

// Layout is where things are in a window.
type Layout struct {
	Unit     float64 // size of the text of a label
	Header   Rect
	Panels   []Panel
	Timeline Rect // empty in a mosaic
	Footer   Rect
}

// Panel is where an image, its title and the bars of its answer are. Of a [Split] all panels have the same Image.
type Panel struct{ Frame, Title, Image, Bars Rect }

// unit returns the size of label text for a window: a 36th of the height of a screen of 16 to 9, so that 40 lines would fill
// it, and the last row of a lecture hall can read it.
func unit(width, height float64, large bool) float64 {
	u := min(width/64, height/36)
	if height > width {
		u = min(width/36, height/64)
	}
	if large {
		u *= 1.25
	}
	return max(u, 9)
}

// Arrange returns the layout of a window with so many panels; a split has two and a mosaic [Tiles] whatever their number.
func Arrange(mode Mode, panels int, width, height float64, large bool) Layout {
	u := unit(width, height, large)
	l := Layout{Unit: u}
	room := Rect{0, 0, width, height}.Inset(u)
	header := 3.9 * u
	if height > width { // a line more
		header = 5.3 * u
	}
	l.Header = room.top(header)
	l.Footer = room.bottom(1.6 * u)
	if mode != Mosaic {
		room.bottom(0.5 * u)
		l.Timeline = room.bottom(4.2 * u)
	}
	room.bottom(0.8 * u)
	room.top(0.4 * u)
	switch mode {
	case Split:
		l.Panels = split(room, u)
	case Mosaic:
		l.Panels = grid(room, Tiles, u, true)
	default:
		l.Panels = grid(room, panels, u, false)
	}
	return l
}

// grid divides the room among n panels so that their images are as large as can be.
func grid(room Rect, n int, u float64, tile bool) []Panel {
	gap, best := u, []Panel(nil)
	for cols := n; cols >= 1; cols-- {
		rows := (n + cols - 1) / cols
		if tile && cols*rows != n {
			continue // nine tiles fill their rows
		}
		w, h := (room.W-gap*float64(cols-1))/float64(cols), (room.H-gap*float64(rows-1))/float64(rows)
		for _, beside := range []bool{false, true} {
			var list []Panel
			for i := range n {
				cell := Rect{room.X + float64(i%cols)*(w+gap), room.Y + float64(i/cols)*(h+gap), w, h}
				list = append(list, panel(cell, u, tile, beside))
			}
			if list[0].Bars.W >= 7*u && (best == nil || list[0].Image.W > best[0].Image.W+0.5) {
				best = list
			}
		}
	}
	if best == nil { // a window too small for words
		for i := range n {
			best = append(best, panel(Rect{room.X + float64(i)*room.W/float64(n), room.Y, room.W / float64(n), room.H}, u, tile, false))
		}
	}
	return best
}

// barRow is the height of a bar with the gap below it, in units.
const barRow = 1.75

// panel divides a cell: the title above, and the bars below the image or beside it.
func panel(cell Rect, u float64, tile, beside bool) Panel {
	p := Panel{Frame: cell}
	inner := cell.Inset(0.5 * u)
	if tile {
		inner = cell.Inset(0.35 * u)
	}
	bars := 3 * barRow * u
	if tile {
		bars = barRow * u
	}
	title := 1.7 * u
	if beside {
		side := max(min(inner.H, inner.W-8*u), 0)
		p.Image = Rect{inner.X, inner.Y + (inner.H-side)/2, side, side}
		words := Rect{p.Image.Right() + 0.6*u, p.Image.Y, inner.Right() - p.Image.Right() - 0.6*u, side}
		p.Title = words.top(title)
		p.Bars = words
		if tile { // below the name, not at the far end
			p.Bars.H = min(p.Bars.H, 2*barRow*u)
		}
		return p
	}
	p.Title = inner.top(title)
	p.Bars = inner.bottom(bars)
	inner.bottom(0.35 * u)
	side := max(min(inner.H, inner.W), 0)
	p.Image = Rect{inner.X + (inner.W-side)/2, inner.Y + (inner.H-side)/2, side, side}
	return p
}

// split places one image between the bars of its two halves, or above them where the window is higher than wide.
func split(room Rect, u float64) []Panel {
	left, right := Panel{}, Panel{}
	if side := min(room.H, room.W-2*13*u); room.W > room.H && side > room.H/2 {
		image := Rect{room.X + (room.W-side)/2, room.Y + (room.H-side)/2, side, side}
		w := image.X - room.X - u
		left.Frame = Rect{room.X, image.Y, w, side}
		right.Frame = Rect{image.Right() + u, image.Y, w, side}
		left.Image, right.Image = image, image
	} else {
		side := max(min(room.W, room.H-8.5*u), 0)
		image := Rect{room.X + (room.W-side)/2, room.Y, side, side}
		w := (room.W - u) / 2
		left.Frame = Rect{room.X, image.Bottom() + u, w, max(room.Bottom()-image.Bottom()-u, 0)}
		right.Frame = Rect{room.X + w + u, left.Frame.Y, w, left.Frame.H}
		left.Image, right.Image = image, image
	}
	for _, p := range []*Panel{&left, &right} {
		inner := p.Frame.Inset(0.5 * u)
		p.Title = inner.top(1.7 * u)
		p.Bars = inner
	}
	return []Panel{left, right}
}
