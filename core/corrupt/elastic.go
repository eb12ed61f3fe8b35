package corrupt

import (
	"math"

	"steady/core/img"
)

// pull is how far points move, how far the movements reach and how far the affine map's points move, in pixels.
type pull struct{ alpha, sigma, affine float64 }

// The constants of 224 px are those of the reference, which takes 244 for 224.
var elasticPull = scale[pull]{
	imageNet: [5]pull{{488, 170.8, 24.4}, {488, 19.52, 48.8}, {12.2, 2.44, 4.88}, {17.08, 2.44, 4.88}, {29.28, 2.44, 4.88}},
	cifar:    [5]pull{{0, 0, 2.56}, {1.6, 6.4, 2.24}, {2.56, 1.92, 1.92}, {3.2, 1.28, 1.6}, {3.2, .96, .96}},
}

var elasticTransform = &Corruption{
	Name: "elastic_transform", Family: Digital, Stochastic: true,
	Summary:  "Moves the picture by a random affine map, then stretches small regions.",
	Severity: elasticPull.says("strength and smoothness of the stretching, movement of the affine map's points, in pixels"),
	Source:   hendrycks,
	apply: func(j *job) {
		p, w, h := elasticPull.at(j), j.w, j.h
		n := w * h
		a := j.randomAffine(p.affine)
		copied := img.Image{W: w, H: h, Pix: j.floats(1, 3*n)}
		copy(copied.Pix, j.src.Pix)
		for y := range h {
			for x := range w {
				px := float64(a[0]*float64(x)) + float64(a[1]*float64(y)) + a[2]
				py := float64(a[3]*float64(x)) + float64(a[4]*float64(y)) + a[5]
				between(j.dst, &copied, y*w+x, px, py, mirror101)
			}
		}
		if p.alpha == 0 {
			return
		}
		field := j.floats(0, 2*n+3*w+3*n+2*max(w, h))
		dx, dy, work := field[:n], field[n:2*n], field[2*n:]
		j.random.FillUniform(dx, -1, 1)
		j.random.FillUniform(dy, -1, 1)
		j.smoothMirrored(dx, work, p.sigma)
		j.smoothMirrored(dy, work, p.sigma)
		copy(copied.Pix, j.dst.Pix)
		for y := range h {
			for x := range w {
				i := y*w + x
				px, py := float64(x)+float64(p.alpha*float64(dx[i])), float64(y)+float64(p.alpha*float64(dy[i]))
				between(j.dst, &copied, i, px, py, mirrorHalf)
			}
		}
	},
}

// randomAffine gives the map from the new picture's places to the old one's that moves three points by up to reach.
func (j *job) randomAffine(reach float64) [6]float64 {
	cx, cy, s := float64(j.w/2), float64(j.h/2), float64(min(j.w, j.h)/3)
	from := [3][2]float64{{cx + s, cy + s}, {cx + s, cy - s}, {cx - s, cy - s}}
	to := from
	for i := range to {
		for k := range 2 {
			to[i][k] += float64(j.random.Uniform(float32(-reach), float32(reach)))
		}
	}
	ux, uy := to[0][0]-to[1][0], to[0][1]-to[1][1]
	vx, vy := to[2][0]-to[1][0], to[2][1]-to[1][1]
	det := float64(ux*vy) - float64(uy*vx)
	if math.Abs(det) < 1e-3 || s == 0 { // no such map, or a picture of too few pixels
		return [6]float64{1, 0, 0, 0, 1, 0}
	}
	var a [6]float64
	for k := range 2 {
		p, q := from[0][k]-from[1][k], from[2][k]-from[1][k]
		ax := (float64(p*vy) - float64(q*uy)) / det
		ay := (float64(q*ux) - float64(p*vx)) / det
		a[3*k], a[3*k+1] = ax, ay
		a[3*k+2] = from[1][k] - float64(ax*to[1][0]) - float64(ay*to[1][1])
	}
	return a
}

// between sets pixel i of dst to what lies at (px,py) in src, bilinearly.
func between(dst, src *img.Image, i int, px, py float64, reflect func(i, n int) int) {
	const far = 1 << 24
	px, py = min(max(px, -far), far), min(max(py, -far), far)
	fx, fy := math.Floor(px), math.Floor(py)
	x0, y0, w, h := int(fx), int(fy), src.W, src.H
	sx, sy := float32(px-fx), float32(py-fy)
	x1, y1 := x0+1, y0+1
	if x0 < 0 || y0 < 0 || x1 >= w || y1 >= h {
		x0, x1, y0, y1 = reflect(x0, w), reflect(x1, w), reflect(y0, h), reflect(y1, h)
	}
	a, b, c, d := y0*w+x0, y0*w+x1, y1*w+x0, y1*w+x1
	for n := w * h; i < len(dst.Pix); i += n {
		pix := src.Pix
		top := pix[a] + float32((pix[b]-pix[a])*sx)
		low := pix[c] + float32((pix[d]-pix[c])*sx)
		dst.Pix[i] = top + float32((low-top)*sy)
		a, b, c, d = a+n, b+n, c+n, d+n
	}
}

// smoothMirrored smooths a plane by a normal density cut off at 3 standard deviations, borders mirrored. A mirrored line
// repeats after twice its length, so that no more weights are needed. work has room for 3·w + 3·w·h + 2·max(w,h).
func (j *job) smoothMirrored(plane, work []float32, sigma float64) {
	w, h := j.w, j.h
	reach := int(float64(3*sigma) + .5)
	row, tall, folded := work[:3*w], work[3*w:][:3*w*h], work[3*w+3*w*h:]
	// fold leaves the weights of places first to first+len-1, relative to the one that is smoothed.
	fold := func(n int) (weights []float32, first int) {
		kernel := j.bell(2*reach+1, reach, sigma)
		if len(kernel) <= 2*n {
			return kernel, -reach
		}
		weights = folded[:2*n]
		clear(weights)
		for i, v := range kernel {
			weights[i%(2*n)] += v
		}
		return weights, -reach
	}
	weights, first := fold(w)
	offsets := room(&j.offsetRoom, len(weights))
	for i := range offsets {
		offsets[i] = i
	}
	for y := range h {
		line := plane[y*w:][:w]
		for i := range w + len(weights) - 1 {
			row[i] = line[mirrorHalf(first+i, w)]
		}
		correlate(tall[y*w:][:w], row, offsets, weights)
	}
	copy(plane, tall[:w*h])
	weights, first = fold(h)
	offsets = room(&j.offsetRoom, len(weights))
	for i := range offsets {
		offsets[i] = i * w
	}
	for i := range h + len(weights) - 1 {
		copy(tall[i*w:][:w], plane[mirrorHalf(first+i, h)*w:])
	}
	for y := range h {
		correlate(plane[y*w:][:w], tall[y*w:], offsets, weights)
	}
}
