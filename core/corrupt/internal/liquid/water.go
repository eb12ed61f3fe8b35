package liquid

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// Shade replaces the depths of water in a plane, w pixels wide, by the light that it adds, in parts of the most: it
// shines most where it is deep and far from a shore, lit from the lower right as a relief. A depth of
// 0 is dry. It uses Ints 0 to 3 and the Stack.
func Shade(water []float32, w int, s *scratch.Buffers) {
	h := len(water) / w
	depth, shore := newPaddedPlane(w, h, 1, 1, s), newPaddedPlane(w, h, 2, 2, s)
	relief := newPaddedPlane(w, h, 1, 3, s)
	for y := range h {
		toDepth(depth.line(y), water[y*w:][:w])
	}
	depth.replicate()
	canny(shore, depth, 50, 150, s)
	shore.distances()
	shore.mirror()
	heightMap(relief, shore)
	lit := shore // whose distances are not needed any more
	for y := range h {
		shade(lit.line(y), relief.window(y))
	}
	lit.mirror()
	line := s.Ints(0, w)
	for y := range h {
		sumNine(line, lit.window(y))
		pix.RoundMeans(line, 9)
		product(water[y*w:][:w], depth.line(y), line)
	}
	if _, most := pix.Extent(water); most > 0 { // there is something to be seen
		pix.Standardize(water, 0, most)
	}
}

// heightMap sets a relief from distances: means of nine in whole pixels, their histogram equalized.
func heightMap(relief, distances paddedPlane) {
	for y := range relief.h {
		sumNine(relief.line(y), distances.window(y))
		meanDistances(relief.line(y))
	}
	relief.equalize()
	relief.mirror()
}
