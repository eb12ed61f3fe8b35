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
		source := j.floats(0, 3*w*h+1)
		source[3*w*h] = 0 // the last row, too, has a value after it, of which nothing is taken
		copy(source, j.src.Pix)
		// The mean is of the picture and its enlargements; the first of these is the picture itself.
		scaleBy(j.dst.Pix, source[:3*w*h], 2)
		next := 1 + a.step
		delta := next - 1 // as rounded by arange
		for k := 1; k < a.count; k++ {
			z := j.enlarged(1+float64(float64(k)*delta), j.floats(1, 3*w))
			for c := range 3 {
				z.begin(source[c*w*h:][:w*h+1])
				for y := range h {
					upper, lower, share := z.row(y)
					addLerp(j.dst.Plane(c)[y*w:][:w], upper, lower, share)
				}
			}
		}
		scaleBy(j.dst.Pix, j.dst.Pix, 1/float32(a.count+1))
	},
}

// zoom enlarges planes, a row at a time, and keeps their middle.
type zoom struct {
	w, h         int
	rows         axis
	left         []int32 // of the two values between which each one of a row lies
	shares       []float32
	plane        []float32
	upper, lower []float32 // the rows of the plane with indices have and have+1, enlarged sideways
	have         int
}

// enlarged makes a zoom for planes of the job's size; work has room for 3·w values.
func (j *job) enlarged(factor float64, work []float32) *zoom {
	w, columns := j.w, enlarge(j.w, factor)
	z := &zoom{w: w, h: j.h, rows: enlarge(j.h, factor), left: j.ints(0, w), upper: work[:w], lower: work[w : 2*w],
		shares: work[2*w : 3*w]}
	for x := range z.left {
		i, share := columns.at(x)
		z.left[x], z.shares[x] = int32(i), share
	}
	return z
}

// begin takes up a plane, which has one value more than pixels.
func (z *zoom) begin(plane []float32) { z.plane, z.have = plane, -2 }

// row gives the two rows between which row y lies, and the share of the lower one. Rows are asked for in order.
func (z *zoom) row(y int) (upper, lower []float32, share float32) {
	i, share := z.rows.at(y)
	if i != z.have {
		if i == z.have+1 {
			z.upper, z.lower = z.lower, z.upper
		} else {
			widen(z.upper, z.plane[i*z.w:][:z.w+1], z.left, z.shares)
		}
		widen(z.lower, z.plane[min(i+1, z.h-1)*z.w:][:z.w+1], z.left, z.shares)
		z.have = i
	}
	return z.upper, z.lower, share
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
