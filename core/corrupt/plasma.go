package corrupt

import "slices"

// plasma fills a square of side×side values, side a power of two, with a fractal in [0,1]: the diamond-square
// algorithm on a torus (Fournier, Fussell and Carpenter 1982). As in the reference the displacement at each scale is
// wibble·U(-wibble, wibble), so that it falls by decay² from one scale to the next.
func (j *job) plasma(field []float32, side int, decay float32) {
	field[0] = 0
	wibble := float32(100)
	shaken := func(sum float32) float32 { return sum/4 + float32(wibble*j.random.Uniform(-wibble, wibble)) }
	for step := side; step >= 2; step /= 2 {
		half := step / 2
		for y := 0; y < side; y += step { // the middles of squares, from their corners
			upper, middle, lower := field[y*side:], field[(y+half)*side:], field[(y+step)%side*side:]
			for x := 0; x < side; x += step {
				right := (x + step) % side
				middle[x+half] = shaken(upper[x] + upper[right] + lower[x] + lower[right])
			}
		}
		for y := 0; y < side; y += step { // the middles of the squares' upper edges, from their four neighbours
			above, line, below := field[(y-half+side)%side*side:], field[y*side:], field[(y+half)*side:]
			for x := 0; x < side; x += step {
				line[x+half] = shaken(above[x+half] + below[x+half] + line[x] + line[(x+step)%side])
			}
		}
		for y := 0; y < side; y += step { // and of their left edges
			upper, line, lower := field[y*side:], field[(y+half)*side:], field[(y+step)%side*side:]
			for x := 0; x < side; x += step {
				line[x] = shaken(line[(x-half+side)%side] + line[x+half] + upper[x] + lower[x])
			}
		}
		wibble /= decay
	}
	low, high := slices.Min(field), slices.Max(field)
	if high == low { // a single point
		return
	}
	for i, v := range field {
		field[i] = (v - low) / (high - low)
	}
}
