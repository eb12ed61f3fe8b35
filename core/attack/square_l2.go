package attack

import "math"

// tiles is the start in L2: 5 × 5 bumps (paper, section 4.2 and algorithm 3).
func (v *canvas) tiles() {
	clear(v.delta)
	side := max(min(v.h, v.w)/5, 1)
	margin := max((min(v.h, v.w)-5*side)/2, 0)
	for top := margin; top+side <= v.h; top += side {
		for left := margin; left+side <= v.w; left += side {
			bump := v.bump(side)
			for c := range v.c {
				sign := v.sign()
				v.window(c, top, left, side, func(j, k int) { v.delta[j] = sign * float32(bump[k]) })
			}
		}
	}
	v.spread()
}

// bumps removes the perturbation of one window and adds a bump to another, of the length that this frees.
func (v *canvas) bumps(s square, i, queries int) {
	side := max(s.size(i, queries, int(math.Sqrt(float64(v.h*v.w))), 3)|1, 3)
	side = min(side, v.h, v.w)
	top, left := v.r.IntN(v.h-side+1), v.r.IntN(v.w-side+1)
	top2, left2 := v.r.IntN(v.h-side+1), v.r.IntN(v.w-side+1)
	whole := 0.0
	for j, x := range v.x {
		v.delta[j] = x - v.x0[j]
		whole += float64(v.delta[j]) * float64(v.delta[j])
	}
	spare := max(v.params.Eps*v.params.Eps-whole, 0) / float64(v.c)
	bump := v.bump(side)
	fresh := make([]float64, side*side)
	for c := range v.c {
		inside, both := 0.0, 0.0 // squared lengths in the window, and in the two together
		v.window(c, top, left, side, func(j, _ int) { inside += float64(v.delta[j]) * float64(v.delta[j]) })
		both = inside
		v.window(c, top2, left2, side, func(j, _ int) {
			row, col := j/v.w%v.h, j%v.w
			if row < top || row >= top+side || col < left || col >= left+side {
				both += float64(v.delta[j]) * float64(v.delta[j])
			}
		})
		sign, length := float64(v.sign()), 0.0
		v.window(c, top, left, side, func(j, k int) {
			fresh[k] = sign*bump[k] + float64(v.delta[j])/(math.Sqrt(inside)+1e-12)
			length += fresh[k] * fresh[k]
		})
		scale := math.Sqrt(spare+both) / (math.Sqrt(length) + 1e-12)
		v.window(c, top2, left2, side, func(j, _ int) { v.delta[j] = 0 })
		v.window(c, top, left, side, func(j, k int) { v.delta[j] = float32(scale * fresh[k]) })
	}
	v.spread()
}

// spread scales the perturbation to the length eps, and makes the candidate.
func (v *canvas) spread() {
	scale := v.params.Eps / (lengthL2(v.delta) + 1e-12)
	for j, d := range v.delta {
		v.next[j] = v.x0[j] + float32(float64(d)*scale)
	}
	v.ball.project(v.next, v.x0, v.params.Eps)
}

// window calls f with the index in the image and in the window of each of a window's elements.
func (v *canvas) window(c, top, left, side int, f func(j, k int)) {
	for row := range side {
		for col := range side {
			f((c*v.h+top+row)*v.w+left+col, row*side+col)
		}
	}
}

// bump returns a square of two opposite bumps side by side, or above each other, of length 1 in all.
func (v *canvas) bump(side int) []float64 {
	b := make([]float64, side*side)
	half := side / 2
	if side == 1 {
		b[0] = 1
		return b
	}
	hill(b[:half*side], half, side, 1)
	hill(b[half*side:], side-half, side, -1)
	sum := 0.0
	for _, x := range b {
		sum += x * x
	}
	turned := v.r.Uint64()&1 == 0
	out := make([]float64, len(b))
	for k, x := range b {
		if turned {
			k = k%side*side + k/side
		}
		out[k] = x / math.Sqrt(sum)
	}
	return out
}

// hill falls from its center outwards in square rings: ring k has the sum of 1/(j+1)² for all j from k on. Its length
// is 1.
func hill(b []float64, rows, cols int, sign float64) {
	rings := max(rows, cols)/2 + 1
	height := make([]float64, rings+1)
	for k := rings - 1; k >= 0; k-- {
		height[k] = height[k+1] + 1/float64((k+1)*(k+1))
	}
	sum := 0.0
	for i := range rows {
		for j := range cols {
			h := height[max(abs(i-rows/2), abs(j-cols/2))]
			b[i*cols+j] = h
			sum += h * h
		}
	}
	for k := range b {
		b[k] *= sign / math.Sqrt(sum)
	}
}

func abs(i int) int { return max(i, -i) }
