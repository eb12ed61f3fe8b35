package cpu

import "steady/core/compute"

// walk visits the runs of a block: rows along the innermost dimension. It holds up to three views of the block.
type walk struct {
	dims  []int // outer dimensions
	n     int   // length of the innermost one
	views [3]walkView
}

type walkView struct {
	image, offset int
	strides       []int
	step          int // along the innermost dimension
}

// newWalk drops dimensions of 1 and joins neighbors that lie in a row in every view, so that runs are long.
func newWalk(dims []int, views ...compute.View) *walk {
	w := &walk{}
	var kept []int
	strides := make([][]int, len(views))
	for i, d := range dims {
		if d == 1 {
			continue
		}
		joins := len(kept) > 0
		for v := range views {
			joins = joins && strides[v][len(kept)-1] == views[v].Strides[i]*d
		}
		if joins {
			kept[len(kept)-1] *= d
		} else {
			kept = append(kept, d)
		}
		for v := range views {
			if joins {
				strides[v][len(kept)-1] = views[v].Strides[i]
			} else {
				strides[v] = append(strides[v], views[v].Strides[i])
			}
		}
	}
	w.n = 1
	outer := len(kept)
	if outer > 0 {
		outer--
		w.n = kept[outer]
	}
	w.dims = kept[:outer]
	for v, view := range views {
		w.views[v] = walkView{image: view.Image, offset: view.Offset, strides: strides[v][:outer]}
		if len(kept) > 0 {
			w.views[v].step = strides[v][outer]
		}
	}
	return w
}

// maxWalk bounds the dimensions that are left; shapes have at most eight.
const maxWalk = 8

// each calls f with the place of the first element of each run in the three views.
func (w *walk) each(image int, f func(y, a, b int)) {
	var at [3]int
	for v := range at {
		at[v] = image*w.views[v].image + w.views[v].offset
	}
	var index [maxWalk]int
	for {
		f(at[0], at[1], at[2])
		d := len(w.dims) - 1
		for ; d >= 0; d-- {
			index[d]++
			if index[d] < w.dims[d] {
				break
			}
			index[d] = 0
		}
		if d < 0 {
			return
		}
		for v := range at {
			view := &w.views[v]
			if len(view.strides) == 0 {
				continue
			}
			at[v] += view.strides[d]
			for inner := d + 1; inner < len(w.dims); inner++ {
				at[v] -= (w.dims[inner] - 1) * view.strides[inner]
			}
		}
	}
}

// repeats reports whether several elements of the block lie at one place of the first view.
func (w *walk) repeats() bool {
	v := &w.views[0]
	for _, s := range v.strides {
		if s == 0 {
			return true
		}
	}
	return w.n > 1 && v.step == 0
}

// clear zeroes what the first view reaches.
func (w *walk) clear(image int, y []float32) {
	step, n := w.views[0].step, w.n
	if step == 0 {
		n = 1
	}
	w.each(image, func(at, _, _ int) {
		for i := range n {
			y[at+i*step] = 0
		}
	})
}

// Copy is described in package compute.
func (b *Backend) Copy(c compute.Copy, y, x compute.Buffer, accumulate bool) compute.Kernel {
	w := newWalk(c.Dims, c.Y, c.X)
	k := copier{walk: w, y: data(y), x: data(x), add: accumulate, clears: !accumulate && w.repeats()}
	if c.Y.Image == 0 {
		k.clears = !accumulate
		return kernel{&copySum{k}}
	}
	return kernel{&k}
}

type copier struct {
	perImage
	*walk
	y, x        []float32
	add, clears bool
}

func (c *copier) do(_, image int, _ []float32) {
	if c.clears {
		c.walk.clear(image, c.y)
	}
	c.copy(image)
}

func (c *copier) copy(image int) {
	ys, xs, n := c.views[0].step, c.views[1].step, c.n
	add := c.add || c.clears
	c.each(image, func(at, from, _ int) {
		switch {
		case ys == 1 && xs == 1 && add:
			addTo(c.y[at:][:n], c.x[from:][:n])
		case ys == 1 && xs == 1:
			copy(c.y[at:][:n], c.x[from:][:n])
		case ys == 0 && n > 1 && xs == 1:
			c.y[at] += sum(c.x[from:][:n])
		case ys == 1 && xs == 0 && !add:
			fill(c.y[at:][:n], c.x[from])
		default:
			for range n {
				if add {
					c.y[at] += c.x[from]
				} else {
					c.y[at] = c.x[from]
				}
				at += ys
				from += xs
			}
		}
	})
}

func fill(y []float32, v float32) {
	for i := range y {
		y[i] = v
	}
}

// copySum is a copy into one tensor for all images, one after the other.
type copySum struct{ copier }

func (c *copySum) tasks(int) int { return 1 }

func (c *copySum) do(images, _ int, _ []float32) {
	if c.clears {
		c.walk.clear(0, c.y)
	}
	for image := range images {
		c.copy(image)
	}
}
