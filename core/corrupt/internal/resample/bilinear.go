package resample

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// Bilinear scales planes of bytes as Pillow's resize with its bilinear filter does, which widens to cover all pixels when
// it makes a plane smaller.
type Bilinear struct {
	w, h          int // of the source
	columns, rows []triangle
}

// NewBilinear returns what scales planes of srcW×srcH pixels to dstW×dstH.
func NewBilinear(srcW, srcH, dstW, dstH int) Bilinear {
	return Bilinear{srcW, srcH, triangles(srcW, dstW), triangles(srcH, dstH)}
}

// Scale scales src to dst, which may be the same, in bytes: with integers as weights, rounded after every pass, rows
// first. It uses Ints 0, 1 and 2.
func (b Bilinear) Scale(dst, src []float32, s *scratch.Buffers) {
	w := len(b.columns)
	rows := s.Ints(0, b.w*b.h)
	pix.ToBytes(rows, src)
	if w != b.w {
		wide := rows
		rows = s.Ints(1, w*b.h)
		for y := range b.h {
			across(rows[y*w:][:w], wide[y*b.w:][:b.w], b.columns)
		}
	}
	if len(b.rows) == b.h {
		pix.FromBytes(dst, rows)
		return
	}
	sums := s.Ints(2, w)
	for y, t := range b.rows {
		down(sums, rows[t.first*w:], t.weights)
		pix.FromBytes(dst[y*w:][:w], sums)
	}
}

// across scales a row.
func across(dst, src []int32, columns []triangle) {
	for x, t := range columns {
		sum, in := int32(whole/2), src[t.first:][:len(t.weights)]
		for i, v := range t.weights {
			sum += v * in[i]
		}
		dst[x] = sum / whole
	}
}

// down adds up rows of src.
func down(dst, src, weights []int32) {
	for x := range dst {
		dst[x] = whole / 2
	}
	for i, v := range weights {
		row := src[i*len(dst):][:len(dst)]
		for x, in := range row {
			dst[x] += v * in
		}
	}
	for x := range dst {
		dst[x] /= whole
	}
}

// triangle holds the first of the values that make up a scaled one, and their weights, of sum whole.
type triangle struct {
	first   int
	weights []int32
}

const whole = 1 << 22

// triangles returns the triangles that scale n values to m.
func triangles(n, m int) []triangle {
	out := make([]triangle, m)
	ratio := float64(n) / float64(m)
	reach := max(ratio, 1)
	weights := make([]int32, 0, m*(2*int(reach)+3))
	for i := range out {
		center := float64((float64(i) + .5) * ratio)
		first, end := max(int(center-reach+.5), 0), min(int(center+reach+.5), n)
		weight := func(k int) float64 {
			d := float64(k) + .5 - center
			return max(1-max(d, -d)/reach, 0)
		}
		sum := 0.
		for k := first; k < end; k++ {
			sum += weight(k)
		}
		begin := len(weights)
		for k := first; k < end; k++ {
			weights = append(weights, int32(float64(weight(k)/sum*whole)+.5))
		}
		out[i] = triangle{first, weights[begin:]}
	}
	return out
}
