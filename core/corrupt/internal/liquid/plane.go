package liquid

import (
	"math"

	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/scratch"
)

// paddedPlane is a plane of integers with a border around it, for filters that look at neighbors.
type paddedPlane struct {
	pix          []int32
	w, h         int
	edge, stride int // the border's width, and that of plane and border together
}

// newPaddedPlane returns a plane of w×h pixels that holds anything, in Ints of a slot.
func newPaddedPlane(w, h, edge, slot int, s *scratch.Buffers) paddedPlane {
	stride := w + 2*edge
	return paddedPlane{s.Ints(slot, stride*(h+2*edge)), w, h, edge, stride}
}

// row returns a row with one pixel of border on both sides; rows -1 and h are border.
func (p paddedPlane) row(y int) []int32 { return p.pix[(y+p.edge)*p.stride+p.edge-1:][:p.w+2] }

// line returns row without border.
func (p paddedPlane) line(y int) []int32 { return p.row(y)[1:][:p.w] }

// window is a row with its border, and the rows above and below it.
type window struct{ above, row, below []int32 }

func (p paddedPlane) window(y int) window { return window{p.row(y - 1), p.row(y), p.row(y + 1)} }

// replicate makes the innermost pixels of the border what is next to them.
func (p paddedPlane) replicate() { p.surround(0, p.w-1, 0, p.h-1) }

// mirror makes the innermost pixels of the border a mirror image, around the outermost pixels of the plane.
func (p paddedPlane) mirror() {
	p.surround(filter.Mirror101(-1, p.w), filter.Mirror101(p.w, p.w), filter.Mirror101(-1, p.h), filter.Mirror101(p.h, p.h))
}

// surround copies the columns and the rows given to the border.
func (p paddedPlane) surround(left, right, top, bottom int) {
	for y := range p.h {
		row := p.row(y)
		row[0], row[p.w+1] = row[left+1], row[right+1]
	}
	copy(p.row(-1), p.row(top))
	copy(p.row(p.h), p.row(bottom))
}

// equalize spreads bytes so that as many lie below each value as its share of the range, as OpenCV's equalizeHist.
func (p paddedPlane) equalize() {
	var parts [4][256]int // so that neighbors of one value need not wait for each other
	for y := range p.h {
		for x, v := range p.line(y) {
			parts[x&3][uint8(v)]++
		}
	}
	var counts [256]int
	first := -1
	for v := range counts {
		counts[v] = parts[0][v] + parts[1][v] + parts[2][v] + parts[3][v]
		if first < 0 && counts[v] > 0 {
			first = v
		}
	}
	above := p.w*p.h - counts[first]
	if above == 0 {
		return
	}
	scale := 255 / float32(above)
	var table [256]int32
	sum := 0
	for v := first + 1; v < len(table); v++ {
		sum += counts[v]
		table[v] = int32(math.RoundToEven(float64(float32(sum) * scale)))
	}
	for y := range p.h {
		line := p.line(y)
		for x, v := range line {
			line[x] = table[uint8(v)]
		}
	}
}
