package corrupt

// flakes says how many snowflakes there are (mean, deviation and threshold of the noise), how large they are, how far
// they fall, and how much of the picture stays as it is.
type flakes struct {
	mean, deviation float32
	zoom            float64
	threshold       float32
	fall            trail
	keep            float32
}

var snowFlakes = scale[flakes]{
	imageNet: [5]flakes{
		{.1, .3, 3, .5, trail{10, 4}, .8},
		{.2, .3, 2, .5, trail{12, 4}, .7},
		{.55, .3, 4, .9, trail{12, 8}, .7},
		{.55, .3, 4.5, .85, trail{12, 8}, .65},
		{.55, .3, 2.5, .85, trail{12, 12}, .55},
	},
	cifar: [5]flakes{
		{.1, .2, 1, .6, trail{8, 3}, .95},
		{.1, .2, 1, .5, trail{10, 4}, .9},
		{.15, .3, 1.75, .55, trail{10, 4}, .9},
		{.25, .3, 2.25, .6, trail{12, 6}, .85},
		{.3, .3, 1.25, .65, trail{14, 12}, .8},
	},
}

var snow = &Corruption{
	Name: "snow", Family: Weather, Stochastic: true,
	Summary:  "Lets snow fall, streaks of enlarged noise, and whitens the picture.",
	Severity: snowFlakes.says("mean and deviation of the noise, its enlargement, threshold, radius and deviation of the fall, share of the picture kept"),
	Source:   hendrycks,
	apply: func(j *job) {
		f, w, h := snowFlakes.at(j), j.w, j.h
		n := w * h
		layers := j.floats(1, 2*n)
		noise, layer := layers[:n], layers[n:]
		j.random.FillNormal(noise)
		for i, v := range noise {
			noise[i] = f.mean + float32(f.deviation*v)
		}
		columns, rows := enlarge(w, f.zoom), enlarge(h, f.zoom)
		for y := range h {
			i, down := rows.at(y)
			upper, lower := noise[i*w:][:w], noise[min(i+1, h-1)*w:][:w]
			for x := range w {
				k, share := columns.at(x)
				next := min(k+1, w-1)
				a := upper[k] + float32((upper[next]-upper[k])*share)
				b := lower[k] + float32((lower[next]-lower[k])*share)
				v := a + float32((b-a)*down)
				if v < f.threshold {
					v = 0
				}
				layer[y*w+x] = levels[Byte(v)]
			}
		}
		j.streak(f.fall, float64(j.random.Uniform(-135, -45))).draw(layer, layer)
		r, g, b := j.src.Plane(0), j.src.Plane(1), j.src.Plane(2)
		toR, toG, toB := j.dst.Plane(0), j.dst.Plane(1), j.dst.Plane(2)
		white := 1 - f.keep
		for i := range n {
			snow := levels[Byte(layer[i]+.5/255)] + levels[Byte(layer[n-1-i]+.5/255)]
			grey := float32(.299*r[i]) + float32(.587*g[i]) + float32(.114*b[i])
			light := float32(1.5*grey) + .5
			toR[i] = float32(f.keep*r[i]) + float32(white*max(r[i], light)) + snow
			toG[i] = float32(f.keep*g[i]) + float32(white*max(g[i], light)) + snow
			toB[i] = float32(f.keep*b[i]) + float32(white*max(b[i], light)) + snow
		}
	},
}
