package resample

import (
	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
	"steady/core/corrupt/internal/scratch"
)

// Bilinear scales planes as Pillow's resize with its bilinear filter does, which widens to cover all pixels when it
// makes a plane smaller.
type Bilinear struct {
	w, h          int // of the source
	columns, rows []triangle
}

// NewBilinear returns what scales planes of srcW×srcH pixels to dstW×dstH.
func NewBilinear(srcW, srcH, dstW, dstH int) Bilinear {
	return Bilinear{srcW, srcH, triangles(srcW, dstW), triangles(srcH, dstH)}
}

// Scale scales src to dst, which must not be the same. It uses Floats 1.
func (b Bilinear) Scale(dst, src []float32, s *scratch.Buffers) {
	// Rows are scaled value by value, which takes longest, and so when there are fewest of them.
	if len(b.rows) < b.h {
		flat := s.Floats(1, b.w*len(b.rows))
		b.down(flat, src, b.w, s)
		b.across(dst, flat)
		return
	}
	narrow := s.Floats(1, len(b.columns)*b.h)
	b.across(narrow, src)
	b.down(dst, narrow, len(b.columns), s)
}

// ScaleBytes is Scale for images of bytes, which Pillow rounds after every pass, rows first.
func (b Bilinear) ScaleBytes(dst, src []float32, s *scratch.Buffers) {
	const half = .5 / 255
	narrow := s.Floats(1, len(b.columns)*b.h)
	b.across(narrow, src)
	pix.Truncate(narrow, narrow, half)
	b.down(dst, narrow, len(b.columns), s)
	pix.Truncate(dst, dst, half)
}

// across scales every row.
func (b Bilinear) across(dst, src []float32) {
	w := len(b.columns)
	if w == b.w {
		copy(dst, src)
		return
	}
	for y := range len(dst) / w {
		from, to := src[y*b.w:][:b.w], dst[y*w:][:w]
		for x, t := range b.columns {
			sum, in := float32(0), from[t.first:][:len(t.weights)]
			for i, v := range t.weights {
				sum += float32(v * in[i])
			}
			to[x] = sum
		}
	}
}

// down scales every column of rows of w values.
func (b Bilinear) down(dst, src []float32, w int, s *scratch.Buffers) {
	for y, t := range b.rows {
		offsets := s.Offsets(len(t.weights))
		for i := range offsets {
			offsets[i] = i * w
		}
		filter.Correlate(dst[y*w:][:w], src[t.first*w:], offsets, t.weights)
	}
}

// triangle holds the first of the values that make up a scaled one, and their weights, of sum 1.
type triangle struct {
	first   int
	weights []float32
}

// triangles returns the triangles that scale n values to m.
func triangles(n, m int) []triangle {
	out := make([]triangle, m)
	ratio := float64(n) / float64(m)
	reach := max(ratio, 1)
	weights := make([]float32, 0, m*(2*int(reach)+3))
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
			weights = append(weights, float32(weight(k)/sum))
		}
		out[i] = triangle{first, weights[begin:]}
	}
	return out
}
