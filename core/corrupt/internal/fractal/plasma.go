package fractal

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
	"steady/core/random"
)

// Plasma fills a square of side×side values, side a power of two, with a fractal in [0,1]: the diamond-square
// algorithm on a torus (Fournier, Fussell and Carpenter 1982). As in the reference the displacement at each scale is
// wibble·U(-wibble, wibble), so that it falls by decay² from one scale to the next. It uses Floats 1.
func Plasma(field []float32, side int, decay float32, r *random.Source, s *scratch.Buffers) {
	field[0] = 0
	wibble, round := float32(100), side-1 // round brings what is past an edge to the other one
	for step := side; step >= 2; step /= 2 {
		half, count := step/2, side/step
		offsets := s.Floats(1, 3*count*count)
		r.FillUniform(offsets, -float32(wibble*wibble), float32(wibble*wibble))
		for y := 0; y < side; y += step { // the middles of squares, from their corners
			upper, middle, lower := field[y*side:][:side], field[(y+half)*side:][:side], field[(y+step)&round*side:][:side]
			offset := offsets[y/step*count:]
			left := upper[0] + lower[0]
			for x := 0; x < side; x += step {
				next := (x + step) & round
				right := upper[next] + lower[next]
				middle[x+half] = (left+right)*.25 + offset[x/step]
				left = right
			}
		}
		offsets = offsets[count*count:]
		for y := 0; y < side; y += step { // the middles of the squares' upper edges, from their four neighbors
			above, line, below := field[(y-half)&round*side:][:side], field[y*side:][:side], field[(y+half)*side:][:side]
			offset := offsets[y/step*count:]
			for x := 0; x < side; x += step {
				sum := above[x+half] + below[x+half] + line[x] + line[(x+step)&round]
				line[x+half] = sum*.25 + offset[x/step]
			}
		}
		offsets = offsets[count*count:]
		for y := 0; y < side; y += step { // and of their left edges
			upper, line, lower := field[y*side:][:side], field[(y+half)*side:][:side], field[(y+step)&round*side:][:side]
			offset := offsets[y/step*count:]
			left := line[side-half]
			for x := 0; x < side; x += step {
				right := line[x+half]
				line[x] = (left+right+upper[x]+lower[x])*.25 + offset[x/step]
				left = right
			}
		}
		wibble /= decay
	}
	low, high := pix.Extent(field)
	if high > low { // not a single point
		pix.Standardize(field, low, high-low)
	}
}
