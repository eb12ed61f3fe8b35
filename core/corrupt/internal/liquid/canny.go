package liquid

import "steady/core/corrupt/internal/scratch"

// canny finds edges in a plane with its border replicated (Canny, "A computational approach to edge detection", 1986)
// as OpenCV does: Sobel's gradients of 3×3 pixels, of length |dx|+|dy|; of these, maxima across the edge above low that
// are connected to one above high. edges becomes 0 there and at least farthest elsewhere, its border, too. It uses Ints
// 0 and the Stack.
func canny(edges, src paddedPlane, low, high int32, s *scratch.Buffers) {
	w := src.w + 2
	for i := range edges.pix {
		edges.pix[i] = farthest
	}
	work := s.Ints(0, 9*w)
	clear(work)
	var above, row, below slopes
	for i, g := range [3]*slopes{&above, &row, &below} {
		*g = slopes{work[3*i*w:][:w], work[(3*i+1)*w:][:w], work[(3*i+2)*w:][:w]}
	}
	strong := s.Stack[:0] // places whose neighbors have still to be looked at
	for y := range src.h + 1 {
		above, row, below = row, below, above
		if y < src.h {
			below.fill(src.window(y))
		} else {
			clear(below.length)
		}
		if y == 0 {
			continue
		}
		// Now row is row y-1.
		line := edges.line(y - 1)
		nonMaxSuppress(line, above.length, row, below.length, low, high)
		first := (y-1+edges.edge)*edges.stride + edges.edge
		for x, v := range line {
			if v == 0 {
				strong = append(strong, first+x)
			}
		}
	}
	for len(strong) > 0 {
		at := strong[len(strong)-1]
		strong = strong[:len(strong)-1]
		for dy := -edges.stride; dy <= edges.stride; dy += edges.stride {
			three := edges.pix[at+dy-1:][:3]
			for i, v := range three {
				if v == weakEdge {
					three[i] = 0
					strong = append(strong, at+dy-1+i)
				}
			}
		}
	}
	s.Stack = strong
}

// slopes are the gradients of a row and their lengths, with one pixel of border.
type slopes struct{ dx, dy, length []int32 }

// weakEdge marks what is an edge if it is connected to a strong one.
const weakEdge = farthest + 1

// The tangents of 22.5° and 67.5°, in parts of 2¹⁵, part directions from each other.
const (
	tangentBits = 15
	tangent     = 13573
)
