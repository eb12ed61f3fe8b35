package cpu

import "steady/core/compute"

// Product is described in package compute.
func (b *Backend) Product(p compute.Product, y, a, c compute.Buffer, accumulate bool) compute.Kernel {
	if last := len(p.Dims) - 1; last >= 0 && p.A.Strides[last] == 0 && p.B.Strides[last] != 0 {
		p.A, p.B, a, c = p.B, p.A, c, a // runs of one factor are those of b
	}
	w := newWalk(p.Dims, p.Y, p.A, p.B)
	return kernel{&product{
		walk: w, y: data(y), a: data(a), b: data(c), add: accumulate, clears: !accumulate && w.repeats(),
	}}
}

type product struct {
	perImage
	*walk
	y, a, b     []float32
	add, clears bool
}

func (p *product) do(_, image int, _ []float32) {
	if p.clears {
		p.walk.clear(image, p.y)
	}
	steps := [3]int{p.views[0].step, p.views[1].step, p.views[2].step}
	n, add := p.n, p.add || p.clears
	p.each(image, func(y, a, b int) {
		switch steps {
		case [3]int{1, 1, 1}:
			multiplyRows(p.y[y:][:n], p.a[a:][:n], p.b[b:][:n], add)
		case [3]int{1, 1, 0}:
			scaleRow(p.y[y:][:n], p.a[a:][:n], p.b[b], add)
		case [3]int{0, 1, 1}:
			p.y[y] += dotRows(p.a[a:][:n], p.b[b:][:n])
		case [3]int{0, 1, 0}:
			p.y[y] += sum(p.a[a:][:n]) * p.b[b]
		default:
			for range n {
				v := p.a[a] * p.b[b]
				if add {
					v += p.y[y]
				}
				p.y[y] = v
				y += steps[0]
				a += steps[1]
				b += steps[2]
			}
		}
	})
}
