package session

import (
	"steady/core/img"
	"steady/core/nn"
)

// enlarger draws the change of a small input on the photograph that the input was made of, scaled up to the photograph's size.
type enlarger struct {
	across, down []tap
	row          []float32 // of the change, scaled up in x
	out          *img.Image
}

// tap is where a pixel lies between two of a smaller image: share of the second.
type tap struct {
	first, second int
	share         float32
}

// taps returns for each of n pixels the two of m that it lies between.
func taps(m, n int) []tap {
	list := make([]tap, n)
	for i := range list {
		at := max((float32(i)+0.5)*float32(m)/float32(n)-0.5, 0)
		first := min(int(at), m-1)
		list[i] = tap{first, min(first+1, m-1), at - float32(first)}
	}
	return list
}

// draw returns photograph + (x - from), the change scaled up bilinearly. The image is valid until the next call.
func (e *enlarger) draw(photograph *img.Image, x, from []float32, shape nn.Shape) *img.Image {
	c, h, w := shape[0], shape[1], shape[2]
	if e.out = sized(e.out, photograph); len(e.across) != photograph.W || len(e.down) != photograph.H {
		e.across, e.down = taps(w, photograph.W), taps(h, photograph.H)
	}
	if len(e.row) < w {
		e.row = make([]float32, w)
	}
	for k := range 3 {
		first := min(k, c-1) * w * h
		after, before := x[first:first+w*h], from[first:first+w*h]
		drawn, plane := e.out.Plane(k), photograph.Plane(k)
		for y, t := range e.down {
			upper, lower := t.first*w, t.second*w
			for i := range e.row[:w] {
				a, b := after[upper+i]-before[upper+i], after[lower+i]-before[lower+i]
				e.row[i] = a + t.share*(b-a)
			}
			line := drawn[y*photograph.W:][:photograph.W]
			for i, s := range e.across {
				change := e.row[s.first] + s.share*(e.row[s.second]-e.row[s.first])
				line[i] = min(max(plane[y*photograph.W+i]+change, 0), 1)
			}
		}
	}
	return e.out
}
