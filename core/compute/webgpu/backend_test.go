package webgpu

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/scalar"
)

// rig makes the same buffers with the same contents on any backend.
type rig struct {
	compute.Backend
	random  *rand.Rand
	buffers []compute.Buffer
	images  int // that the buffers have room for
}

func newRig(b compute.Backend, images int) *rig {
	return &rig{Backend: b, random: rand.New(rand.NewPCG(1, 2)), images: images}
}

// fixed is a buffer of n elements of a normal distribution.
func (r *rig) fixed(n int) compute.Buffer {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.random.NormFloat64())
	}
	return r.holding(x)
}

// tensor is one of n elements an image.
func (r *rig) tensor(n int) compute.Buffer { return r.fixed(n * r.images) }

// coarse is a tensor with few values, so that there are equal ones.
func (r *rig) coarse(n int) compute.Buffer {
	x := make([]float32, n*r.images)
	for i := range x {
		x[i] = float32(r.random.IntN(4))
	}
	return r.holding(x)
}

func (r *rig) holding(x []float32) compute.Buffer {
	b := r.NewBuffer(len(x))
	r.Write(b, 0, x)
	r.buffers = append(r.buffers, b)
	return b
}

// compare runs a kernel on both backends, over fewer images than there is room for, and compares all buffers: what
// is written, what is only read, and what lies beyond.
func compare(t *testing.T, capacity, images int, prepare func(r *rig) compute.Kernel) {
	t.Helper()
	gpu := backend(t)
	if err := gpu.Err(); err != nil {
		t.Fatalf("an earlier failure: %v", err)
	}
	rigs := []*rig{newRig(cpu.New(1), capacity), newRig(gpu, capacity)}
	for _, r := range rigs {
		r.Run(images, []compute.Kernel{prepare(r)})
	}
	if err := gpu.Err(); err != nil {
		t.Fatal(err)
	}
	for i := range rigs[0].buffers {
		want, got := contents(rigs[0], i), contents(rigs[1], i)
		if place, off := differ(got, want); off > 1e-5 {
			t.Errorf("buffer %d, element %d of %d: %g, on the CPU %g (%.2g of the largest)",
				i, place, len(got), got[place], want[place], off)
		}
	}
	if err := gpu.Err(); err != nil {
		t.Fatal(err)
	}
}

func contents(r *rig, i int) []float32 {
	x := make([]float32, r.buffers[i].Len())
	r.Read(x, r.buffers[i], 0)
	return x
}

// differ returns the greatest difference, in units of the largest magnitude, and its place.
func differ(got, want []float32) (place int, off float64) {
	largest := 0.0
	for _, v := range want {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i := range want {
		d := math.Abs(float64(got[i])-float64(want[i])) / max(largest, 1e-30)
		if got[i] == want[i] {
			d = 0
		}
		if !(d <= off) { // also what is not a number
			place, off = i, d
		}
	}
	if math.IsNaN(off) {
		off = math.Inf(1)
	}
	return place, off
}

var activations = map[string]compute.Activation{
	"none":           compute.NoActivation,
	"relu":           compute.Relu,
	"leaky":          {Slope: .1, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))},
	"leaky negative": {Slope: -.3, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))},
	"clip":           {Slope: 1, Min: -.25, Max: .5},
	"relu6":          {Slope: 0, Min: float32(math.Inf(-1)), Max: 1.5},
}

func TestElementwise(t *testing.T) {
	for _, size := range []int{1, 7, 12, 300} {
		for name, act := range activations {
			t.Run(fmt.Sprintf("%s/%d", name, size), func(t *testing.T) {
				compare(t, 3, 2, func(r *rig) compute.Kernel { return r.Activate(act, size, r.tensor(size), r.tensor(size)) })
				compare(t, 3, 2, func(r *rig) compute.Kernel {
					x := r.tensor(size)
					return r.Activate(act, size, x, x)
				})
				for _, add := range []bool{false, true} {
					compare(t, 3, 2, func(r *rig) compute.Kernel {
						return r.ActivateGradient(act, size, r.tensor(size), r.tensor(size), r.tensor(size), add)
					})
				}
				compare(t, 3, 2, func(r *rig) compute.Kernel {
					dx := r.tensor(size)
					return r.ActivateGradient(act, size, dx, dx, r.tensor(size), false)
				})
				compare(t, 3, 2, func(r *rig) compute.Kernel {
					return r.Add(size, r.tensor(size), r.tensor(size), r.tensor(size), act)
				})
			})
		}
	}
	t.Run("a tensor added to itself", func(t *testing.T) {
		compare(t, 1, 1, func(r *rig) compute.Kernel {
			x := r.tensor(9)
			return r.Add(9, r.tensor(9), x, x, compute.Relu)
		})
	})
}

func TestCopy(t *testing.T) {
	dense := func(dims ...int) compute.View {
		v, n := compute.View{Strides: make([]int, len(dims))}, 1
		for i := len(dims) - 1; i >= 0; i-- {
			v.Strides[i] = n
			n *= dims[i]
		}
		v.Image = n
		return v
	}
	for name, c := range map[string]compute.Copy{
		"whole":     {Dims: []int{3, 4}, Y: dense(3, 4), X: dense(3, 4)},
		"part":      {Dims: []int{2, 3}, Y: compute.View{Image: 20, Offset: 4, Strides: []int{5, 1}}, X: dense(2, 3)},
		"transpose": {Dims: []int{4, 2, 3}, Y: dense(4, 2, 3), X: compute.View{Image: 24, Strides: []int{1, 12, 4}}},
		"backwards": {Dims: []int{5}, Y: dense(5), X: compute.View{Image: 5, Offset: 4, Strides: []int{-1}}},
		"repeated":  {Dims: []int{2, 3, 4}, Y: dense(2, 3, 4), X: compute.View{Image: 3, Strides: []int{0, 1, 0}}},
		"summed":    {Dims: []int{2, 3, 4}, Y: compute.View{Image: 3, Strides: []int{0, 1, 0}}, X: dense(2, 3, 4)},
		"from one":  {Dims: []int{6}, Y: dense(6), X: compute.View{Strides: []int{1}}},
		"into one":  {Dims: []int{6}, Y: compute.View{Strides: []int{1}}, X: dense(6)},
		"number":    {Dims: []int{2, 2}, Y: dense(2, 2), X: compute.View{Strides: []int{0, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, add := range []bool{false, true} {
				compare(t, 3, 2, func(r *rig) compute.Kernel {
					return r.Copy(c, r.tensor(max(c.Y.Image, 6)), r.tensor(max(c.X.Image, 6)), add)
				})
			}
		})
	}
}

func TestProduct(t *testing.T) {
	all := compute.View{Image: 24, Strides: []int{12, 4, 1}}
	row := compute.View{Image: 4, Strides: []int{0, 0, 1}}
	column := compute.View{Image: 6, Strides: []int{3, 1, 0}}
	one := compute.View{Strides: []int{0, 0, 0}}
	for _, p := range []compute.Product{
		{Y: all, A: all, B: all}, {Y: all, A: all, B: row}, {Y: all, A: column, B: row}, {Y: row, A: all, B: all},
		{Y: column, A: all, B: row}, {Y: column, A: all, B: one}, {Y: all, A: column, B: one},
	} {
		p.Dims = []int{2, 3, 4}
		for _, add := range []bool{false, true} {
			compare(t, 3, 2, func(r *rig) compute.Kernel {
				return r.Product(p, r.tensor(24), r.tensor(24), r.tensor(24), add)
			})
		}
	}
}

func TestMatMul(t *testing.T) {
	dense := func(batch, rows, columns int) compute.Matrix {
		return compute.Matrix{Image: batch * rows * columns, Batch: rows * columns, Row: columns, Column: 1}
	}
	turned := func(m compute.Matrix) compute.Matrix {
		m.Row, m.Column = m.Column, m.Row
		return m
	}
	shared := func(m compute.Matrix) compute.Matrix {
		m.Image = 0
		return m
	}
	for name, s := range map[string]compute.MatMulShape{
		"one":        {Batch: 1, M: 1, K: 1, N: 1, Y: dense(1, 1, 1), A: dense(1, 1, 1), B: dense(1, 1, 1)},
		"heads":      {Batch: 3, M: 17, K: 5, N: 9, Y: dense(3, 17, 9), A: dense(3, 17, 5), B: dense(3, 5, 9)},
		"turned":     {Batch: 2, M: 6, K: 40, N: 33, Y: dense(2, 6, 33), A: turned(dense(2, 40, 6)), B: turned(dense(2, 33, 40))},
		"weights":    {Batch: 1, M: 13, K: 20, N: 70, Y: dense(1, 13, 70), A: dense(1, 13, 20), B: shared(turned(dense(1, 70, 20)))},
		"one factor": {Batch: 2, M: 4, K: 3, N: 5, Y: dense(2, 4, 5), A: dense(2, 4, 3), B: shared(dense(2, 3, 5))},
		"summed":     {Batch: 1, M: 7, K: 13, N: 10, Y: shared(dense(1, 7, 10)), A: turned(dense(1, 13, 7)), B: dense(1, 13, 10)},
		"long sum":   {Batch: 1, M: 5, K: 300, N: 6, Y: shared(dense(1, 5, 6)), A: turned(dense(1, 300, 5)), B: dense(1, 300, 6)},
	} {
		t.Run(name, func(t *testing.T) {
			size := func(r *rig, m compute.Matrix, rows, columns int) compute.Buffer {
				if m.Image == 0 {
					return r.fixed(s.Batch * rows * columns)
				}
				return r.tensor(s.Batch * rows * columns)
			}
			for _, add := range []bool{false, true} {
				if add && s.Y.Image == 0 {
					continue // gradients of parameters overwrite
				}
				compare(t, 5, 3, func(r *rig) compute.Kernel {
					y, a, b := size(r, s.Y, s.M, s.N), size(r, s.A, s.M, s.K), size(r, s.B, s.K, s.N)
					if add || s.Y.Image == 0 {
						return r.MatMul(s, y, a, b, nil, compute.NoActivation, add)
					}
					return r.MatMul(s, y, a, b, r.fixed(s.N), compute.Relu, add)
				})
			}
		})
	}
	gpu := backend(t)
	s := compute.MatMulShape{Batch: 40000, M: 1, K: 1, N: 1, Y: dense(40000, 1, 1), A: dense(40000, 1, 1), B: dense(40000, 1, 1)}
	x := gpu.NewBuffer(80000)
	gpu.MatMul(s, x, x, x, nil, compute.NoActivation, false)
	if unsupported := new(compute.UnsupportedError); !errors.As(gpu.Err(), &unsupported) {
		t.Error("80,000 products at a time: want an UnsupportedError")
	}
}

func TestMap(t *testing.T) {
	var functions []scalar.Function
	for _, k := range scalar.Kinds() {
		functions = append(functions, scalar.Function{Kind: k, Alpha: .7})
	}
	for _, a := range []float32{0, 1, 2, 3, .5, -1, 5} {
		functions = append(functions, scalar.Function{Kind: scalar.Power, Alpha: a})
	}
	for _, f := range functions {
		t.Run(fmt.Sprintf("%v %g", f.Kind, f.Alpha), func(t *testing.T) {
			x := func(r *rig) compute.Buffer { // from -5 to 5, and for some functions from 0.1 on
				v := make([]float32, 3*50)
				for i := range v {
					v[i] = float32(i)/15 - 5
					if f.Kind == scalar.Log || f.Kind == scalar.Sqrt || f.Kind == scalar.Power && f.Alpha != float32(int(f.Alpha)) {
						v[i] = .1 + float32(i)/15
					}
				}
				return r.holding(v)
			}
			compare(t, 3, 3, func(r *rig) compute.Kernel { return r.Map(f, 50, r.tensor(50), x(r)) })
			for _, add := range []bool{false, true} {
				compare(t, 3, 3, func(r *rig) compute.Kernel {
					return r.MapGradient(f, 50, r.tensor(50), r.tensor(50), x(r), add)
				})
			}
			compare(t, 3, 2, func(r *rig) compute.Kernel {
				y := x(r)
				return r.Map(f, 50, y, y)
			})
		})
	}
}

func TestLayerNorm(t *testing.T) {
	for _, s := range []compute.LayerNormShape{
		{Rows: 3, Size: 10, Epsilon: 1e-5}, {Rows: 1, Size: 700, Epsilon: 1e-6}, {Rows: 5, Size: 4, Epsilon: 1e-5},
	} {
		n := s.Rows * s.Size
		compare(t, 3, 2, func(r *rig) compute.Kernel {
			return r.LayerNorm(s, r.tensor(n), r.tensor(n), r.fixed(s.Size), r.fixed(s.Size))
		})
		compare(t, 3, 2, func(r *rig) compute.Kernel { return r.LayerNorm(s, r.tensor(n), r.tensor(n), nil, nil) })
		for _, add := range []bool{false, true} {
			compare(t, 3, 2, func(r *rig) compute.Kernel {
				return r.LayerNormInputGradient(s, r.tensor(n), r.tensor(n), r.tensor(n), r.fixed(s.Size), add)
			})
		}
		compare(t, 3, 2, func(r *rig) compute.Kernel {
			return r.LayerNormParamGradient(s, r.fixed(s.Size), r.fixed(s.Size), r.tensor(n), r.tensor(n))
		})
	}
}

func TestAffine(t *testing.T) {
	for _, s := range []compute.AffineShape{
		{Size: 12, Scale: compute.Repeat{Count: 3, Inner: 4}, Shift: compute.Repeat{Count: 1, Inner: 12}},
		{Size: 30, Scale: compute.Repeat{Count: 2, Inner: 5}, Shift: compute.Repeat{Count: 30, Inner: 1}},
		{Size: 24, Scale: compute.Repeat{Count: 24, Inner: 1}, Shift: compute.Repeat{Count: 3, Inner: 8}},
	} {
		compare(t, 3, 2, func(r *rig) compute.Kernel {
			return r.Affine(s, r.tensor(s.Size), r.tensor(s.Size), r.fixed(s.Scale.Count), r.fixed(s.Shift.Count))
		})
		compare(t, 3, 2, func(r *rig) compute.Kernel {
			return r.Affine(s, r.tensor(s.Size), r.tensor(s.Size), nil, r.fixed(s.Shift.Count))
		})
		for _, add := range []bool{false, true} {
			compare(t, 3, 2, func(r *rig) compute.Kernel {
				return r.AffineInputGradient(s, r.tensor(s.Size), r.tensor(s.Size), r.fixed(s.Scale.Count), add)
			})
		}
		compare(t, 3, 2, func(r *rig) compute.Kernel {
			return r.AffineParamGradient(s, r.fixed(s.Scale.Count), r.fixed(s.Shift.Count), r.tensor(s.Size), r.tensor(s.Size))
		})
		compare(t, 3, 2, func(r *rig) compute.Kernel {
			return r.AffineParamGradient(s, nil, r.fixed(s.Shift.Count), r.tensor(s.Size), r.tensor(s.Size))
		})
	}
}

func TestSoftmax(t *testing.T) {
	for _, s := range []compute.SoftmaxShape{{Outer: 1, Axis: 10, Inner: 1}, {Outer: 2, Axis: 5, Inner: 3}, {Outer: 1, Axis: 1, Inner: 7}} {
		size := s.Outer * s.Axis * s.Inner
		compare(t, 3, 2, func(r *rig) compute.Kernel { return r.Softmax(s, r.tensor(size), r.tensor(size)) })
		for _, add := range []bool{false, true} {
			compare(t, 3, 2, func(r *rig) compute.Kernel {
				return r.SoftmaxGradient(s, r.tensor(size), r.tensor(size), r.tensor(size), add)
			})
		}
	}
}

func TestPool(t *testing.T) {
	for _, s := range []compute.PoolShape{
		{C: 2, H: 6, W: 8, OH: 3, OW: 4, Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}},
		{C: 3, H: 7, W: 7, OH: 4, OW: 4, Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}, Pads: [4]int{1, 1, 1, 1}},
		{C: 2, H: 6, W: 5, OH: 5, OW: 6, Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pads: [4]int{1, 1, 0, 2}, CountPadding: true},
		{C: 2, H: 7, W: 6, OH: 2, OW: 3, Kernel: [2]int{2, 1}, Stride: [2]int{3, 2}},
		{C: 4, H: 5, W: 3, OH: 1, OW: 1, Kernel: [2]int{5, 3}, Stride: [2]int{1, 1}},
	} {
		in, out := s.C*s.H*s.W, s.C*s.OH*s.OW
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			compare(t, 3, 2, func(r *rig) compute.Kernel { return r.MaxPool(s, r.tensor(out), r.coarse(in)) })
			compare(t, 3, 2, func(r *rig) compute.Kernel { return r.AveragePool(s, r.tensor(out), r.tensor(in)) })
			for _, add := range []bool{false, true} {
				compare(t, 3, 3, func(r *rig) compute.Kernel {
					x, y := r.coarse(in), r.tensor(out)
					r.Run(3, []compute.Kernel{r.MaxPool(s, y, x)})
					return r.MaxPoolGradient(s, r.tensor(in), r.tensor(out), x, y, add)
				})
				compare(t, 3, 2, func(r *rig) compute.Kernel {
					return r.AveragePoolGradient(s, r.tensor(in), r.tensor(out), add)
				})
			}
		})
	}
}

func TestBatchNorm(t *testing.T) {
	for _, s := range []compute.BatchNormShape{
		{C: 3, Plane: 20, Epsilon: 1e-5, Momentum: .9}, {C: 5, Plane: 7, Epsilon: 1e-3, Momentum: .5},
		{C: 300, Plane: 1, Epsilon: 1e-5, Momentum: .9}, {C: 2, Plane: 1500, Epsilon: 1e-5, Momentum: .9},
	} {
		size := s.C * s.Plane
		params := func(r *rig) compute.BatchNormParams {
			return compute.BatchNormParams{Scale: r.fixed(s.C), Shift: r.fixed(s.C), Mean: r.fixed(s.C), Variance: r.fixed(s.C)}
		}
		for name, act := range activations {
			if name == "leaky negative" {
				continue // the engine does not fuse it
			}
			compare(t, 4, 3, func(r *rig) compute.Kernel {
				return r.BatchNorm(s, r.tensor(size), r.tensor(size), r.fixed(2*s.C), params(r), act)
			})
		}
		gradient := func(r *rig, dx, dy compute.Buffer, add bool) compute.Kernel {
			p, x, saved := params(r), r.tensor(size), r.fixed(2*s.C)
			r.Run(3, []compute.Kernel{r.BatchNorm(s, r.tensor(size), x, saved, p, compute.NoActivation)})
			return r.BatchNormGradient(s, dx, r.fixed(s.C), r.fixed(s.C), dy, x, saved, p, add)
		}
		compare(t, 4, 3, func(r *rig) compute.Kernel { return gradient(r, nil, r.tensor(size), false) })
		compare(t, 4, 3, func(r *rig) compute.Kernel {
			dx := r.tensor(size)
			return gradient(r, dx, dx, false)
		})
		for _, add := range []bool{false, true} {
			compare(t, 4, 3, func(r *rig) compute.Kernel { return gradient(r, r.tensor(size), r.tensor(size), add) })
		}
	}
}

// convShapes are small convolutions of every kind, and some drawn at random.
func convShapes() []compute.ConvShape {
	shapes := []compute.ConvShape{
		{C: 1, H: 1, W: 1, K: 1, R: 1, S: 1},
		{C: 37, H: 1, W: 1, K: 10, R: 1, S: 1},
		{C: 3, H: 8, W: 8, K: 70, R: 3, S: 3, Pads: [4]int{1, 1, 1, 1}},
		{C: 9, H: 9, W: 7, K: 5, R: 3, S: 3, Stride: [2]int{2, 2}, Pads: [4]int{1, 1, 1, 1}},
		{C: 4, H: 9, W: 8, K: 6, R: 1, S: 1, Stride: [2]int{2, 2}},
		{C: 2, H: 11, W: 12, K: 4, R: 3, S: 2, Dilation: [2]int{2, 3}},
		{C: 2, H: 13, W: 13, K: 4, R: 3, S: 3, Stride: [2]int{2, 3}, Dilation: [2]int{3, 2}, Pads: [4]int{2, 0, 1, 3}},
		{C: 2, H: 4, W: 4, K: 3, R: 2, S: 1, Pads: [4]int{2, 1, 2, 3}},
		{C: 6, H: 5, W: 5, K: 9, R: 3, S: 3, Pads: [4]int{1, 1, 1, 1}, Groups: 3},
		{C: 5, H: 6, W: 6, K: 5, R: 3, S: 3, Stride: [2]int{2, 2}, Pads: [4]int{1, 1, 1, 1}, Groups: 5},
		{C: 16, H: 4, W: 4, K: 32, R: 3, S: 3, Pads: [4]int{1, 1, 1, 1}, Groups: 2},
		{C: 512, H: 3, W: 3, K: 6, R: 3, S: 3, Pads: [4]int{1, 1, 1, 1}}, // sums of 4608 terms
		{C: 2, H: 5, W: 5, K: 3, R: 5, S: 5, Stride: [2]int{7, 7}, Pads: [4]int{2, 2, 2, 2}},
		{C: 5, H: 8, W: 10, K: 3, R: 1, S: 1},
		{C: 5, H: 8, W: 10, K: 6, R: 1, S: 1},
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 8 {
		one := func(n int) int { return 1 + r.IntN(n) }
		window := [][2]int{{1, 1}, {3, 3}, {3, 2}}[r.IntN(3)] // few: each takes a software adapter seconds to compile
		shapes = append(shapes, compute.ConvShape{
			C: one(12), H: 4 + r.IntN(9), W: 4 + r.IntN(9), K: one(80), R: window[0], S: window[1], Stride: [2]int{one(3), one(3)},
			Pads: [4]int{r.IntN(3), r.IntN(3), r.IntN(3), r.IntN(3)},
		})
	}
	for i := range shapes {
		s := &shapes[i]
		for d := range 2 {
			s.Stride[d], s.Dilation[d] = max(s.Stride[d], 1), max(s.Dilation[d], 1)
		}
		s.Groups = max(s.Groups, 1)
		s.OH = (s.H+s.Pads[0]+s.Pads[2]-s.Dilation[0]*(s.R-1)-1)/s.Stride[0] + 1
		s.OW = (s.W+s.Pads[1]+s.Pads[3]-s.Dilation[1]*(s.S-1)-1)/s.Stride[1] + 1
	}
	return shapes
}

func TestConv(t *testing.T) {
	for _, s := range convShapes() {
		in, out, weights := s.C*s.H*s.W, s.K*s.OH*s.OW, s.K*s.C/s.Groups*s.R*s.S
		t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
			compare(t, 5, 3, func(r *rig) compute.Kernel {
				return r.Conv(s, r.tensor(out), r.tensor(in), r.fixed(weights), r.fixed(s.K), r.tensor(out), compute.Relu)
			})
			compare(t, 3, 3, func(r *rig) compute.Kernel {
				return r.Conv(s, r.tensor(out), r.tensor(in), r.fixed(weights), nil, nil, compute.NoActivation)
			})
			for _, add := range []bool{false, true} {
				compare(t, 5, 3, func(r *rig) compute.Kernel {
					return r.ConvInputGradient(s, r.tensor(in), r.tensor(out), r.fixed(weights), add)
				})
			}
			compare(t, 5, 3, func(r *rig) compute.Kernel {
				return r.ConvParamGradient(s, r.fixed(weights), r.fixed(s.K), r.tensor(in), r.tensor(out))
			})
			compare(t, 30, 17, func(r *rig) compute.Kernel {
				return r.ConvParamGradient(s, r.fixed(weights), nil, r.tensor(in), r.tensor(out))
			})
		})
	}
}

// pointwise has windows of one tap on planes of a multiple of four pixels, which are read as vectors.
var pointwise = compute.ConvShape{C: 5, H: 4, W: 6, K: 9, OH: 4, OW: 6, R: 1, S: 1, Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1}

func TestPointConv(t *testing.T) {
	s := pointwise
	compare(t, 3, 2, func(r *rig) compute.Kernel {
		return r.Conv(s, r.tensor(9*24), r.tensor(5*24), r.fixed(45), r.fixed(9), nil, compute.Relu)
	})
	compare(t, 3, 2, func(r *rig) compute.Kernel {
		return r.ConvInputGradient(s, r.tensor(5*24), r.tensor(9*24), r.fixed(45), true)
	})
}

// TestTiles has so many and so few pixels that tiles of every form are chosen.
func TestTiles(t *testing.T) {
	seen := map[tile]bool{}
	for _, s := range []compute.ConvShape{
		{C: 16, H: 47, W: 45, K: 127, OH: 47, OW: 45, R: 1, S: 1},
		{C: 16, H: 31, W: 33, K: 127, OH: 31, OW: 33, R: 1, S: 1},
		{C: 16, H: 63, W: 65, K: 30, OH: 63, OW: 65, R: 1, S: 1},
		{C: 4, H: 91, W: 93, K: 10, OH: 91, OW: 93, R: 1, S: 1},
		{C: 5, H: 3, W: 7, K: 9, OH: 3, OW: 7, R: 1, S: 1},
	} {
		s.Stride, s.Dilation, s.Groups = [2]int{1, 1}, [2]int{1, 1}, 1
		m := forward(s)
		seen[m.tileFor(4)] = true
		compare(t, 4, 4, func(r *rig) compute.Kernel {
			return r.Conv(s, r.tensor(s.K*s.H*s.W), r.tensor(s.C*s.H*s.W), r.fixed(s.K*s.C), nil, r.tensor(s.K*s.H*s.W), compute.NoActivation)
		})
	}
	for _, want := range tiles {
		if !seen[want] {
			t.Errorf("no case has tiles of %v", want)
		}
	}
}

// TestManyWorkgroups has more of them than one dimension of a dispatch takes.
func TestManyWorkgroups(t *testing.T) {
	b := backend(t)
	const size = 65535*256 + 999
	x := b.NewBuffer(size)
	b.Write(x, size-3, []float32{-1, -2, 3})
	b.Run(1, []compute.Kernel{b.Activate(activations["leaky"], size, x, x)})
	got := make([]float32, 3)
	b.Read(got, x, size-3)
	if err := b.Err(); err != nil {
		t.Fatal(err)
	}
	if _, off := differ(got, []float32{-.1, -.2, 3}); off > 1e-6 {
		t.Errorf("the last elements became %v, want [-0.1 -0.2 3]", got)
	}
}

// TestArranged changes the weights of a convolution, from here and by a kernel: what is made of them follows, and is not
// made again otherwise.
func TestArranged(t *testing.T) {
	gpu, other := backend(t), cpu.New(1)
	s := compute.ConvShape{C: 3, H: 5, W: 4, K: 10, OH: 5, OW: 4, R: 3, S: 3, Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Pads: [4]int{1, 1, 1, 1}, Groups: 1}
	weight := make([]float32, s.K*s.C*9)
	var outputs [2][]float32
	dispatched := []int{}
	for i, b := range []compute.Backend{gpu, other} {
		x, y, w := b.NewBuffer(60), b.NewBuffer(200), b.NewBuffer(len(weight))
		ones := make([]float32, 60)
		for j := range ones {
			ones[j] = 1
		}
		b.Write(x, 0, ones)
		conv := []compute.Kernel{b.Conv(s, y, x, w, nil, nil, compute.NoActivation)}
		for round := range 3 {
			before := gpu.Counts().Dispatches
			switch round {
			case 0:
				for j := range weight {
					weight[j] = float32(j%7) - 3
				}
				b.Write(w, 0, weight)
			case 1:
				if i == 0 {
					b.Run(1, []compute.Kernel{b.Activate(compute.Relu, len(weight), w, w)})
					break
				}
				for j, v := range weight {
					weight[j] = max(v, 0)
				}
				b.Write(w, 0, weight)
			}
			b.Run(1, conv)
			got := make([]float32, 200)
			b.Read(got, y, 0)
			outputs[i] = append(outputs[i], got...)
			if i == 0 {
				dispatched = append(dispatched, gpu.Counts().Dispatches-before)
			}
		}
	}
	if err := gpu.Err(); err != nil {
		t.Fatal(err)
	}
	if i, off := differ(outputs[0], outputs[1]); off > 1e-5 {
		t.Errorf("element %d of %d differs by %g: weights that were written are not those that count", i, len(outputs[0]), off)
	}
	if want := []int{2, 3, 1}; !slices.Equal(dispatched, want) {
		t.Errorf("%v dispatches, want %v: weights are arranged when they have been written", dispatched, want)
	}
}

// TestSetMaxImages prepares a convolution with buffers that have room for many more images than there will be.
func TestSetMaxImages(t *testing.T) {
	b, err := New(hollow{})
	if err != nil {
		t.Fatal(err)
	}
	m := forward(compute.ConvShape{C: 64, H: 8, W: 8, K: 64, OH: 8, OW: 8, R: 1, S: 1, Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1})
	x, y, w := b.NewBuffer(1000*64*64), b.NewBuffer(1000*64*64), b.NewBuffer(64*64)
	for maxImages, images := range map[int]int{0: 1000, 2: 2, 5000: 1000} {
		b.SetMaxImages(maxImages)
		specs := m.specs(b, arg{name: "y", buffer: y, role: writeOnly}, x, w, nil, nil, compute.NoActivation)
		if got, want := specs[len(specs)-1].threads, m.tileFor(images).threads(); got != want {
			t.Errorf("at most %d images, room for 1000: tiles of %d threads, want %d as for %d images", maxImages, got, want, images)
		}
	}
	if m.tileFor(2) == m.tileFor(1000) {
		t.Error("tiles are the same for 2 images and 1000")
	}
	if _, err := engine.New(b, withoutConvolutions(), engine.Config{Batch: 7}); err != nil || b.maxImages != 7 {
		t.Errorf("an engine for 7 images at a time has the backend expect %d (%v)", b.maxImages, err)
	}
}
