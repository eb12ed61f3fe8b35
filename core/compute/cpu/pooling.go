package cpu

import (
	"math"

	"steady/core/compute"
)

// window is the part of a pooling window that lies on the image: rows [top, bottom), columns [left, right).
func window(s *compute.PoolShape, oh, ow int) (top, bottom, left, right int) {
	top, left = oh*s.Stride[0]-s.Pads[0], ow*s.Stride[1]-s.Pads[1]
	bottom, right = min(top+s.Kernel[0], s.H), min(left+s.Kernel[1], s.W)
	return max(top, 0), bottom, max(left, 0), right
}

// channels shares the channels of each image of x out.
func (b *Backend) channels(s *compute.PoolShape, x compute.Buffer) imageShares {
	return imageShares{b.shares(b.images(x, s.C*s.H*s.W), s.C)}
}

// MaxPool is described in package compute.
func (b *Backend) MaxPool(s compute.PoolShape, y, x compute.Buffer) compute.Kernel {
	p := &maxPool{imageShares: b.channels(&s, x), s: s, y: data(y), x: data(x)}
	p.together = min(rowsTogether((s.OW-1)*s.Stride[1]+s.Kernel[1]), s.OH)
	p.scratch = maxRowsScratch(p.together, s.OW, s.Kernel[1], s.Stride[1])
	b.reserveBehindRows(2 * p.scratch)
	return kernel{p}
}

type maxPool struct {
	imageShares
	s                 compute.PoolShape
	y, x              []float32
	together, scratch int // of maxRows
}

func (p *maxPool) do(_, task int, scratch []float32) {
	image, first, after := p.share(task)
	p.channels(image, first, after, scratch)
}

func (p *maxPool) memory() (x, y []float32, scratch int) { return p.x, p.y, 2 * p.scratch }

func (p *maxPool) channels(image, first, after int, scratch []float32) {
	s := &p.s
	padded, most := scratch[:p.scratch], scratch[p.scratch:][:p.scratch]
	fill(padded, float32(math.Inf(-1)))
	m := maxRows{
		columns: min(s.W, (s.OW-1)*s.Stride[1]+s.Kernel[1]-s.Pads[1]), pitch: s.W, stride: s.Stride[0], together: p.together,
		row: padded[s.Pads[1]:], padded: padded, window: s.Kernel[1], most: most, outputs: s.OW, step: s.Stride[1],
	}
	for c := image*s.C + first; c < image*s.C+after; c++ {
		x, y := p.x[c*s.H*s.W:][:s.H*s.W], p.y[c*s.OH*s.OW:][:s.OH*s.OW]
		for oh := 0; oh < s.OH; oh += m.count {
			top, last, _, _ := window(s, oh, 0)
			m.count, m.rows = 1, last-top
			if m.rows == s.Kernel[0] { // so have those below, as far as there are rows
				m.count = min((s.H-last)/s.Stride[0]+1, s.OH-oh)
			}
			m.x, m.y = x[top*s.W:], y[oh*s.OW:]
			m.run()
		}
	}
}

// MaxPoolGradient is described in package compute.
func (b *Backend) MaxPoolGradient(s compute.PoolShape, dx, dy, x, y compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&maxPoolBack{imageShares: b.channels(&s, x), s: s, dx: data(dx), dy: data(dy), x: data(x), y: data(y), add: accumulate}}
}

type maxPoolBack struct {
	imageShares
	s            compute.PoolShape
	dx, dy, x, y []float32
	add          bool
}

func (p *maxPoolBack) do(_, task int, _ []float32) {
	s := &p.s
	image, first, after := p.share(task)
	for c := image*s.C + first; c < image*s.C+after; c++ {
		x, dx := p.x[c*s.H*s.W:][:s.H*s.W], p.dx[c*s.H*s.W:][:s.H*s.W]
		y, dy := p.y[c*s.OH*s.OW:][:s.OH*s.OW], p.dy[c*s.OH*s.OW:][:s.OH*s.OW]
		if !p.add {
			clear(dx)
		}
		if s.Kernel == [2]int{2, 2} && s.Stride == s.Kernel && s.Pads == [4]int{} {
			for oh := range s.OH {
				above, below := 2*oh*s.W, (2*oh+1)*s.W
				maxPairsBack(dx[above:below], dx[below:][:s.W], y[oh*s.OW:][:s.OW], dy[oh*s.OW:][:s.OW], x[above:below], x[below:][:s.W])
			}
			continue
		}
		for oh := 0; oh < s.OH; oh++ {
		windows:
			for ow := 0; ow < s.OW; ow++ {
				top, bottom, left, right := window(s, oh, ow)
				best, g := y[oh*s.OW+ow], dy[oh*s.OW+ow]
				for h := top; h < bottom; h++ {
					for w := left; w < right; w++ {
						if x[h*s.W+w] == best {
							dx[h*s.W+w] += g
							continue windows
						}
					}
				}
			}
		}
	}
}

// maxPairsBack adds the gradients of a row of maxima of 2×2 to those of the two rows above each other that they are of. It
// has no branches, since which of four is the largest cannot be foreseen.
func maxPairsBack(dxAbove, dxBelow, y, dy, above, below []float32) {
	for i, best := range y {
		g, j := math.Float32bits(dy[i]), 2*i
		a, b, c, d := equal(above[j], best), equal(above[j+1], best), equal(below[j], best), equal(below[j+1], best)
		b &^= a
		c &^= a | b
		d &^= a | b | c
		dxAbove[j] += math.Float32frombits(g & a)
		dxAbove[j+1] += math.Float32frombits(g & b)
		dxBelow[j] += math.Float32frombits(g & c)
		dxBelow[j+1] += math.Float32frombits(g & d)
	}
}

// equal returns all bits where x is y, and none where it is not.
func equal(x, y float32) uint32 {
	var same uint32
	if x == y {
		same = 1
	}
	return -same
}

// AveragePool is described in package compute.
func (b *Backend) AveragePool(s compute.PoolShape, y, x compute.Buffer) compute.Kernel {
	return kernel{&averagePool{imageShares: b.channels(&s, x), s: s, y: data(y), x: data(x)}}
}

type averagePool struct {
	imageShares
	s    compute.PoolShape
	y, x []float32
}

// divisor is the number of elements that an average divides by.
func divisor(s *compute.PoolShape, oh, ow, top, bottom, left, right int) float32 {
	if !s.CountPadding {
		return float32((bottom - top) * (right - left))
	}
	t, l := oh*s.Stride[0]-s.Pads[0], ow*s.Stride[1]-s.Pads[1]
	return float32((min(t+s.Kernel[0], s.H+s.Pads[2]) - t) * (min(l+s.Kernel[1], s.W+s.Pads[3]) - l))
}

func (p *averagePool) do(_, task int, _ []float32) {
	s := &p.s
	image, first, after := p.share(task)
	for c := image*s.C + first; c < image*s.C+after; c++ {
		x, y := p.x[c*s.H*s.W:][:s.H*s.W], p.y[c*s.OH*s.OW:][:s.OH*s.OW]
		for oh := 0; oh < s.OH; oh++ {
			for ow := 0; ow < s.OW; ow++ {
				top, bottom, left, right := window(s, oh, ow)
				total := float32(0)
				if right-left == s.W {
					total = sum(x[top*s.W : bottom*s.W])
				} else {
					for h := top; h < bottom; h++ {
						for _, v := range x[h*s.W+left : h*s.W+right] {
							total += v
						}
					}
				}
				y[oh*s.OW+ow] = total / divisor(s, oh, ow, top, bottom, left, right)
			}
		}
	}
}

// AveragePoolGradient is described in package compute.
func (b *Backend) AveragePoolGradient(s compute.PoolShape, dx, dy compute.Buffer, accumulate bool) compute.Kernel {
	return kernel{&averagePoolBack{imageShares: b.channels(&s, dx), s: s, dx: data(dx), dy: data(dy), add: accumulate}}
}

type averagePoolBack struct {
	imageShares
	s      compute.PoolShape
	dx, dy []float32
	add    bool
}

func (p *averagePoolBack) do(_, task int, _ []float32) {
	s := &p.s
	image, first, after := p.share(task)
	for c := image*s.C + first; c < image*s.C+after; c++ {
		dx, dy := p.dx[c*s.H*s.W:][:s.H*s.W], p.dy[c*s.OH*s.OW:][:s.OH*s.OW]
		if !p.add {
			clear(dx)
		}
		for oh := 0; oh < s.OH; oh++ {
			for ow := 0; ow < s.OW; ow++ {
				top, bottom, left, right := window(s, oh, ow)
				g := dy[oh*s.OW+ow] / divisor(s, oh, ow, top, bottom, left, right)
				for h := top; h < bottom; h++ {
					for i := range dx[h*s.W+left : h*s.W+right] {
						dx[h*s.W+left+i] += g
					}
				}
			}
		}
	}
}
