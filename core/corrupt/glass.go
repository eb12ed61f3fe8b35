package corrupt

import (
	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
)

// glassParams are the standard deviation of the blur before and after, in pixels, how many pixels far colors move, and
// how often.
type glassParams struct {
	sigma        float64
	reach, times int
}

var glassTable = severityTable[glassParams]{
	imageNet: [5]glassParams{{.7, 1, 2}, {.9, 2, 1}, {1, 2, 3}, {1.1, 3, 2}, {1.5, 4, 2}},
	cifar:    [5]glassParams{{.05, 1, 1}, {.25, 1, 1}, {.4, 1, 1}, {.25, 1, 2}, {.4, 1, 2}},
}

var glassBlur = &Corruption{
	Name: "glass_blur", Family: Blur, Stochastic: true,
	Summary:   "Replaces every pixel by one nearby, as patterned glass does.",
	described: glassTable.describe("standard deviation of the blur before and after, reach of the moves in pixels, and rounds"),
	Source:    hendrycks + "; pixels are copied, as the reference does, though it is written like a swap",
	apply: func(j *job) {
		p := glassTable.at(j)
		kernel := filter.Gaussian(p.sigma, &j.scratch)
		j.smooth(kernel)
		n := j.w * j.h
		values := j.scratch.Ints(0, 4*n)
		pixels, r, g, b := values[:n], values[n:2*n], values[2*n:3*n], values[3*n:]
		pix.ToBytes(values[n:], j.dst.Pix)
		for i := range pixels {
			pixels[i] = r[i]<<16 | g[i]<<8 | b[i]
		}
		span := uint32(2 * p.reach)
		for range p.times {
			bits := j.bits(n)
			// From the end, so that colors can travel far: what a pixel takes may have been taken already.
			for y := j.h - p.reach; y > p.reach; y-- {
				for x := j.w - p.reach; x > p.reach; x-- {
					i := y*j.w + x
					dx, dy := int(bits[i]>>16*span>>16)-p.reach, int(bits[i]&0xffff*span>>16)-p.reach
					pixels[i] = pixels[i+dy*j.w+dx]
				}
			}
		}
		for i, v := range pixels {
			r[i], g[i], b[i] = v>>16, v>>8&255, v&255
		}
		pix.FromBytes(j.dst.Pix, values[n:])
		src := j.src
		j.src = j.dst
		j.smooth(kernel)
		j.src = src
	},
}
