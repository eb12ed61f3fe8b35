package attack

import (
	"math"

	"steady/core/random"
)

// spatial tries a grid of rotations and translations (Engstrom, Tran, Tsipras, Schmidt, Mądry 2019). Pixels from outside
// the image are black.
type spatial struct{}

const spatialBlock = 16 // images per request, which limits the memory

func (spatial) totalSteps(p *Params, _ int) int {
	return p.Rotations * p.Translations * p.Translations
}

func (s spatial) attack(im *image) error {
	p, n := im.params, len(im.x0)
	c, h, w := 1, 1, n
	if shape := im.run.model.InputShape(); len(shape) == 3 {
		c, h, w = shape[0], shape[1], shape[2]
	}
	total := s.totalSteps(p, 0)
	block := make([]float32, min(spatialBlock, total)*n)
	for first := 0; first < total; first += spatialBlock {
		count := min(spatialBlock, total-first)
		if count = min(count, im.queriesLeft()); count == 0 {
			return errBudget
		}
		for b := range count {
			k := first + b
			angle := along(k/(p.Translations*p.Translations), p.Rotations, p.Rotation)
			dx := along(k/p.Translations%p.Translations, p.Translations, p.Translation)
			dy := along(k%p.Translations, p.Translations, p.Translation)
			turn(block[b*n:][:n], im.x0, c, h, w, angle, dx, dy)
		}
		z, err := im.logits(block[:count*n])
		if err != nil {
			return err
		}
		for b := range count {
			x, logits := block[b*n:][:n], z[b*len(im.clean):][:len(im.clean)]
			im.progress(first + b + 1)
			im.report(x, logits)
			if im.keepIfBetter(x, logits) && !p.Continue {
				return nil
			}
		}
	}
	return nil
}

// along returns point k of count from -most to most; a single one is 0.
func along(k, count int, most float64) float64 {
	if count == 1 {
		return 0
	}
	return most * (2*float64(k)/float64(count-1) - 1)
}

// turn rotates an image about its center, by degrees, and then moves it to the right and down, by pixels; between
// pixels it interpolates linearly.
func turn(dst, src []float32, c, h, w int, degrees, dx, dy float64) {
	sin, cos := random.SinCos(degrees * math.Pi / 180)
	midX, midY := float64(w-1)/2, float64(h-1)/2
	for row := range h {
		for col := range w {
			x, y := float64(col)-midX-dx, float64(row)-midY-dy
			fromX := float64(cos*x) + float64(sin*y) + midX
			fromY := float64(cos*y) - float64(sin*x) + midY
			left, top := math.Floor(fromX), math.Floor(fromY)
			right, down := float32(fromX-left), float32(fromY-top)
			for plane := range c {
				at := func(x, y int) float32 {
					if x < 0 || x >= w || y < 0 || y >= h {
						return 0
					}
					return src[(plane*h+y)*w+x]
				}
				i, j := int(left), int(top)
				upper := float32(at(i, j)*(1-right)) + float32(at(i+1, j)*right)
				lower := float32(at(i, j+1)*(1-right)) + float32(at(i+1, j+1)*right)
				dst[(plane*h+row)*w+col] = min(max(float32(upper*(1-down))+float32(lower*down), 0), 1)
			}
		}
	}
}
