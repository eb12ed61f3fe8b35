package corrupt

import "math"

// framed is a plane of whole numbers with a border around it, for filters that look at neighbours.
type framed struct {
	pix          []int32
	w, h         int
	edge, stride int // the border's width, and that of plane and border together
}

// framed gives a plane of the job's size that holds anything; slot is one of those of ints.
func (j *job) framed(slot, edge int) framed {
	stride := j.w + 2*edge
	return framed{j.ints(slot, stride*(j.h+2*edge)), j.w, j.h, edge, stride}
}

// row gives a row with one pixel of border on both sides; rows -1 and h are border.
func (f framed) row(y int) []int32 { return f.pix[(y+f.edge)*f.stride+f.edge-1:][:f.w+2] }

// line is row without border.
func (f framed) line(y int) []int32 { return f.row(y)[1:][:f.w] }

// window is a row with its border, and the rows above and below it.
type window struct{ above, row, below []int32 }

func (f framed) window(y int) window { return window{f.row(y - 1), f.row(y), f.row(y + 1)} }

// replicate makes the innermost pixels of the border what is next to them.
func (f framed) replicate() { f.surround(0, f.w-1, 0, f.h-1) }

// mirror makes the innermost pixels of the border a mirror image, around the outermost pixels of the plane.
func (f framed) mirror() {
	f.surround(mirror101(-1, f.w), mirror101(f.w, f.w), mirror101(-1, f.h), mirror101(f.h, f.h))
}

// surround copies the columns and the rows given to the border.
func (f framed) surround(left, right, top, bottom int) {
	for y := range f.h {
		row := f.row(y)
		row[0], row[f.w+1] = row[left+1], row[right+1]
	}
	copy(f.row(-1), f.row(top))
	copy(f.row(f.h), f.row(bottom))
}

// equalise spreads bytes so that as many lie below each value as its share of the range, as OpenCV's equalizeHist.
func (f framed) equalise() {
	var parts [4][256]int // so that neighbours of one value need not wait for each other
	for y := range f.h {
		for x, v := range f.line(y) {
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
	above := f.w*f.h - counts[first]
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
	for y := range f.h {
		line := f.line(y)
		for x, v := range line {
			line[x] = table[uint8(v)]
		}
	}
}
