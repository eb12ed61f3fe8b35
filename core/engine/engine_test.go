package engine

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/nn"
	"steady/core/scalar"
)

// builder makes small networks with random parameters.
type builder struct {
	*rand.Rand
	nn.Network
}

func build(image nn.Shape, ops ...nn.Op) *builder {
	b := &builder{rand.New(rand.NewPCG(7, uint64(len(ops)))), nn.Network{Name: "test", Image: image}}
	for _, o := range ops {
		b.add(o)
	}
	return b
}

// add appends a layer that reads the given values, or the last one.
func (b *builder) add(o nn.Op, in ...nn.Value) nn.Value {
	if in == nil {
		in = []nn.Value{nn.Value(len(b.Layers))}
	}
	b.Layers = append(b.Layers, nn.Layer{Name: fmt.Sprintf("layer%d", len(b.Layers)), Op: o, In: in})
	b.Output = nn.Value(len(b.Layers))
	return b.Output
}

var params = 0

func param(shape ...int) *nn.Param {
	params++
	r := rand.New(rand.NewPCG(uint64(params), 5))
	p := &nn.Param{Name: fmt.Sprintf("p%d", params), Shape: shape, Data: make([]float32, nn.Shape(shape).Size())}
	for i := range p.Data {
		p.Data[i] = float32(r.NormFloat64() / math.Sqrt(float64(len(p.Data)/shape[0])+1))
	}
	return p
}

// positive is a parameter of values between 0.5 and 1.5.
func positive(shape ...int) *nn.Param {
	p := param(shape...)
	for i, x := range p.Data {
		p.Data[i] = 1 + .5*float32(math.Tanh(float64(x)))
	}
	return p
}

func conv(k, c, r, s int, change func(o *nn.Conv)) *nn.Conv {
	o := &nn.Conv{Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1}
	if change != nil {
		change(o)
	}
	o.Weight = param(k, c/o.Groups, r, s)
	if k%2 == 0 {
		o.Bias = param(k)
	}
	return o
}

func norm(c int) *nn.BatchNorm {
	return &nn.BatchNorm{Scale: positive(c), Shift: param(c), Mean: param(c), Variance: positive(c), Epsilon: 1e-5, Momentum: .9}
}

// residual has a block of width channels: of 8, its 3×3 convolution goes through Winograd's transforms.
func residual(width int) *nn.Network {
	b := build(nn.Shape{3, 8, 8})
	stem := b.add(&nn.Relu{}, b.add(norm(width), b.add(conv(width, 3, 3, 3, func(o *nn.Conv) { o.Pads = [4]int{1, 1, 1, 1} }))))
	x := b.add(conv(width, width, 3, 3, func(o *nn.Conv) { o.Pads = [4]int{1, 1, 1, 1} }), stem)
	x = b.add(&nn.Relu{}, b.add(&nn.Add{}, b.add(norm(width), x), stem))
	y := b.add(conv(4, width, 1, 1, func(o *nn.Conv) { o.Stride = [2]int{2, 2} }), x)
	z := b.add(&nn.MaxPool{Pool: nn.Pool{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}}, x)
	b.add(&nn.Concat{Axis: 0}, y, z, y)
	b.add(&nn.GlobalAveragePool{})
	b.add(&nn.Reshape{Shape: nn.Shape{8 + width}})
	b.add(&nn.Linear{Weight: param(5, 8+width), Bias: param(5)})
	return &b.Network
}

// residuals adds what convolutions of every kind make to what was there before: with strides, in Winograd's tiles, over
// the edge and on it, depthwise, and to the image itself.
func residuals() *builder {
	b := build(nn.Shape{8, 7, 8})
	same := func(o *nn.Conv) { o.Pads = [4]int{1, 1, 1, 1} }
	x := b.add(&nn.LeakyRelu{Slope: .1}, b.add(&nn.Add{}, nn.Input, b.add(conv(8, 8, 3, 3, same))))
	x = b.add(&nn.Add{}, b.add(conv(8, 8, 3, 3, func(o *nn.Conv) { same(o); o.Groups = 8 }), x), x)
	y := b.add(conv(6, 8, 1, 1, func(o *nn.Conv) { o.Stride = [2]int{2, 2} }), x)
	z := b.add(conv(6, 8, 3, 3, func(o *nn.Conv) { same(o); o.Stride = [2]int{2, 2} }), x)
	x = b.add(&nn.Relu{}, b.add(&nn.Add{}, z, y))
	b.add(&nn.Clip{Min: -1, Max: 1.5}, b.add(&nn.Add{}, b.add(conv(6, 6, 1, 1, nil), x), x))
	return b
}

// tokens joins a constant to what comes from the image.
func tokens() *builder {
	b := build(nn.Shape{3, 4})
	token := b.add(&nn.Constant{Value: param(2, 4)}, []nn.Value{}...)
	b.add(&nn.Concat{Axis: 0}, token, nn.Input)
	b.add(&nn.Affine{Scale: param(5, 4)})
	return b
}

// attention has two heads of three features over five places.
func attention() *builder {
	b := build(nn.Shape{5, 6})
	part := func(perm ...int) nn.Value {
		b.add(&nn.Linear{Weight: param(6, 6), Bias: param(6)}, nn.Input)
		b.add(&nn.Reshape{Shape: nn.Shape{5, 2, 3}})
		return b.add(&nn.Transpose{Perm: perm})
	}
	q, k, v := part(1, 0, 2), part(1, 2, 0), part(1, 0, 2)
	weights := b.add(&nn.Softmax{Axis: 2}, b.add(&nn.MatMul{}, q, k))
	b.add(&nn.MatMul{}, weights, v)
	b.add(&nn.Relu{})
	b.add(&nn.Transpose{Perm: []int{1, 0, 2}})
	x := b.add(&nn.Reshape{Shape: nn.Shape{5, 6}})
	b.add(&nn.MatMul{}, x, b.add(&nn.Transpose{Perm: []int{1, 0}}))
	return b
}

// squeeze scales channels by what comes of their means, and rows by columns.
func squeeze() *builder {
	b := build(nn.Shape{4, 3, 5})
	x := b.add(conv(4, 4, 1, 1, nil))
	b.add(&nn.GlobalAveragePool{})
	scale := b.add(&nn.Map{Function: scalar.Function{Kind: scalar.Sigmoid}})
	x = b.add(&nn.Mul{}, x, scale)
	rows, columns := b.add(&nn.Mean{Axis: 1}, x), b.add(&nn.Mean{Axis: 2}, x)
	b.add(&nn.Mul{}, rows, columns)
	b.add(&nn.Mul{}, b.Output, b.Output)
	b.add(&nn.Mul{}, x, b.Output)
	return b
}

// sums adds values whose dimensions of 1 are repeated.
func sums() *builder {
	b := build(nn.Shape{4, 3, 5})
	x := b.add(conv(4, 4, 1, 1, nil))
	rows, channel := b.add(&nn.Mean{Axis: 1}, x), b.add(&nn.GlobalAveragePool{}, x)
	b.add(&nn.Add{}, rows, channel)
	b.add(&nn.Add{}, b.Output, x)
	b.add(&nn.Relu{})
	part := b.add(&nn.Slice{Start: []int{0, 0, 1}, Step: []int{1, 1, 1}, Shape: nn.Shape{4, 3, 3}})
	b.add(&nn.Add{}, part, b.add(&nn.Slice{Start: []int{0, 2, 4}, Step: []int{1, -1, -1}, Shape: nn.Shape{4, 3, 3}}, x))
	b.add(&nn.Add{}, b.Output, b.Output)
	return b
}

func networks() map[string]*nn.Network {
	same := func(o *nn.Conv) { o.Pads = [4]int{1, 1, 1, 1} }
	pool := func(k, s int, pads [4]int) nn.Pool {
		return nn.Pool{Kernel: [2]int{k, k}, Stride: [2]int{s, s}, Pads: pads}
	}
	list := map[string]*builder{
		"conv":            build(nn.Shape{3, 7, 9}, conv(4, 3, 3, 3, nil)),
		"conv same":       build(nn.Shape{3, 7, 9}, conv(5, 3, 3, 3, same)),
		"conv wide":       build(nn.Shape{2, 40, 40}, conv(6, 2, 3, 3, same)),
		"conv 5x5":        build(nn.Shape{2, 9, 6}, conv(3, 2, 5, 5, func(o *nn.Conv) { o.Pads = [4]int{2, 2, 2, 2} })),
		"conv 1x1":        build(nn.Shape{5, 4, 6}, conv(7, 5, 1, 1, nil)),
		"conv stride":     build(nn.Shape{3, 9, 8}, conv(4, 3, 3, 3, func(o *nn.Conv) { same(o); o.Stride = [2]int{2, 2} })),
		"conv stride 3,1": build(nn.Shape{3, 9, 8}, conv(4, 3, 2, 3, func(o *nn.Conv) { o.Stride = [2]int{3, 1} })),
		"conv dilated":    build(nn.Shape{2, 9, 9}, conv(4, 2, 3, 3, func(o *nn.Conv) { o.Dilation = [2]int{2, 3} })),
		"conv one-sided":  build(nn.Shape{2, 6, 6}, conv(4, 2, 3, 2, func(o *nn.Conv) { o.Pads = [4]int{0, 1, 2, 0} })),
		"conv over-padded": build(nn.Shape{2, 4, 4}, conv(3, 2, 2, 1, func(o *nn.Conv) {
			o.Pads = [4]int{2, 1, 2, 3}
		})),
		"conv grouped":   build(nn.Shape{6, 5, 5}, conv(9, 6, 3, 3, func(o *nn.Conv) { same(o); o.Groups = 3 })),
		"conv depthwise": build(nn.Shape{5, 6, 6}, conv(5, 5, 3, 3, func(o *nn.Conv) { same(o); o.Groups = 5; o.Stride = [2]int{2, 2} })),
		"conv in tiles": build(nn.Shape{8, 6, 9}, conv(12, 8, 3, 3, same), &nn.Relu{},
			conv(8, 12, 3, 3, func(o *nn.Conv) { o.Pads = [4]int{0, 2, 2, 0} }), &nn.Clip{Min: -1, Max: 1}),
		"conv in tiles, grouped": build(nn.Shape{24, 6, 6}, conv(16, 24, 3, 3, func(o *nn.Conv) { same(o); o.Groups = 2 })),
		"conv in tiles, wide":    build(nn.Shape{8, 4, 68}, conv(8, 8, 3, 3, same)),
		"conv in tiles, steep":   build(nn.Shape{8, 5, 6}, conv(8, 8, 3, 3, same), &nn.LeakyRelu{Slope: 1.5}),
		"conv in tiles, leaky":   build(nn.Shape{8, 5, 6}, conv(8, 8, 3, 3, same), &nn.LeakyRelu{Slope: .2}),
		"linear":                 build(nn.Shape{11}, &nn.Linear{Weight: param(6, 11), Bias: param(6)}, &nn.Linear{Weight: param(3, 6)}),
		"norm":                   build(nn.Shape{3, 4, 5}, norm(3), conv(4, 3, 3, 3, nil), norm(4), &nn.Relu{}),
		"norm features":          build(nn.Shape{6}, &nn.Linear{Weight: param(5, 6)}, norm(5)),
		"relu":                   build(nn.Shape{3, 4, 5}, &nn.Relu{}),
		"leaky":                  build(nn.Shape{2, 8, 8}, conv(4, 2, 3, 3, nil), &nn.LeakyRelu{Slope: .1}),
		"leaky negative":         build(nn.Shape{2, 8, 8}, conv(4, 2, 3, 3, nil), &nn.LeakyRelu{Slope: -.3}),
		"clip":                   build(nn.Shape{2, 8, 8}, conv(4, 2, 3, 3, nil), &nn.Clip{Min: -.25, Max: .5}),
		"max pool":               build(nn.Shape{2, 7, 7}, &nn.MaxPool{Pool: pool(3, 2, [4]int{1, 1, 1, 1})}),
		"max pool valid":         build(nn.Shape{2, 7, 6}, &nn.MaxPool{Pool: pool(2, 2, [4]int{})}),
		"average pool":           build(nn.Shape{2, 7, 7}, &nn.AveragePool{Pool: pool(3, 2, [4]int{1, 1, 1, 1})}),
		"average padded":         build(nn.Shape{2, 6, 6}, &nn.AveragePool{Pool: pool(3, 1, [4]int{1, 0, 1, 2}), CountPadding: true}),
		"global average":         build(nn.Shape{4, 5, 3}, &nn.GlobalAveragePool{}),
		"affine":                 build(nn.Shape{3, 4, 4}, &nn.Affine{Scale: param(3), Shift: param(1)}),
		"affine full":            build(nn.Shape{3, 2, 4}, &nn.Affine{Scale: param(24), Shift: param(24)}, &nn.Affine{Shift: param(3)}),
		"softmax inside":         build(nn.Shape{4, 3, 3}, &nn.Softmax{Axis: 0}, conv(3, 4, 3, 3, nil)),
		"softmax rows":           build(nn.Shape{2, 3, 4}, &nn.Softmax{Axis: 2}, &nn.Affine{Scale: param(24)}),
		"empty":                  build(nn.Shape{2, 3, 4}),
	}
	apply := func(k scalar.Kind, alpha float32) *nn.Map {
		return &nn.Map{Function: scalar.Function{Kind: k, Alpha: alpha}}
	}
	depthwise := func(k, c, r, s int, change func(o *nn.Conv)) *nn.Conv {
		return conv(k, c, r, s, func(o *nn.Conv) { o.Groups = c; change(o) })
	}
	for name, b := range map[string]*builder{
		"depthwise same":     build(nn.Shape{19, 7, 9}, depthwise(19, 19, 3, 3, same)),
		"depthwise valid":    build(nn.Shape{4, 7, 9}, depthwise(4, 4, 3, 2, func(o *nn.Conv) {})),
		"depthwise 7x7":      build(nn.Shape{6, 9, 9}, depthwise(6, 6, 7, 7, func(o *nn.Conv) { o.Pads = [4]int{3, 3, 3, 3} })),
		"depthwise stride":   build(nn.Shape{6, 9, 8}, depthwise(6, 6, 5, 5, func(o *nn.Conv) { o.Pads = [4]int{2, 2, 2, 2}; o.Stride = [2]int{2, 2} })),
		"depthwise leaves":   build(nn.Shape{2, 9, 10}, depthwise(2, 2, 2, 2, func(o *nn.Conv) { o.Stride = [2]int{3, 4} })),
		"depthwise dilated":  build(nn.Shape{2, 9, 10}, depthwise(2, 2, 3, 2, func(o *nn.Conv) { o.Stride, o.Dilation = [2]int{2, 1}, [2]int{3, 2} })),
		"depthwise one-side": build(nn.Shape{2, 6, 6}, depthwise(2, 2, 3, 3, func(o *nn.Conv) { o.Pads = [4]int{0, 2, 3, 0} })),
		"depthwise wide":     build(nn.Shape{3, 5, 30}, depthwise(3, 3, 3, 3, same), &nn.Relu{}),
		"depthwise halved":   build(nn.Shape{2, 9, 43}, depthwise(2, 2, 5, 5, func(o *nn.Conv) { o.Pads = [4]int{1, 2, 2, 2}; o.Stride = [2]int{2, 2} }), &nn.Relu{}),
		"depthwise far":      build(nn.Shape{2, 9, 9}, depthwise(2, 2, 1, 2, func(o *nn.Conv) { o.Stride = [2]int{5, 5} })),
		"depthwise several":  build(nn.Shape{3, 6, 6}, depthwise(6, 3, 3, 3, same), &nn.Relu{}, depthwise(24, 6, 3, 3, same)),
		"depthwise 1x1":      build(nn.Shape{3, 4, 4}, depthwise(3, 3, 1, 1, func(o *nn.Conv) {})),
		"linear of rows":     build(nn.Shape{7, 5}, &nn.Linear{Weight: param(6, 5), Bias: param(6)}, &nn.Relu{}, &nn.Linear{Weight: param(3, 6)}),
		"linear of many":     build(nn.Shape{2, 61, 9}, &nn.Linear{Weight: param(37, 9), Bias: param(37)}),
		"linear and affine":  build(nn.Shape{7, 5}, &nn.Linear{Weight: param(6, 5)}, &nn.Affine{Scale: param(1, 6), Shift: param(1, 6)}),
		"affine of columns":  build(nn.Shape{3, 4, 5}, &nn.Affine{Scale: param(1, 1, 5), Shift: param(1, 4, 5)}, &nn.Affine{Scale: param(3, 4, 1), Shift: param(1, 4, 1)}),
		"layer norm":         build(nn.Shape{5, 9}, &nn.LayerNorm{Scale: positive(9), Shift: param(9), Axes: 1, Epsilon: 1e-5}, &nn.Affine{Scale: param(45)}),
		"layer norm of all":  build(nn.Shape{3, 4, 20}, &nn.LayerNorm{Axes: 2, Epsilon: .1}, &nn.Affine{Scale: param(240)}),
		"layer norm's scale": build(nn.Shape{3, 20}, &nn.LayerNorm{Scale: positive(20), Axes: 1, Epsilon: .1}, &nn.Affine{Scale: param(60)}),
		"layer norm's shift": build(nn.Shape{20}, &nn.LayerNorm{Shift: param(20), Axes: 1}, &nn.Affine{Scale: param(20)}),
		"mean":               build(nn.Shape{3, 4, 5}, &nn.Mean{Axis: 1}, &nn.Mean{Axis: 2}, &nn.Affine{Scale: param(3)}),
		"mean of channels":   build(nn.Shape{3, 4, 5}, &nn.Mean{Axis: 0}, &nn.Mean{Axis: 0}),
		"transpose":          build(nn.Shape{3, 4, 5}, &nn.Transpose{Perm: []int{2, 0, 1}}, &nn.Affine{Scale: param(60)}),
		"transpose 5":        build(nn.Shape{2, 3, 1, 4, 5}, &nn.Transpose{Perm: []int{4, 0, 3, 2, 1}}, &nn.Affine{Scale: param(120)}),
		"slice":              build(nn.Shape{3, 6, 5}, &nn.Slice{Start: []int{2, 1, 0}, Step: []int{-1, 2, 1}, Shape: nn.Shape{2, 3, 4}}, &nn.Affine{Scale: param(24)}),
		"expand":             build(nn.Shape{3, 1, 5}, &nn.Slice{Start: []int{0, 0, 2}, Step: []int{1, 0, 0}, Shape: nn.Shape{3, 4, 2}}, &nn.Affine{Scale: param(24)}),
		"pad":                build(nn.Shape{3, 4, 5}, &nn.Pad{Before: []int{0, 1, 2}, After: []int{1, 0, 3}, Value: -.5}, &nn.Affine{Scale: param(200)}),
		"constant":           tokens(),
		"attention":          attention(),
		"squeeze":            squeeze(),
		"sums":               sums(),
		"residuals":          residuals(),
		"sigmoid":            build(nn.Shape{37}, apply(scalar.Sigmoid, 0)),
		"silu":               build(nn.Shape{37}, apply(scalar.Silu, 0)),
		"hard swish":         build(nn.Shape{37}, &nn.Affine{Scale: param(37), Shift: param(37)}, apply(scalar.HardSwish, 0)),
		"gelu":               build(nn.Shape{37}, apply(scalar.Gelu, 0)),
		"erf":                build(nn.Shape{37}, apply(scalar.Erf, 0)),
		"tanh":               build(nn.Shape{37}, apply(scalar.Tanh, 0)),
		"softplus":           build(nn.Shape{37}, apply(scalar.Softplus, 0)),
		"elu":                build(nn.Shape{37}, apply(scalar.Elu, .7)),
		"exp":                build(nn.Shape{37}, apply(scalar.Exp, 0)),
		"square":             build(nn.Shape{37}, apply(scalar.Power, 2)),
		"abs":                build(nn.Shape{37}, apply(scalar.Abs, 0)),
		"roots": build(nn.Shape{37}, apply(scalar.Power, 2), &nn.Affine{Shift: positive(37)}, apply(scalar.Sqrt, 0), apply(scalar.Log, 0),
			apply(scalar.Exp, 0), apply(scalar.Power, -1.5)),
	} {
		list[name] = b
	}
	all := map[string]*nn.Network{"residual": residual(6)}
	for name, b := range list {
		all[name] = &b.Network
	}
	return all
}

const testImages = 5

// weighted is a loss Σ weights·logits, so that its gradient is the weights.
func weighted(weights []float32, classes int) func(first int, logits, dlogits []float32) {
	return func(first int, logits, dlogits []float32) { copy(dlogits, weights[first*classes:]) }
}

func random(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 9))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func weightedSum(y []float64, weights []float32) float64 {
	s := 0.0
	for i, v := range y {
		s += v * float64(weights[i])
	}
	return s
}

// slopes compares gradients with central differences of f by the float64 values at p, at up to 40 places.
func slopes(t *testing.T, what string, got []float32, p []float64, f func() float64) {
	t.Helper()
	const h = 1e-6
	largest := 0.0
	for _, g := range got {
		largest = max(largest, math.Abs(float64(g)))
	}
	for i := 0; i < len(p); i += 1 + len(p)/40 {
		at := p[i]
		p[i] = at + h
		up := f()
		p[i] = at - h
		want := (up - f()) / (2 * h)
		p[i] = at
		if diff := math.Abs(float64(got[i]) - want); !(diff <= 2e-4*max(largest, 1)) {
			t.Errorf("%s[%d] = %g, central difference %g", what, i, got[i], want)
			return
		}
	}
}

func TestLogitsAndInputGradient(t *testing.T) {
	for name, n := range networks() {
		for _, batch := range []int{1, 2, 8} {
			t.Run(fmt.Sprintf("%s/%d", name, batch), func(t *testing.T) {
				e, err := New(backend(t, 2), n, Config{Batch: batch})
				if err != nil {
					t.Fatal(err)
				}
				x := random(testImages*n.Image.Size(), 1)
				weights := random(testImages*e.Classes(), 2)
				logits, grad := make([]float32, testImages*e.Classes()), make([]float32, len(x))
				if err := e.Logits(logits, x); err != nil {
					t.Fatal(err)
				}
				truth := reference{net: n, values: map[*nn.Param][]float64{}}
				x64 := wide(x)
				for i, want := range truth.run(x64, testImages) {
					if math.Abs(float64(logits[i])-want) > 1e-5*max(1, math.Abs(want)) {
						t.Fatalf("logit %d = %g, want %g", i, logits[i], want)
					}
				}
				again := make([]float32, len(logits))
				if err := e.Gradient(grad, again, x, weighted(weights, e.Classes())); err != nil {
					t.Fatal(err)
				}
				for i := range again {
					if again[i] != logits[i] {
						t.Fatalf("logit %d = %g with the gradient, %g alone", i, again[i], logits[i])
					}
				}
				slopes(t, "gradient", grad, x64, func() float64 { return weightedSum(truth.run(x64, testImages), weights) })
			})
		}
	}
}

func TestParamGradients(t *testing.T) {
	for name, n := range networks() {
		if len(n.Params()) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			e, err := New(backend(t, 3), n, Config{Batch: testImages, Train: true})
			if err != nil {
				t.Fatal(err)
			}
			x := random(testImages*n.Image.Size(), 3)
			weights := random(testImages*e.Classes(), 4)
			if err := e.TrainStep(x, weighted(weights, e.Classes())); err != nil {
				t.Fatal(err)
			}
			truth := reference{net: n, values: map[*nn.Param][]float64{}, train: true}
			x64 := wide(x)
			truth.run(x64, testImages)
			byName := map[string]*nn.Param{}
			for _, p := range n.Params() {
				byName[p.Name] = p
			}
			checked := 0
			for _, p := range e.Params() {
				if p.Grad == nil {
					continue
				}
				checked++
				slopes(t, p.Name, p.Grad, truth.param(byName[p.Name]), func() float64 {
					return weightedSum(truth.run(x64, testImages), weights)
				})
			}
			if checked == 0 {
				t.Fatal("no parameter has a gradient")
			}
		})
	}
}

// A run has the same bits on any number of cores, and an image's results do not depend on its batch.
func TestSameBits(t *testing.T) {
	for _, width := range []int{6, 8} {
		t.Run(fmt.Sprint(width), func(t *testing.T) { sameBits(t, residual(width)) })
	}
}

func sameBits(t *testing.T, n *nn.Network) {
	x := random(64*n.Image.Size(), 5)
	weights := random(64*5, 6)
	var first, grads []float32
	for _, threads := range []int{1, 2, 3, 7} {
		e, err := New(cpu.New(threads), n, Config{Batch: 64, Train: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.TrainStep(x, weighted(weights, 5)); err != nil {
			t.Fatal(err)
		}
		var all []float32
		for _, p := range e.Params() {
			all = append(append(all, p.Value...), p.Grad...)
		}
		first = same(t, fmt.Sprintf("training step on %d threads", threads), first, all)
		for _, batch := range []int{1, 5, 64} {
			for _, size := range []int{0, 1, 3, 8, 24, 64} {
				e, err := New(microbatches{cpu.New(threads), size}, n, Config{Batch: batch})
				if err != nil {
					t.Fatal(err)
				}
				grad := make([]float32, len(x))
				if err := e.Gradient(grad, nil, x, weighted(weights, 5)); err != nil {
					t.Fatal(err)
				}
				grads = same(t, fmt.Sprintf("gradient on %d threads, batches of %d, microbatches of %d", threads, batch, size), grads, grad)
			}
		}
	}
}

// microbatches is a backend that asks for microbatches of a size.
type microbatches struct {
	*cpu.Backend
	images int
}

func (p microbatches) MicrobatchSize(float64, float64) int { return p.images }

func same(t *testing.T, what string, want, got []float32) []float32 {
	t.Helper()
	if want == nil {
		return got
	}
	for i := range want {
		if math.Float32bits(want[i]) != math.Float32bits(got[i]) {
			t.Fatalf("%s: element %d is %g, before it was %g", what, i, got[i], want[i])
		}
	}
	return want
}

func TestRunningStatistics(t *testing.T) {
	b := build(nn.Shape{2, 1, 2}, norm(2))
	e, err := New(cpu.New(1), &b.Network, Config{Batch: 2, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	x := []float32{1, 3, 10, 20, 5, 7, 30, 40} // channel 0: 1 3 5 7, channel 1: 10 20 30 40
	if err := e.TrainStep(x, weighted(make([]float32, 8), 4)); err != nil {
		t.Fatal(err)
	}
	o := b.Layers[0].Op.(*nn.BatchNorm)
	for _, p := range e.Params() {
		for c := range p.Value {
			mean, variance := []float32{4, 25}[c], []float32{20. / 3, 500. / 3}[c]
			want, has := float32(0), true
			switch p.Name {
			case o.Mean.Name:
				want = .9*o.Mean.Data[c] + .1*mean
			case o.Variance.Name:
				want = .9*o.Variance.Data[c] + .1*variance
			default:
				has = false
			}
			if has && math.Abs(float64(p.Value[c]-want)) > 1e-5*math.Abs(float64(want)) {
				t.Errorf("%s[%d] = %g, want %g", p.Name, c, p.Value[c], want)
			}
		}
	}
	before := o.Mean.Data[0]
	if err := e.Store(); err != nil {
		t.Fatal(err)
	}
	if o.Mean.Data[0] == before {
		t.Error("Store left the running mean as it was")
	}
}

func TestNoAllocation(t *testing.T) {
	n := residual(8)
	x := random(8*n.Image.Size(), 5)
	grad, logits := make([]float32, len(x)), make([]float32, 8*5)
	f := weighted(random(8*5, 6), 5)
	e, err := New(cpu.New(2), n, Config{Batch: 8})
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := New(cpu.New(2), n, Config{Batch: 8, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func() error{
		"logits":   func() error { return e.Logits(logits, x) },
		"gradient": func() error { return e.Gradient(grad, logits, x, f) },
		"training": func() error { return trainer.TrainStep(x, f) },
	} {
		if allocations := testing.AllocsPerRun(20, func() {
			if err := run(); err != nil {
				t.Fatal(err)
			}
		}); allocations > 0 {
			t.Errorf("%s allocates %g times a call", name, allocations)
		}
	}
}

func TestMisuse(t *testing.T) {
	n := residual(8)
	e, err := New(cpu.New(1), n, Config{})
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := New(cpu.New(1), n, Config{Batch: 2, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 3*n.Image.Size())
	f := weighted(make([]float32, 15), 5)
	for name, err := range map[string]error{
		"half an image":     e.Logits(make([]float32, 5), x[:100]),
		"no image":          e.Logits(nil, nil),
		"little room":       e.Logits(make([]float32, 14), x),
		"short gradient":    e.Gradient(x[:10], nil, x, f),
		"step to evaluate":  e.TrainStep(x, f),
		"too large a batch": trainer.TrainStep(x, f),
		"logits to train":   trainer.Logits(make([]float32, 15), x),
		"store to evaluate": e.Store(),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := e.TrainStep(x, f); !errors.Is(err, ErrMode) {
		t.Errorf("a step of an evaluation engine: %v, want ErrMode", err)
	}
	if _, err := New(cpu.New(1), n, Config{Batch: 1 << 20, MaxBytes: 1 << 20, Train: true}); !errors.Is(err, ErrMemory) {
		t.Errorf("training on a million images in a megabyte: %v, want ErrMemory", err)
	}
	if _, err := New(cpu.New(1), n, Config{MaxBytes: 1 << 10}); !errors.Is(err, ErrMemory) {
		t.Errorf("an image in a kilobyte: %v, want ErrMemory", err)
	}
	window := conv(1, 1, 2, 2, func(o *nn.Conv) {
		o.Pads, o.Dilation = [4]int{1 << 20, 1 << 20, 1 << 20, 1 << 20}, [2]int{2 << 20, 2 << 20}
	})
	strided := conv(1, 1, 1000, 1000, func(o *nn.Conv) { o.Stride = [2]int{2, 2} })
	for _, far := range []*builder{build(nn.Shape{1, 1, 1}, window), build(nn.Shape{1, 1 << 14, 1 << 14}, strided)} {
		if _, err := New(cpu.New(1), &far.Network, Config{MaxBytes: 3 << 30}); !errors.Is(err, ErrMemory) {
			t.Errorf("a convolution of an image that is padding, or of a large one: %v, want ErrMemory", err)
		}
	}
	if _, err := New(cpu.New(1), n, Config{Batch: -1}); err == nil {
		t.Error("batch -1: no error")
	}
	shared := build(nn.Shape{3}, &nn.Linear{Weight: param(3, 3)})
	shared.add(&nn.Linear{Weight: shared.Layers[0].Op.(*nn.Linear).Weight})
	if _, err := New(cpu.New(1), &shared.Network, Config{Train: true}); err == nil {
		t.Error("a parameter of two layers: no error")
	}
}
