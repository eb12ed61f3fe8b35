package corrupt

// bilinear scales planes as Pillow's resize with its bilinear filter does, which widens to cover all pixels when it
// makes a plane smaller.
type bilinear struct {
	w, h          int // of the source
	columns, rows []triangle
}

func newBilinear(srcW, srcH, dstW, dstH int) bilinear {
	return bilinear{srcW, srcH, triangles(srcW, dstW), triangles(srcH, dstH)}
}

// scale makes dst of src, which must not be the same. Rows are scaled one value
// after the other, which takes longest, and so when there are fewest of them.
func (s bilinear) scale(j *job, dst, src []float32) {
	if len(s.rows) < s.h {
		flat := j.floats(1, s.w*len(s.rows))
		s.down(j, flat, src, s.w)
		s.across(dst, flat)
		return
	}
	narrow := j.floats(1, len(s.columns)*s.h)
	s.across(narrow, src)
	s.down(j, dst, narrow, len(s.columns))
}

// across scales every row.
func (s bilinear) across(dst, src []float32) {
	w := len(s.columns)
	if w == s.w {
		copy(dst, src)
		return
	}
	for y := range len(dst) / w {
		from, to := src[y*s.w:][:s.w], dst[y*w:][:w]
		for x, t := range s.columns {
			sum, in := float32(0), from[t.first:][:len(t.weights)]
			for i, v := range t.weights {
				sum += float32(v * in[i])
			}
			to[x] = sum
		}
	}
}

// down scales every column of rows of w values.
func (s bilinear) down(j *job, dst, src []float32, w int) {
	for y, t := range s.rows {
		offsets := room(&j.offsetRoom, len(t.weights))
		for i := range offsets {
			offsets[i] = i * w
		}
		correlate(dst[y*w:][:w], src[t.first*w:], offsets, t.weights)
	}
}

// triangle is where the values begin that make up a scaled one, and their weights, which have the sum 1.
type triangle struct {
	first   int
	weights []float32
}

// triangles gives those that make n values into m.
func triangles(n, m int) []triangle {
	out := make([]triangle, m)
	ratio := float64(n) / float64(m)
	reach := max(ratio, 1)
	weights := make([]float32, 0, m*(2*int(reach)+3))
	for i := range out {
		centre := float64((float64(i) + .5) * ratio)
		first, end := max(int(centre-reach+.5), 0), min(int(centre+reach+.5), n)
		weight := func(k int) float64 {
			d := float64(k) + .5 - centre
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
