package recipes

import (
	"math"

	"steady/core/random"
)

// planes are the channels of an image in bytes, each h rows of w.
type planes struct {
	w, h int
	pix  []uint8
}

// The operations that AugMix's chains are made of. Each writes what it makes of src to dst, which has its size and is not
// src, as Pillow does.

// eachPlane calls f for the planes of both.
func eachPlane(dst, src *planes, f func(dst, src []uint8)) {
	n := src.w * src.h
	for at := 0; at < len(src.pix); at += n {
		f(dst.pix[at:][:n], src.pix[at:][:n])
	}
}

// lookUp maps every value.
func lookUp(dst, src []uint8, table *[256]uint8) {
	for i, v := range src {
		dst[i] = table[v]
	}
}

func histogram(src []uint8) (h [256]int) {
	for _, v := range src {
		h[v]++
	}
	return h
}

// autocontrast stretches the values of each plane to all of 0 to 255.
func autocontrast(dst, src *planes) {
	eachPlane(dst, src, func(dst, src []uint8) {
		lo, hi := uint8(255), uint8(0)
		for _, v := range src {
			lo, hi = min(lo, v), max(hi, v)
		}
		if lo >= hi {
			copy(dst, src)
			return
		}
		var table [256]uint8
		scale := 255 / float64(int(hi)-int(lo))
		offset := -float64(lo) * scale
		for v := int(lo); v <= int(hi); v++ {
			table[v] = uint8(min(max(float64(float64(v)*scale)+offset, 0), 255))
		}
		lookUp(dst, src, &table)
	})
}

// equalize makes the values of each plane about equally frequent.
func equalize(dst, src *planes) {
	eachPlane(dst, src, func(dst, src []uint8) {
		h := histogram(src)
		last := 255
		for h[last] == 0 {
			last--
		}
		step := (len(src) - h[last]) / 255
		if step == 0 {
			copy(dst, src)
			return
		}
		var table [256]uint8
		n := step / 2
		for v := range table {
			table[v] = uint8(min(n/step, 255))
			n += h[v]
		}
		lookUp(dst, src, &table)
	})
}

// posterize keeps the highest bits of each value.
func posterize(dst, src *planes, bits int) {
	mask := ^uint8(1<<(8-bits) - 1)
	for i, v := range src.pix {
		dst.pix[i] = v & mask
	}
}

// solarize inverts the values from a threshold on.
func solarize(dst, src *planes, threshold int) {
	for i, v := range src.pix {
		if int(v) >= threshold {
			v = 255 - v
		}
		dst.pix[i] = v
	}
}

// rotate turns the image around its middle, counterclockwise; what comes from outside is black.
func rotate(dst, src *planes, degrees int) {
	angle := float64(-degrees) * math.Pi / 180
	sin, cos := random.SinCos(angle)
	sin, cos = round15(sin), round15(cos)
	x, y := float64(src.w)/2, float64(src.h)/2
	affine(dst, src, [6]float64{
		cos, sin, x - (float64(cos*x) + float64(sin*y)),
		-sin, cos, y - (float64(cos*y) - float64(sin*x)),
	})
}

// round15 rounds to 15 decimals.
func round15(x float64) float64 { return math.Round(x*1e15) / 1e15 }

// affine fills dst from where the matrix takes the middles of its pixels to in src, interpolated between four pixels and
// truncated; what comes from outside is black.
func affine(dst, src *planes, m [6]float64) {
	w, h, n := src.w, src.h, src.w*src.h
	for y := range h {
		fy := float64(y) + .5
		for x := range w {
			fx, at := float64(x)+.5, y*w+x
			sx := float64(m[0]*fx) + float64(m[1]*fy) + m[2]
			sy := float64(m[3]*fx) + float64(m[4]*fy) + m[5]
			if !(sx >= 0 && sx < float64(w) && sy >= 0 && sy < float64(h)) {
				for c := at; c < len(dst.pix); c += n {
					dst.pix[c] = 0
				}
				continue
			}
			left, top := math.Floor(sx-.5), math.Floor(sy-.5)
			dx, dy := sx-.5-left, sy-.5-top
			x0, x1 := max(int(left), 0), min(int(left)+1, w-1)
			y0, y1 := max(int(top), 0)*w, min(int(top)+1, h-1)*w
			for c := 0; c < len(src.pix); c += n {
				p := src.pix[c:][:n]
				v := between(p[y0+x0], p[y0+x1], dx)
				if dy > 0 {
					v += float64((between(p[y1+x0], p[y1+x1], dx) - v) * dy)
				}
				dst.pix[c+at] = uint8(v)
			}
		}
	}
}

func between(a, b uint8, part float64) float64 {
	return float64(a) + float64((float64(b)-float64(a))*part)
}

// leastStrength is the least that is drawn for an operation whose largest strength is given.
const leastStrength = .1

// augment writes to dst what one of the operations, drawn as its strength is, makes of src. None of them is a corruption
// that networks are tested with.
func augment(dst, src *planes, severity float64, source *random.Source) {
	operation := source.IntN(9)
	strength := (leastStrength + float64(source.Float64()*(severity-leastStrength))) / 10
	sign := float64(1 - 2*source.IntN(2))
	whole := func(most float64) int { return int(strength * most) }
	switch operation {
	case 0:
		autocontrast(dst, src)
	case 1:
		equalize(dst, src)
	case 2:
		posterize(dst, src, 4-whole(4))
	case 3:
		rotate(dst, src, int(sign)*whole(30))
	case 4:
		solarize(dst, src, 256-whole(256))
	case 5:
		affine(dst, src, [6]float64{1, sign * strength * .3, 0, 0, 1, 0})
	case 6:
		affine(dst, src, [6]float64{1, 0, 0, sign * strength * .3, 1, 0})
	case 7:
		affine(dst, src, [6]float64{1, 0, sign * float64(whole(float64(src.w)/3)), 0, 1, 0})
	case 8:
		affine(dst, src, [6]float64{1, 0, 0, 0, 1, sign * float64(whole(float64(src.h)/3))})
	}
}
