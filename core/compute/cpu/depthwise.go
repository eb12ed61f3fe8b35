package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// The inner kernel is
//
//	filter(y, n, x, rows, weights, bias, act)    y[j] = act(Σ_q weights[q]·x[rows[q]+j] + bias)
//
// for n columns j; rows holds byte offsets into x. It reads and writes up to a multiple of filterColumns columns. It is written
// in assembly for AVX2 and AVX-512 (filter_amd64.h) and for WebAssembly (filter_wasm.s), in vectors of any width
// (filter_simd.go), and in plain Go.

// isDepthwise reports whether every input channel has filters of its own. There is a plane for each phase of the stride,
// so a large one is left to the kernels for any convolution.
func isDepthwise(s compute.ConvShape) bool {
	return s.Groups > 1 && s.Groups == s.C && max(s.Stride[0], s.Stride[1]) <= 4
}

// phases lays the zero-padded plane of a channel out for a convolution with strides: rows and columns that are a stride
// apart lie next to each other, in a plane of their own for each phase of the stride. Every tap of every output is then
// a place in one of these planes, and outputs that are neighbors read neighbors: a convolution with strides is a sum
// of shifted rows like one without.
//
// Columns of an output follow the plane, so that each row ends in a few columns that belong to no output and a small
// image is one long row.
type phases struct {
	s      compute.ConvShape
	pitch  int       // columns from one output row to the next
	n      int       // columns from the first output to the last
	length int       // elements of a phase's plane
	rows   []uintptr // byte offset of each tap's row
	image  []phaseRows
}

// phaseRows are the rows of the image in one phase, n elements of each: a stride apart from pixel on, and in the planes from
// place on, pitch columns from one row to the next.
type phaseRows struct{ place, pixel, n, rows int }

func newPhases(s compute.ConvShape) *phases {
	p := &phases{s: s}
	height, width := (s.OH-1)*s.Stride[0]+(s.R-1)*s.Dilation[0]+1, (s.OW-1)*s.Stride[1]+(s.S-1)*s.Dilation[1]+1
	p.pitch = (width + s.Stride[1] - 1) / s.Stride[1]
	p.n = (s.OH-1)*p.pitch + s.OW
	reach := (s.R-1)*s.Dilation[0]/s.Stride[0]*p.pitch + (s.S-1)*s.Dilation[1]/s.Stride[1]
	p.length = reach + p.n + slack
	for r := range s.R {
		for t := range s.S {
			p.rows = append(p.rows, uintptr(4*p.place(r*s.Dilation[0], t*s.Dilation[1])))
		}
	}
	rows, columns := min(s.H, height-s.Pads[0]), min(s.W, width-s.Pads[1])
	for h := range min(s.Stride[0], rows) {
		for w := range min(s.Stride[1], columns) {
			p.image = append(p.image, phaseRows{
				place: p.place(h+s.Pads[0], w+s.Pads[1]), pixel: h*s.W + w,
				n: (columns - w + s.Stride[1] - 1) / s.Stride[1], rows: (rows - h + s.Stride[0] - 1) / s.Stride[0],
			})
		}
	}
	return p
}

// place is where a row and column of the padded plane lie.
func (p *phases) place(h, w int) int {
	sh, sw := p.s.Stride[0], p.s.Stride[1]
	return (h%sh*sw+w%sw)*p.length + h/sh*p.pitch + w/sw
}

// size is the number of elements of all planes.
func (p *phases) size() int { return p.s.Stride[0] * p.s.Stride[1] * p.length }

// spread copies a channel into the planes, whose other elements are zero.
func (p *phases) spread(planes, x []float32) {
	for _, r := range p.image {
		everyNthOfRows(planes[r.place:], p.pitch, x[r.pixel:], p.s.Stride[0]*p.s.W, p.s.Stride[1], r.n, r.rows)
	}
}

// addBack adds the planes to the channel that spread would copy into them.
func (p *phases) addBack(x, planes []float32) {
	step := p.s.Stride[1]
	for _, r := range p.image {
		for i := range r.rows {
			from, to := planes[r.place+i*p.pitch:][:r.n], x[r.pixel+i*p.s.Stride[0]*p.s.W:][:(r.n-1)*step+1]
			if step == 1 {
				addTo(to, from)
				continue
			}
			for j, g := range from {
				to[j*step] += g
			}
		}
	}
}

// depthwiseBlock is how many output channels a task makes.
const depthwiseBlock = 16

// depthwise is a convolution in which every input channel has filters of its own.
type depthwise struct {
	*phases
	y, x, weight, bias, residual []float32
	act                          compute.Activation
	byRow                        bool // each row of outputs is made by itself, not all of them as one
}

func (b *Backend) newDepthwise(s compute.ConvShape, y, x, weight, bias, residual compute.Buffer, act compute.Activation) compute.Kernel {
	d := &depthwise{newPhases(s), data(y), data(x), data(weight), data(bias), data(residual), act, false}
	// All rows as one also make the columns between them, and are copied out of them afterwards, which takes about an eighth of
	// the time; but rows of a single step have few sums under way. A residual may be in the place of the outputs.
	d.byRow = residual == nil && s.OW > filterColumns() && 8*s.OH*filterSteps(s.OW) <= 9*filterSteps(d.n)
	b.reserveBehindRows(d.size() + d.n + slack)
	return kernel{d}
}

func (d *depthwise) blocks() int { return (d.s.K + depthwiseBlock - 1) / depthwiseBlock }

func (d *depthwise) tasks(images int) int { return images * d.blocks() }

func (d *depthwise) step() int { return 1 }

func (d *depthwise) do(_, task int, scratch []float32) {
	image, block := task/d.blocks(), task%d.blocks()
	d.outputs(image, block*depthwiseBlock, min((block+1)*depthwiseBlock, d.s.K), scratch)
}

func (d *depthwise) memory() (x, y []float32, scratch int) { return d.x, d.y, d.size() + d.n + slack }

func (d *depthwise) channels(image, first, after int, scratch []float32) {
	filters := d.s.K / d.s.C
	d.outputs(image, first*filters, after*filters, scratch)
}

// outputs makes the channels [first, after) of an image's outputs.
func (d *depthwise) outputs(image, first, after int, scratch []float32) {
	s := &d.s
	planes, out := scratch[:d.size()], scratch[d.size():][:d.n+slack]
	clear(planes)
	taps, filters, channel := len(d.rows), s.K/s.C, -1
	for k := first; k < after; k++ {
		if c := k / filters; c != channel {
			channel = c
			d.spread(planes, d.x[(image*s.C+c)*s.H*s.W:][:s.H*s.W])
		}
		weights, bias := d.weight[k*taps:][:taps], float32(0)
		if d.bias != nil {
			bias = d.bias[k]
		}
		y := d.y[(image*s.K+k)*s.OH*s.OW:][:s.OH*s.OW]
		if d.byRow {
			d.filterRows(y, planes, out, weights, bias)
			continue
		}
		act := d.act
		if d.residual != nil {
			act = compute.NoActivation // it comes after the residual
		}
		filter(out, d.n, unsafe.Pointer(&planes[0]), d.rows, weights, bias, act)
		if d.residual == nil {
			everyNthOfRows(y, s.OW, out, d.pitch, 1, s.OW, s.OH)
			continue
		}
		for oh := range s.OH {
			at := oh * s.OW
			addActivated(y[at:][:s.OW], out[oh*d.pitch:], d.residual[(image*s.K+k)*s.OH*s.OW+at:][:s.OW], d.act)
		}
	}
}

// filterRows makes the outputs of a channel row by row, each in its place: what filter writes behind a row is in the place of
// the next ones, which follow. The last rows, behind which is no room, are made in out.
func (d *depthwise) filterRows(y, planes, out, weights []float32, bias float32) {
	n := d.s.OW
	whole := filterSteps(n) * filterColumns()
	for oh := range d.s.OH {
		x, row := unsafe.Pointer(&planes[oh*d.pitch]), y[oh*n:]
		if whole <= len(row) {
			filter(row, n, x, d.rows, weights, bias, d.act)
		} else {
			filter(out, n, x, d.rows, weights, bias, d.act)
			copy(row[:n], out)
		}
	}
}

// filterSteps is how many steps filter takes for some columns.
func filterSteps(columns int) int { return (columns + filterColumns() - 1) / filterColumns() }

// depthwiseBack is the input gradient: in each phase the sum of the output's gradient, shifted back by each tap of that
// phase.
type depthwiseBack struct {
	*phases
	dx, dy, weight []float32
	add            bool
	lead           int       // zeros before the gradient
	taps           [][]int   // of each phase
	back           []uintptr // byte offset, for each tap in the order of taps, of the gradient's row
	length         int       // elements of the gradient's plane
}

func (b *Backend) newDepthwiseBack(s compute.ConvShape, dx, dy, weight compute.Buffer, accumulate bool) compute.Kernel {
	p := newPhases(s)
	d := &depthwiseBack{phases: p, dx: data(dx), dy: data(dy), weight: data(weight), add: accumulate}
	d.taps = make([][]int, s.Stride[0]*s.Stride[1])
	for q, row := range p.rows {
		at := int(row / 4)
		d.taps[at/p.length] = append(d.taps[at/p.length], q)
		d.lead = max(d.lead, at%p.length)
	}
	for _, taps := range d.taps {
		for _, q := range taps {
			d.back = append(d.back, uintptr(4*(d.lead-int(p.rows[q]/4)%p.length)))
		}
	}
	d.length = d.lead + p.length + slack
	b.reserve(d.size() + d.length + len(p.rows))
	return kernel{d}
}

func (d *depthwiseBack) blocks() int { return (d.s.C + depthwiseBlock - 1) / depthwiseBlock }

func (d *depthwiseBack) tasks(images int) int { return images * d.blocks() }

func (d *depthwiseBack) step() int { return 1 }

func (d *depthwiseBack) do(_, task int, scratch []float32) {
	s := &d.s
	image, block := task/d.blocks(), task%d.blocks()
	planes, gradient := scratch[:d.size()], scratch[d.size():][:d.length]
	weights := scratch[d.size()+d.length:][:len(d.rows)]
	clear(gradient)
	filters := s.K / s.C
	for c := block * depthwiseBlock; c < min((block+1)*depthwiseBlock, s.C); c++ {
		dx := d.dx[(image*s.C+c)*s.H*s.W:][:s.H*s.W]
		if !d.add {
			clear(dx)
		}
		for k := c * filters; k < (c+1)*filters; k++ {
			dy := d.dy[(image*s.K+k)*s.OH*s.OW:][:s.OH*s.OW]
			everyNthOfRows(gradient[d.lead:], d.pitch, dy, s.OW, 1, s.OW, s.OH)
			i := 0
			for phase, taps := range d.taps {
				for j, q := range taps {
					weights[i+j] = d.weight[k*len(d.rows)+q]
				}
				n := d.phases.length - slack
				filter(planes[phase*d.phases.length:], n, unsafe.Pointer(&gradient[0]), d.back[i:][:len(taps)],
					weights[i:][:len(taps)], 0, compute.NoActivation)
				i += len(taps)
			}
			d.addBack(dx, planes)
		}
	}
}

// depthwiseParam is the gradient of the filters: for each tap the product of the output's gradient with the tap's row.
// A task is a channel, whose images are added in order.
type depthwiseParam struct {
	*phases
	dweight, dbias, x, dy []float32
}

func (b *Backend) newDepthwiseParam(s compute.ConvShape, dweight, dbias, x, dy compute.Buffer) compute.Kernel {
	d := &depthwiseParam{newPhases(s), data(dweight), data(dbias), data(x), data(dy)}
	b.reserve(d.size() + d.n)
	return kernel{d}
}

func (d *depthwiseParam) tasks(int) int { return d.s.C }

func (d *depthwiseParam) do(images, c int, scratch []float32) {
	s := &d.s
	planes, gradient := scratch[:d.size()], scratch[d.size():][:d.n]
	clear(scratch[:d.size()+d.n])
	taps, filters := len(d.rows), s.K/s.C
	clear(d.dweight[c*filters*taps:][:filters*taps])
	if d.dbias != nil {
		clear(d.dbias[c*filters:][:filters])
	}
	for image := range images {
		d.spread(planes, d.x[(image*s.C+c)*s.H*s.W:][:s.H*s.W])
		for k := c * filters; k < (c+1)*filters; k++ {
			dy := d.dy[(image*s.K+k)*s.OH*s.OW:][:s.OH*s.OW]
			everyNthOfRows(gradient, d.pitch, dy, s.OW, 1, s.OW, s.OH)
			for q, row := range d.rows {
				d.dweight[k*taps+q] += dotRows(gradient, planes[row/4:])
			}
			if d.dbias != nil {
				d.dbias[k] += sum(dy)
			}
		}
	}
}
