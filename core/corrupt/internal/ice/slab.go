package ice

import (
	"math"

	"steady/core/corrupt/internal/pix"
	"steady/core/random"
)

// Width and Height are those of a grown sheet, in pixels. It is a torus: what leaves it on one side comes back on the
// other. Both are powers of two.
const Width, Height = 512, 256

// slab is a value for each pixel of a sheet of ice.
type slab []float32

func newSlab() slab { return make(slab, Width*Height) }

// index returns where the value of a pixel is, also of one beyond the border.
func index(x, y int) int { return y&(Height-1)*Width + x&(Width-1) }

// noise fills the slab with Perlin's gradient noise (2002), about -1 to 1, of cells×cells/2 cells, a power of two.
func (s slab) noise(r *random.Source, cells int) {
	size, rows := Width/cells, cells*Height/Width
	gradients := make([]float32, 2*cells*rows)
	r.FillUniform(gradients, -2, 2)
	place, ease := make([]float32, size), make([]float32, size)
	for i := range ease {
		t := (float64(i) + .5) / float64(size)
		place[i] = float32(t)
		ease[i] = float32(float64(t*t*t) * (float64(t*(float64(6*t)-15)) + 10))
	}
	for y := range Height {
		v, down := place[y%size], ease[y%size]
		upper, lower := gradients[2*cells*(y/size):][:2*cells], gradients[2*cells*((y/size+1)%rows):][:2*cells]
		// The value at a line between cells, and how it grows to the right.
		line := func(cell int) (value, slope float32) {
			a, b := upper[2*cell:][:2], lower[2*cell:][:2]
			top, low := float32(a[1]*v), float32(b[1]*(v-1))
			return top + float32((low-top)*down), a[0] + float32((b[0]-a[0])*down)
		}
		left, leftSlope := line(0)
		for cell := range cells {
			right, rightSlope := line((cell + 1) % cells)
			to := s[y*Width+cell*size:][:size]
			for i, u := range place {
				from := left + float32(leftSlope*u)
				to[i] = from + float32((right+float32(rightSlope*(u-1))-from)*ease[i])
			}
			left, leftSlope = right, rightSlope
		}
	}
}

// ridges returns a ridged multifractal (Musgrave 1994): octaves of noise whose zeros are crests, finer ones on the
// crests of coarser ones. The first has cells×cells/2 cells, and each next one gain times the height.
func ridges(r *random.Source, cells, octaves int, gain float32) slab {
	sum, weight, layer := newSlab(), newSlab(), newSlab()
	for i := range weight {
		weight[i] = 1
	}
	height := float32(1)
	for range octaves {
		layer.noise(r, cells)
		for i, v := range layer {
			v = 1 - max(v, -v)
			v = float32(v*v) * weight[i]
			weight[i] = min(2*v, 1)
			sum[i] += float32(v * height)
		}
		cells *= 2
		height *= gain
	}
	return sum
}

// patches returns smooth noise of mean 0 and deviation 1.
func patches(r *random.Source) slab {
	s, finer := newSlab(), newSlab()
	s.noise(r, 4)
	finer.noise(r, 16)
	s.add(finer, .4)
	s.normalize()
	return s
}

// grain returns noise of about two pixels, of mean 0 and deviation 1.
func grain(r *random.Source) slab {
	s := newSlab()
	r.FillNormal(s)
	for y := range Height {
		row, next := s[y*Width:][:Width], s[(y+1)%Height*Width:][:Width]
		for x := range Width - 1 {
			row[x] = .5 * (row[x] + row[x+1] + next[x] + next[x+1])
		}
	}
	return s
}

// add adds a share of another slab.
func (s slab) add(other slab, share float32) { pix.AddScaled(s, s, other, share) }

// normalize makes the mean of the slab 0 and its standard deviation 1. The slab must not be constant.
func (s slab) normalize() {
	sum, squares := 0., 0.
	for _, v := range s {
		sum += float64(v)
	}
	mean := sum / float64(len(s))
	for _, v := range s {
		d := float64(v) - mean
		squares += float64(d * d)
	}
	pix.Standardize(s, float32(mean), float32(math.Sqrt(squares/float64(len(s)))))
}
