package corrupt

import "math"

// approach is how many enlarged pictures there are, from factor 1 on, and the step from one factor to the next. The
// numbers are those of NumPy's arange, whose rounding sometimes gives one more than the stop that the reference names.
type approach struct {
	count int
	step  float64
}

var zoomApproach = scale[approach]{
	imageNet: [5]approach{{12, .01}, {16, .01}, {11, .02}, {13, .02}, {11, .03}},
	cifar:    [5]approach{{7, .01}, {12, .01}, {16, .01}, {21, .01}, {26, .01}},
}

var zoomBlur = &Corruption{
	Name: "zoom_blur", Family: Blur,
	Summary:  "Smears away from the middle, as a camera that moves towards the scene does.",
	Severity: zoomApproach.says("number of enlarged pictures, from factor 1, and step of the factor"),
	Source:   hendrycks + "; each axis is enlarged by itself",
	apply: func(j *job) {
		a := zoomApproach.at(j)
		w, h := j.w, j.h
		source, work := j.floats(0, 3*w*h+1), j.floats(1, 3*w)
		source[3*w*h] = 0 // the last row, too, has a value after it, of which nothing is taken
		copy(source, j.src.Pix)
		// The mean is of the picture and its enlargements; the first of these is the picture itself.
		for i, v := range source[:3*w*h] {
			j.dst.Pix[i] = v + v
		}
		left, shares := j.ints(w), work[2*w:]
		next := 1 + a.step
		delta := next - 1 // as rounded by arange
		for k := 1; k < a.count; k++ {
			factor := 1 + float64(float64(k)*delta)
			columns, rows := enlarge(w, factor), enlarge(h, factor)
			for x := range left {
				i, share := columns.at(x)
				left[x], shares[x] = int32(i), share
			}
			for c := range 3 {
				// upper and lower are the rows with indices have and have+1, enlarged sideways.
				upper, lower := work[:w], work[w:2*w]
				have := -2
				dst := j.dst.Plane(c)
				for y := range h {
					i, share := rows.at(y)
					if i != have {
						if i == have+1 {
							upper, lower = lower, upper
						} else {
							widen(upper, source[(c*h+i)*w:][:w+1], left, shares)
						}
						widen(lower, source[(c*h+min(i+1, h-1))*w:][:w+1], left, shares)
						have = i
					}
					to := dst[y*w:][:w]
					lower := lower[:len(to)]
					for x, u := range upper[:len(to)] {
						to[x] += u + float32((lower[x]-u)*share)
					}
				}
			}
		}
		n := 1 / float32(a.count+1)
		for i, v := range j.dst.Pix {
			j.dst.Pix[i] = v * n
		}
	},
}

// widen is bilinear: dst[x] lies between src[left[x]] and the next value, of which there is one.
func widen(dst, src []float32, left []int32, shares []float32) {
	left, shares = left[:len(dst)], shares[:len(dst)]
	next := src[1:]
	for x := range dst {
		i := left[x]
		v := src[i]
		dst[x] = v + float32((next[i]-v)*shares[x])
	}
}

// axis says where the values of an enlarged picture come from: SciPy's zoom of the middle of the picture, of which the
// middle is kept. The first and the last value of what is enlarged stay the first and the last.
type axis struct {
	first, skip, last int
	ratio             float64
}

func enlarge(n int, factor float64) axis {
	inner := min(int(math.Ceil(float64(n)/factor)), n)
	outer := max(int(math.RoundToEven(float64(inner)*factor)), n)
	a := axis{first: (n - inner) / 2, skip: (outer - n) / 2, last: inner - 1}
	if outer > 1 {
		a.ratio = float64(inner-1) / float64(outer-1)
	}
	return a
}

// at gives the value before the place that the one at i comes from, and the share of the next one.
func (a axis) at(i int) (before int, share float32) {
	p := float64(float64(a.skip+i) * a.ratio)
	before = int(p)
	if before >= a.last {
		return a.first + a.last, 0
	}
	return a.first + before, float32(p - float64(before))
}
