package cpu

import "steady/core/compute"

// isLinear reports whether a convolution is of single pixels: a matrix times a vector for each image.
func isLinear(s compute.ConvShape) bool {
	return s.Groups == 1 && s.H*s.W*s.OH*s.OW*s.R*s.S == 1
}

// linear is such a convolution. Tiles would have a column for each image, which are few beside those of a vector. Here vectors
// go along the panels of weights, four rows of some inputs, and meet each input four times in a row.
type linear struct {
	shares           // of the panels of weights, for a chunk of images
	weights          *packedWeights
	y, x, bias, base []float32
	act              compute.Activation
	inputs, outputs  int
	chunk            int // images that the weights pass together, so that they pass the caches less often
}

func (b *Backend) newLinear(s compute.ConvShape, y, x, bias, base compute.Buffer, act compute.Activation, weights *packedWeights) *linear {
	images := b.images(x, s.C)
	l := &linear{
		weights: weights, y: data(y), x: data(x), bias: data(bias), base: data(base), act: act, inputs: s.C, outputs: s.K,
		chunk: powerOfTwo(max(min(images/b.Threads(), cachedElements/(4*s.C)), 1)),
	}
	l.shares = b.shares((images+l.chunk-1)/l.chunk, panels(s.K))
	b.reserve(4 * s.C * l.chunk)
	return l
}

func (l *linear) tasks(images int) int { return (images + l.chunk - 1) / l.chunk * l.parts }
func (l *linear) step() int            { return l.chunk }

func (l *linear) do(images, task int, scratch []float32) {
	chunk, panel, after := l.share(task)
	first := chunk * l.chunk
	n, length := min(l.chunk, images-first), 4*l.inputs
	for i := range n {
		repeated := scratch[i*length:][:length]
		for q, v := range l.x[(first+i)*l.inputs:][:l.inputs] {
			*(*[4]float32)(repeated[4*q:]) = [4]float32{v, v, v, v}
		}
	}
	for ; panel < after; panel++ {
		weights := l.weights.packed[panel*length:][:length]
		for i := range n {
			sums := dotPanel(weights, scratch[i*length:][:length])
			for row := 4 * panel; row < min(4*panel+4, l.outputs); row++ {
				v, at := sums[row%4], (first+i)*l.outputs+row
				if l.bias != nil {
					v += l.bias[row]
				}
				if l.base != nil {
					v += l.base[at]
				}
				l.y[at] = activate(v, l.act)
			}
		}
	}
}
