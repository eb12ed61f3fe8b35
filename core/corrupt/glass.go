package corrupt

// pane is the standard deviation of the blur before and after, how far pixels move, and how often.
type pane struct {
	sigma        float64
	reach, times int
}

var glassPane = scale[pane]{
	imageNet: [5]pane{{.7, 1, 2}, {.9, 2, 1}, {1, 2, 3}, {1.1, 3, 2}, {1.5, 4, 2}},
	cifar:    [5]pane{{.05, 1, 1}, {.25, 1, 1}, {.4, 1, 1}, {.25, 1, 2}, {.4, 1, 2}},
}

var glassBlur = &Corruption{
	Name: "glass_blur", Family: Blur, Stochastic: true,
	Summary:  "Gives every pixel the colour of one nearby, as figured glass does.",
	Severity: glassPane.says("standard deviation of the blur before and after, reach of the moves in pixels, and rounds"),
	Source:   hendrycks + "; pixels are copied, as the reference does, though it is written like a swap",
	apply: func(j *job) {
		p := glassPane.at(j)
		kernel := j.gaussianKernel(p.sigma)
		j.smooth(kernel)
		pixels := j.ints(j.w * j.h)
		r, g, b := j.dst.Plane(0), j.dst.Plane(1), j.dst.Plane(2)
		for i := range pixels {
			pixels[i] = int32(Byte(r[i]))<<16 | int32(Byte(g[i]))<<8 | int32(Byte(b[i]))
		}
		span := uint64(2 * p.reach)
		for range p.times {
			// From the end, so that colours can travel far: what a pixel takes may have been taken already.
			for y := j.h - p.reach; y > p.reach; y-- {
				for x := j.w - p.reach; x > p.reach; x-- {
					bits := j.random.Uint64()
					dx, dy := int(bits>>32*span>>32)-p.reach, int(bits&(1<<32-1)*span>>32)-p.reach
					pixels[y*j.w+x] = pixels[(y+dy)*j.w+x+dx]
				}
			}
		}
		for i, v := range pixels {
			r[i], g[i], b[i] = levels[v>>16], levels[v>>8&255], levels[v&255]
		}
		src := j.src
		j.src = j.dst
		j.smooth(kernel)
		j.src = src
	},
}
