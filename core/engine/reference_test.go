package engine

import (
	"math"

	"steady/core/nn"
)

// reference evaluates a network by the textbook definition of each layer in float64: the ground that everything is checked
// against. Parameters are taken from values where it has them. With train, batch normalization uses the batch.
type reference struct {
	net    *nn.Network
	values map[*nn.Param][]float64
	train  bool
}

func (e reference) param(p *nn.Param) []float64 {
	if p == nil {
		return nil
	}
	if v, ok := e.values[p]; ok {
		return v
	}
	v := make([]float64, len(p.Data))
	for i, x := range p.Data {
		v[i] = float64(x)
	}
	e.values[p] = v
	return v
}

// run returns the output for n images.
func (e reference) run(x []float64, n int) []float64 {
	shapes, err := e.net.Shapes()
	if err != nil {
		panic(err)
	}
	values := [][]float64{x}
	for i, l := range e.net.Layers {
		var in [][]float64
		var shape []nn.Shape
		for _, v := range l.In {
			in, shape = append(in, values[v]), append(shape, shapes[v])
		}
		values = append(values, e.layer(l.Op, n, in, shape, shapes[i+1]))
	}
	return values[e.net.Output]
}

func (e reference) layer(op nn.Op, n int, in [][]float64, shapes []nn.Shape, out nn.Shape) []float64 {
	if o, ok := op.(*nn.Constant); ok {
		var y []float64
		for range n {
			y = append(y, e.param(o.Value)...)
		}
		return y
	}
	x, shape := in[0], shapes[0]
	size, outSize := shape.Size(), out.Size()
	y := make([]float64, n*outSize)
	switch o := op.(type) {
	case *nn.Conv:
		w, b := e.param(o.Weight), e.param(o.Bias)
		channels, rows, cols := o.Weight.Shape[1], o.Weight.Shape[2], o.Weight.Shape[3]
		for i := range y {
			m, k, oh, ow := i/outSize, i%outSize/(out[1]*out[2]), i%(out[1]*out[2])/out[2], i%out[2]
			g := k / (out[0] / o.Groups)
			s := 0.0
			if b != nil {
				s = b[k]
			}
			for c := 0; c < channels; c++ {
				for r := 0; r < rows; r++ {
					for t := 0; t < cols; t++ {
						h := oh*o.Stride[0] + r*o.Dilation[0] - o.Pads[0]
						v := ow*o.Stride[1] + t*o.Dilation[1] - o.Pads[1]
						if h >= 0 && h < shape[1] && v >= 0 && v < shape[2] {
							s += w[((k*channels+c)*rows+r)*cols+t] * x[m*size+((g*channels+c)*shape[1]+h)*shape[2]+v]
						}
					}
				}
			}
			y[i] = s
		}
	case *nn.Linear:
		w, b := e.param(o.Weight), e.param(o.Bias)
		outputs, inputs := o.Weight.Shape[0], o.Weight.Shape[1]
		for i := range y {
			row, k := i/outputs, i%outputs
			for c := 0; c < inputs; c++ {
				y[i] += w[k*inputs+c] * x[row*inputs+c]
			}
			if b != nil {
				y[i] += b[k]
			}
		}
	case *nn.BatchNorm:
		plane := size / shape[0]
		for c := 0; c < shape[0]; c++ {
			mean, variance := e.param(o.Mean)[c], e.param(o.Variance)[c]
			if e.train {
				mean, variance = 0, 0
				for m := 0; m < n; m++ {
					for _, v := range x[m*size+c*plane:][:plane] {
						mean += v / float64(n*plane)
					}
				}
				for m := 0; m < n; m++ {
					for _, v := range x[m*size+c*plane:][:plane] {
						variance += (v - mean) * (v - mean) / float64(n*plane)
					}
				}
			}
			for m := 0; m < n; m++ {
				for j, v := range x[m*size+c*plane:][:plane] {
					y[m*size+c*plane+j] = (v-mean)/math.Sqrt(variance+float64(o.Epsilon))*e.param(o.Scale)[c] + e.param(o.Shift)[c]
				}
			}
		}
	case *nn.Relu:
		for i, v := range x {
			y[i] = max(v, 0)
		}
	case *nn.LeakyRelu:
		for i, v := range x {
			if y[i] = v; v < 0 {
				y[i] = v * float64(o.Slope)
			}
		}
	case *nn.Clip:
		for i, v := range x {
			y[i] = max(min(v, float64(o.Max)), float64(o.Min))
		}
	case *nn.MaxPool:
		pool(o.Pool, x, y, n, shape, out, func(v []float64, _ int) float64 {
			top := v[0]
			for _, w := range v {
				top = max(top, w)
			}
			return top
		})
	case *nn.AveragePool:
		pool(o.Pool, x, y, n, shape, out, func(v []float64, padded int) float64 {
			s := 0.0
			for _, w := range v {
				s += w
			}
			if o.CountPadding {
				return s / float64(padded)
			}
			return s / float64(len(v))
		})
	case *nn.GlobalAveragePool:
		plane := size / shape[0]
		for i, v := range x {
			y[i/plane] += v / float64(plane)
		}
	case *nn.Add:
		for i := range y {
			y[i] = in[0][broadcast(i, shapes[0], out)] + in[1][broadcast(i, shapes[1], out)]
		}
	case *nn.Mul:
		for i := range y {
			y[i] = in[0][broadcast(i, shapes[0], out)] * in[1][broadcast(i, shapes[1], out)]
		}
	case *nn.Map:
		for i, v := range x {
			y[i] = o.At(v)
		}
	case *nn.Mean:
		for i, v := range x {
			at, m := index(i%size, shape), i/size
			at[o.Axis] = 0
			y[m*outSize+place(at, out)] += v / float64(shape[o.Axis])
		}
	case *nn.MatMul:
		r := len(shape)
		for i := range y {
			at, m := index(i%outSize, out), i/outSize
			left, right := append([]int(nil), at...), append([]int(nil), at...)
			for q := range shape[r-1] {
				left[r-1], right[r-2] = q, q
				y[i] += x[m*size+place(left, shape)] * in[1][m*shapes[1].Size()+place(right, shapes[1])]
			}
		}
	case *nn.LayerNorm:
		row := shape[len(shape)-o.Axes:].Size()
		for first := 0; first < len(x); first += row {
			mean, variance := 0.0, 0.0
			for _, v := range x[first:][:row] {
				mean += v / float64(row)
			}
			for _, v := range x[first:][:row] {
				variance += (v - mean) * (v - mean) / float64(row)
			}
			for j, v := range x[first:][:row] {
				y[first+j] = (v - mean) / math.Sqrt(variance+float64(o.Epsilon))
				if o.Scale != nil {
					y[first+j] *= e.param(o.Scale)[j]
				}
				if o.Shift != nil {
					y[first+j] += e.param(o.Shift)[j]
				}
			}
		}
	case *nn.Transpose, *nn.Slice:
		for i := range y {
			at, m, from := index(i%outSize, out), i/outSize, make([]int, len(shape))
			for j := range at {
				switch o := o.(type) {
				case *nn.Transpose:
					from[o.Perm[j]] = at[j]
				case *nn.Slice:
					from[j] = o.Start[j] + at[j]*o.Step[j]
				}
			}
			y[i] = x[m*size+place(from, shape)]
		}
	case *nn.Pad:
		for i := range y {
			y[i] = float64(o.Value)
		}
		for i, v := range x {
			at, m := index(i%size, shape), i/size
			for j := range at {
				at[j] += o.Before[j]
			}
			y[m*outSize+place(at, out)] = v
		}
	case *nn.Concat:
		blocks, at := out[:o.Axis].Size(), 0
		for m := 0; m < n*blocks; m++ {
			for j, part := range in {
				run := shapes[j][o.Axis:].Size()
				at += copy(y[at:], part[m*run:][:run])
			}
		}
	case *nn.Affine:
		at := func(p *nn.Param, i int, absent float64) float64 {
			if p == nil {
				return absent
			}
			_, last, _ := p.Span(shape)
			return e.param(p)[i%size/shape[last:].Size()%len(p.Data)]
		}
		for i, v := range x {
			y[i] = v*at(o.Scale, i, 1) + at(o.Shift, i, 0)
		}
	case *nn.Reshape:
		copy(y, x)
	case *nn.Softmax:
		inner := shape[o.Axis+1:].Size()
		for i := range y {
			base, total := i/(inner*shape[o.Axis])*inner*shape[o.Axis]+i%inner, 0.0
			for a := 0; a < shape[o.Axis]; a++ {
				total += math.Exp(x[base+a*inner])
			}
			y[i] = math.Exp(x[i]) / total
		}
	default:
		panic(op)
	}
	return y
}

// index returns the indices of element i of a shape, and place is the other way.
func index(i int, s nn.Shape) []int {
	at := make([]int, len(s))
	for j := len(s) - 1; j >= 0; j-- {
		at[j], i = i%s[j], i/s[j]
	}
	return at
}

func place(at []int, s nn.Shape) int {
	i := 0
	for j := range s {
		i = i*s[j] + at[j]
	}
	return i
}

// broadcast returns the element of a value of shape s that belongs to element i of values of shape out.
func broadcast(i int, s, out nn.Shape) int {
	at := index(i%out.Size(), out)
	for j := range at {
		if s[j] == 1 {
			at[j] = 0
		}
	}
	return i/out.Size()*s.Size() + place(at, s)
}

// pool calls f with the elements of each window and the size of the window as far as it lies within the padding.
func pool(p nn.Pool, x, y []float64, n int, in, out nn.Shape, f func(v []float64, padded int) float64) {
	for i := 0; i < n*out.Size(); i++ {
		plane, oh, ow := i/(out[1]*out[2]), i%(out[1]*out[2])/out[2], i%out[2]
		var v []float64
		padded := 0
		for r := 0; r < p.Kernel[0]; r++ {
			for t := 0; t < p.Kernel[1]; t++ {
				h, w := oh*p.Stride[0]+r-p.Pads[0], ow*p.Stride[1]+t-p.Pads[1]
				if h < in[1]+p.Pads[2] && w < in[2]+p.Pads[3] {
					padded++
				}
				if h >= 0 && h < in[1] && w >= 0 && w < in[2] {
					v = append(v, x[(plane*in[1]+h)*in[2]+w])
				}
			}
		}
		y[i] = f(v, padded)
	}
}
