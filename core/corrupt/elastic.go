package corrupt

import (
	"math"

	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/resample"
)

// elasticParams are how far points move, how smooth the movements are (the standard deviation of their blur) and how far
// the affine map's points move, in pixels.
type elasticParams struct{ alpha, sigma, affine float64 }

// The constants of 224 px are those of the reference, which takes 244 for 224.
var elasticTable = severityTable[elasticParams]{
	imageNet: [5]elasticParams{{488, 170.8, 24.4}, {488, 19.52, 48.8}, {12.2, 2.44, 4.88}, {17.08, 2.44, 4.88}, {29.28, 2.44, 4.88}},
	cifar:    [5]elasticParams{{0, 0, 2.56}, {1.6, 6.4, 2.24}, {2.56, 1.92, 1.92}, {3.2, 1.28, 1.6}, {3.2, .96, .96}},
}

var elasticTransform = &Corruption{
	Name: "elastic_transform", Family: Digital, Stochastic: true,
	Summary:   "Moves the image by a random affine map, then stretches small regions.",
	described: elasticTable.describe("strength and smoothness of the stretching, movement of the affine map's points, in pixels"),
	Source:    hendrycks,
	apply: func(j *job) {
		p, n := elasticTable.at(j), j.w*j.h
		work := j.scratch.Floats(1, 8*n)
		from, to := work[:4*n], work[4*n:]
		resample.Interleave(from, pix.PlanesOf(j.src))
		a := j.randomAffine(p.affine)
		resample.Warp(to, from, j.w, j.h, filter.Mirror101, func(px, py, ramp []float32, y int) {
			pix.ScaleAdd(px, ramp, float32(a[0]), float32(float64(a[1]*float64(y))+a[2]))
			pix.ScaleAdd(py, ramp, float32(a[3]), float32(float64(a[4]*float64(y))+a[5]))
		}, &j.scratch)
		if p.alpha > 0 {
			from, to = to, from
			fields := j.scratch.Floats(0, 2*n)
			dx, dy := fields[:n], fields[n:]
			j.random.FillUniform(dx, float32(-p.alpha), float32(p.alpha))
			j.random.FillUniform(dy, float32(-p.alpha), float32(p.alpha))
			filter.SmoothMirrored(dx, j.w, p.sigma, &j.scratch)
			filter.SmoothMirrored(dy, j.w, p.sigma, &j.scratch)
			resample.Warp(to, from, j.w, j.h, filter.MirrorHalf, func(px, py, ramp []float32, y int) {
				pix.AddScaled(px, ramp, dx[y*j.w:], 1)
				pix.ScaleAdd(py, dy[y*j.w:][:j.w], 1, float32(y))
			}, &j.scratch)
		}
		resample.Separate(pix.PlanesOf(j.dst), to)
	},
}

// randomAffine returns the map from coordinates in the new image to those in the old one that moves three points by up
// to reach pixels: x becomes a[0]·x + a[1]·y + a[2], and y a[3]·x + a[4]·y + a[5].
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
	identity := [6]float64{1, 0, 0, 0, 1, 0}
	if math.Abs(det) < 1e-3 || s == 0 { // no such map, or an image of too few pixels
		return identity
	}
	var a [6]float64
	for k := range 2 {
		p, q := from[0][k]-from[1][k], from[2][k]-from[1][k]
		ax := (float64(p*vy) - float64(q*uy)) / det
		ay := (float64(q*ux) - float64(p*vx)) / det
		a[3*k], a[3*k+1] = ax, ay
		a[3*k+2] = from[1][k] - float64(ax*to[1][0]) - float64(ay*to[1][1])
		const far = 1 << 20 // pixels; there is nothing to see there
		if math.Abs(ax)*float64(j.w)+math.Abs(ay)*float64(j.h)+math.Abs(a[3*k+2]) > far {
			return identity
		}
	}
	return a
}
