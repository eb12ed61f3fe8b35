package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// suitsLinear reports whether a convolution is of single pixels, a matrix times a vector for each image, and four times the
// inputs of four images stay in the second cache: with more of them, tiles are faster for many images.
func suitsLinear(s compute.ConvShape) bool {
	return alongRows() && s.Groups == 1 && s.H*s.W*s.OH*s.OW*s.R*s.S == 1 && 4*4*s.C <= cachedElements
}

// linear is such a convolution. Tiles would have a column for each image, which are often few beside those of a vector. Here
// vectors go along the panels of weights, four rows of some inputs, and meet each input four times in a row.
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
	for panel < after {
		panels := min(after-panel, 4)
		for i := 0; i < n; {
			switch {
			case n-i >= 4 && panels >= 2: // two panels and four images, perhaps twice
				for p := panel; p < panel+panels-1; p += 2 {
					l.sums(scratch, first, i, 4, p, 2)
				}
				if panels%2 == 1 {
					for j := range 4 {
						l.sums(scratch, first, i+j, 1, panel+panels-1, 1)
					}
				}
				i += 4
			case panels == 4:
				l.sums(scratch, first, i, 1, panel, 4)
				i++
			default:
				for p := range panels {
					l.sums(scratch, first, i, 1, panel+p, 1)
				}
				i++
			}
		}
		panel += panels
	}
}

// sums makes the outputs of some panels and images as panelSums does; image is one of a chunk that begins at first.
func (l *linear) sums(repeated []float32, first, image, images, panel, panels int) {
	var sums [8][4]float32
	length := 4 * l.inputs
	panelSums(&sums, unsafe.Pointer(&l.weights.packed[panel*length]), 4*length, unsafe.Pointer(&repeated[image*length]), 4*length, l.inputs, panels)
	for p := range panels {
		row := 4 * (panel + p)
		rows := min(4, l.outputs-row)
		for i := range images {
			at := (first+image+i)*l.outputs + row
			y := l.y[at:][:rows]
			for j, v := range sums[p*images+i][:rows] {
				if l.bias != nil {
					v += l.bias[row+j]
				}
				if l.base != nil {
					v += l.base[at+j]
				}
				y[j] = activate(v, l.act)
			}
		}
	}
}
