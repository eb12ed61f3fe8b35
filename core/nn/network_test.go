package nn

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"steady/core/scalar"
)

// param has elements that vary.
func param(name string, shape ...int) *Param {
	p := &Param{Name: name, Shape: shape, Data: make([]float32, Shape(shape).Size())}
	for i := range p.Data {
		p.Data[i] = float32((i*7+len(name)*5)%13)/8 - 0.75
	}
	return p
}

func positive(name string, shape ...int) *Param {
	p := param(name, shape...)
	for i := range p.Data {
		p.Data[i] = float32(i)/4 + 0.5
	}
	return p
}

func norm(name string, c int) *BatchNorm {
	return &BatchNorm{param(name+".scale", c), param(name+".shift", c), param(name+".mean", c),
		positive(name+".variance", c), 1e-3, 0.9}
}

func conv(name string, k, c, r, s int) *Conv {
	return &Conv{Weight: param(name, k, c, r, s), Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1}
}

func chain(image Shape, ops ...Op) *Network {
	n := &Network{Image: image, Output: Value(len(ops))}
	for i, o := range ops {
		n.Layers = append(n.Layers, Layer{fmt.Sprint("layer", i), o, []Value{Value(i)}})
	}
	return n
}

func TestInfer(t *testing.T) {
	image := Shape{4, 7, 6}
	pool := Pool{Kernel: [2]int{3, 2}, Stride: [2]int{2, 1}, Pads: [4]int{1, 0, 2, 1}}
	strided := conv("w", 6, 2, 3, 2)
	strided.Groups, strided.Stride, strided.Pads, strided.Dilation = 2, [2]int{2, 1}, [4]int{1, 0, 2, 3}, [2]int{1, 2}
	strided.Bias = param("b", 6)
	change := func(f func(o *Conv)) *Conv {
		o := *strided
		f(&o)
		return &o
	}
	changeNorm := func(f func(o *BatchNorm)) *BatchNorm {
		o := norm("n", 4)
		f(o)
		return o
	}
	changePool := func(f func(p *Pool)) *MaxPool {
		p := pool
		f(&p)
		return &MaxPool{p}
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	tests := []struct {
		name string
		op   Op
		in   []Shape
		want Shape  // or
		err  string // part of the message
	}{
		{"conv", strided, []Shape{image}, Shape{6, 4, 7}, ""},
		{"conv of a row", strided, []Shape{{28}}, nil, "channels × rows × columns"},
		{"conv of nothing", strided, nil, nil, "0 inputs, want 1"},
		{"conv of other channels", strided, []Shape{{6, 7, 6}}, nil, "the input has 6"},
		{"conv's bias", change(func(o *Conv) { o.Bias = param("b", 5) }), []Shape{image}, nil, "bias: parameter \"b\""},
		{"conv's groups", change(func(o *Conv) { o.Groups = 3 }), []Shape{image}, nil, "groups is 3"},
		{"conv's group", change(func(o *Conv) { o.Groups = 0 }), []Shape{image}, nil, "groups is 0"},
		{"conv's stride", change(func(o *Conv) { o.Stride[1] = 0 }), []Shape{image}, nil, "stride over columns is 0"},
		{"conv's dilation", change(func(o *Conv) { o.Dilation[0] = -1 }), []Shape{image}, nil, "dilation over rows is -1"},
		{"conv's pads", change(func(o *Conv) { o.Pads[2] = -1 }), []Shape{image}, nil, "pads over rows are 1 and -1"},
		{"conv's window", change(func(o *Conv) { o.Dilation[0] = 9 }), []Shape{image}, nil, "window covers 19 rows"},
		{"conv without a weight", change(func(o *Conv) { o.Weight = nil }), []Shape{image}, nil, "weight is missing"},
		{"conv's data", change(func(o *Conv) { o.Weight = &Param{Name: "w", Shape: []int{6, 2, 3, 2}, Data: make([]float32, 71)} }),
			[]Shape{image}, nil, "wants 72 elements, it has 71"},
		{"conv too large", change(func(o *Conv) { o.Pads = [4]int{1 << 20, 1 << 20, 1 << 20, 1 << 20} }), []Shape{image},
			nil, "more than 2147483647 elements"},
		{"norm", norm("n", 4), []Shape{image}, image, ""},
		{"norm of a row", norm("n", 4), []Shape{{4}}, Shape{4}, ""},
		{"norm's mean", changeNorm(func(o *BatchNorm) { o.Mean = nil }), []Shape{image}, nil, "mean is missing"},
		{"norm's shift", changeNorm(func(o *BatchNorm) { o.Shift = param("s", 2, 2) }), []Shape{image}, nil, "shift: "},
		{"norm's variance", changeNorm(func(o *BatchNorm) { o.Variance.Data[2] = -1 }), []Shape{image}, nil, "channel 2"},
		{"norm's epsilon", changeNorm(func(o *BatchNorm) { o.Epsilon = nan }), []Shape{image}, nil, "epsilon is NaN"},
		{"norm's momentum", changeNorm(func(o *BatchNorm) { o.Momentum = 2 }), []Shape{image}, nil, "momentum is 2"},
		{"linear", &Linear{param("w", 3, 5), param("b", 3)}, []Shape{{5}}, Shape{3}, ""},
		{"linear of an image", &Linear{Weight: param("w", 3, 5)}, []Shape{{5, 1, 1}}, nil, "want [3 1]"},
		{"linear of tokens", &Linear{Weight: param("w", 3, 5)}, []Shape{{2, 7, 5}}, Shape{2, 7, 3}, ""},
		{"linear's weight", &Linear{Weight: param("w", 3, 4)}, []Shape{{5}}, nil, "want [3 5]"},
		{"linear's bias", &Linear{param("w", 3, 5), param("b", 1, 3)}, []Shape{{5}}, nil, "bias"},
		{"relu", &Relu{}, []Shape{image}, image, ""},
		{"leaky relu", &LeakyRelu{nan}, []Shape{image}, nil, "slope"},
		{"clip", &Clip{-inf, inf}, []Shape{image}, image, ""},
		{"clip upside down", &Clip{1, 0}, []Shape{image}, nil, "limits are 1 and 0"},
		{"max pool", &MaxPool{pool}, []Shape{image}, Shape{4, 4, 6}, ""},
		{"average pool", &AveragePool{pool, true}, []Shape{image}, Shape{4, 4, 6}, ""},
		{"pool of padding", changePool(func(p *Pool) { p.Pads[2] = 3 }), []Shape{image}, nil, "smaller"},
		{"pool without a window", changePool(func(p *Pool) { p.Kernel[0] = 0 }), []Shape{image}, nil,
			"kernel over rows is 0"},
		{"global pool", &GlobalAveragePool{}, []Shape{image}, Shape{4, 1, 1}, ""},
		{"global pool of a row", &GlobalAveragePool{}, []Shape{{4}}, nil, "channels × rows × columns"},
		{"add", &Add{}, []Shape{image, image}, image, ""},
		{"add of a column", &Add{}, []Shape{{4, 7, 1}, image}, image, ""},
		{"add of unlike", &Add{}, []Shape{image, {4, 7, 2}}, nil, "[4 7 6] and [4 7 2]"},
		{"add of ranks", &Add{}, []Shape{image, {7, 6}}, nil, "[4 7 6] and [7 6]"},
		{"add of one", &Add{}, []Shape{image}, nil, "1 inputs, want 2"},
		{"concat", &Concat{1}, []Shape{image, {4, 2, 6}, image}, Shape{4, 16, 6}, ""},
		{"concat of unlike", &Concat{0}, []Shape{image, {4, 2, 6}}, nil, "want the others equal"},
		{"concat of ranks", &Concat{0}, []Shape{image, {4}}, nil, "as many dimensions"},
		{"concat's axis", &Concat{3}, []Shape{image}, nil, "axis is 3, want 0 to 2"},
		{"concat of nothing", &Concat{}, nil, nil, "no inputs"},
		{"concat too large", &Concat{0}, []Shape{{1 << 30}, {1 << 30}}, nil, "more than 2147483647"},
		{"affine", &Affine{param("a", 4), param("b", 4, 7, 6)}, []Shape{image}, image, ""},
		{"affine of one", &Affine{Shift: param("a", 1)}, []Shape{image}, image, ""},
		{"affine's scale", &Affine{Scale: param("a", 7)}, []Shape{image}, nil, "has 7 elements, want 1, 4"},
		{"affine of columns", &Affine{Scale: param("a", 1, 1, 6), Shift: param("b", 1, 7, 6)}, []Shape{image}, image, ""},
		{"affine of parts", &Affine{Scale: param("a", 4, 1, 6)}, []Shape{image}, nil, "neighboring dimensions"},
		{"map", &Map{scalar.Function{Kind: scalar.Elu, Alpha: 1}}, []Shape{image}, image, ""},
		{"map of nothing known", &Map{scalar.Function{Kind: -1}}, []Shape{image}, nil, "Kind(-1)"},
		{"mul", &Mul{}, []Shape{image, {4, 1, 1}}, image, ""},
		{"mul of unlike", &Mul{}, []Shape{image, {3, 1, 1}}, nil, "multiplies shapes [4 7 6] and [3 1 1]"},
		{"mul too large", &Mul{}, []Shape{{1 << 30, 1}, {1, 1 << 30}}, nil, "more than 2147483647"},
		{"matmul", &MatMul{}, []Shape{{2, 3, 4}, {2, 4, 5}}, Shape{2, 3, 5}, ""},
		{"matmul of unlike", &MatMul{}, []Shape{{2, 3, 4}, {1, 4, 5}}, nil, "M×K"},
		{"matmul of a row", &MatMul{}, []Shape{{3}, {3}}, nil, "M×K"},
		{"layer norm", &LayerNorm{param("s", 7, 6), param("b", 7, 6), 2, 1e-5}, []Shape{image}, image, ""},
		{"layer norm's axes", &LayerNorm{Axes: 4}, []Shape{image}, nil, "axes is 4"},
		{"layer norm's scale", &LayerNorm{Scale: param("s", 7), Axes: 1}, []Shape{image}, nil, "want [6]"},
		{"layer norm's epsilon", &LayerNorm{Axes: 1, Epsilon: nan}, []Shape{image}, nil, "epsilon is NaN"},
		{"mean", &Mean{1}, []Shape{image}, Shape{4, 1, 6}, ""},
		{"mean's axis", &Mean{3}, []Shape{image}, nil, "axis is 3"},
		{"transpose", &Transpose{[]int{2, 0, 1}}, []Shape{image}, Shape{6, 4, 7}, ""},
		{"transpose of two", &Transpose{[]int{1, 0}}, []Shape{image}, nil, "each of 0 to 2"},
		{"transpose of one twice", &Transpose{[]int{1, 0, 1}}, []Shape{image}, nil, "each of 0 to 2"},
		{"slice", &Slice{[]int{3, 0, 1}, []int{-1, 0, 2}, Shape{4, 9, 3}}, []Shape{image}, Shape{4, 9, 3}, ""},
		{"slice beyond", &Slice{[]int{0, 0, 1}, []int{1, 1, 2}, Shape{4, 7, 4}}, []Shape{image}, nil, "1 to 7 of axis 2"},
		{"slice before", &Slice{[]int{2, 0, 0}, []int{-1, 1, 1}, Shape{4, 7, 6}}, []Shape{image}, nil, "2 to -1 of axis 0"},
		{"slice of two", &Slice{[]int{0}, []int{1}, Shape{4}}, []Shape{image}, nil, "each dimension"},
		{"pad", &Pad{[]int{0, 1, 0}, []int{2, 0, 0}, 1}, []Shape{image}, Shape{6, 8, 6}, ""},
		{"pad with less", &Pad{[]int{0, -1, 0}, []int{2, 0, 0}, 1}, []Shape{image}, nil, "axis 1 are -1 and 0"},
		{"pad with nan", &Pad{[]int{0, 1, 0}, []int{2, 0, 0}, nan}, []Shape{image}, nil, "value is NaN"},
		{"pad too large", &Pad{[]int{1 << 30, 1 << 30, 0}, []int{0, 0, 0}, 0}, []Shape{image}, nil, "more than 2147483647"},
		{"constant", &Constant{param("c", 2, 3)}, nil, Shape{2, 3}, ""},
		{"constant of nothing", &Constant{}, nil, nil, "missing"},
		{"constant of something", &Constant{param("c", 2, 3)}, []Shape{image}, nil, "want none"},
		{"reshape", &Reshape{Shape{8, 21}}, []Shape{image}, Shape{8, 21}, ""},
		{"reshape to another size", &Reshape{Shape{8, 20}}, []Shape{image}, nil, "has 160 elements"},
		{"reshape that overflows", &Reshape{Shape{1 << 31, 1 << 31, 4}}, []Shape{image}, nil, "more than 2147483647"},
		{"reshape to nothing", &Reshape{}, []Shape{image}, nil, "0 dimensions"},
		{"softmax", &Softmax{2}, []Shape{image}, image, ""},
		{"softmax's axis", &Softmax{-1}, []Shape{image}, nil, "axis is -1"},
	}
	for _, test := range tests {
		got, err := Infer(test.op, test.in...)
		switch {
		case test.err == "" && (err != nil || !got.Equal(test.want)):
			t.Errorf("%s: got %v and %v, want %v", test.name, got, err, test.want)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%s: got %v and %v, want an error with %q", test.name, got, err, test.err)
		}
	}
}

func TestValidate(t *testing.T) {
	if err := chain(Shape{4}, &Relu{}).Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(n *Network){
		"layer 1 (Relu) has no name":   func(n *Network) { n.Layers[1].Name = "" },
		"layer \"layer0\": two layers": func(n *Network) { n.Layers[1].Name = "layer0" },
		"reads value 2":                func(n *Network) { n.Layers[1].In[0] = 2 },
		"reads value -1":               func(n *Network) { n.Layers[1].In[0] = -1 },
		"no operation":                 func(n *Network) { n.Layers[1].Op = nil },
		"output is value 3":            func(n *Network) { n.Output = 3 },
		"3 labels for 4 classes":       func(n *Network) { n.Labels = []string{"a", "b", "c"} },
		"input: shape [4 0]":           func(n *Network) { n.Image = Shape{4, 0} },
		"element 2 is +Inf": func(n *Network) {
			n.Layers[0].Op.(*Affine).Scale.Data[2] = float32(math.Inf(1))
		},
		"\"p\": two parameters": func(n *Network) { n.Layers[0].Op.(*Affine).Shift = param("p", 1) },
	} {
		n := chain(Shape{4}, &Affine{Scale: param("p", 4)}, &Relu{})
		change(n)
		err := n.Validate()
		if err == nil || !strings.HasPrefix(err.Error(), "nn: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestCounts(t *testing.T) {
	shared := conv("shared", 4, 4, 3, 3)
	shared.Pads = [4]int{1, 1, 1, 1}
	n := chain(Shape{4, 5, 5}, shared, norm("n", 4), shared, &GlobalAveragePool{}, &Reshape{Shape{4}},
		&Linear{param("w", 3, 4), param("b", 3)})
	var names []string
	for _, p := range n.Params() {
		names = append(names, p.Name)
	}
	if want := "[shared n.scale n.shift n.mean n.variance w b]"; fmt.Sprint(names) != want {
		t.Errorf("parameters are %v, want %v", names, want)
	}
	if got, want := n.ParamCount(), 4*4*9+4+4+12+3; got != want {
		t.Errorf("%d parameters, want %d", got, want)
	}
	if got, want := n.MACs(), int64(2*4*25*4*9+12); got != want {
		t.Errorf("%d multiply-adds, want %d", got, want)
	}
	if got := n.Classes(); got != 3 {
		t.Errorf("%d classes, want 3", got)
	}
	n.Image = Shape{5}
	if n.Classes() != 0 || n.MACs() != 0 {
		t.Error("a network that does not fit has classes or multiply-adds")
	}
}

func TestClone(t *testing.T) {
	shared := &Affine{Shift: param("shared", 4)}
	image := Shape{4, 5, 5}
	grouped := conv("w", 4, 1, 1, 1)
	grouped.Groups = 4
	unit := Pool{Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}}
	n := chain(image, shared, shared, grouped, norm("n", 4), &Clip{0, 1}, &LeakyRelu{0.5}, &Relu{}, &MaxPool{unit},
		&AveragePool{unit, true}, &Concat{}, &Softmax{1}, &Reshape{Shape{100}}, &Linear{param("v", 2, 100), nil},
		&LayerNorm{Scale: param("l", 2), Axes: 1}, &Map{scalar.Function{Kind: scalar.Elu, Alpha: 1}}, &Transpose{[]int{0}},
		&Slice{[]int{0}, []int{1}, Shape{2}}, &Pad{[]int{0}, []int{0}, 0}, &Mul{}, &Constant{param("c", 2)}, &Add{})
	n.Layers[18].In, n.Layers[19].In, n.Layers[20].In = []Value{18, 18}, nil, []Value{19, 20}
	n.Labels = []string{"a", "b"}
	c := n.Clone()
	if !reflect.DeepEqual(n, c) {
		t.Fatal("a clone differs")
	}
	if c.Layers[0].Op.(*Affine).Shift != c.Layers[1].Op.(*Affine).Shift {
		t.Error("what is shared in a network is not in its clone")
	}
	before := n.Clone()
	for _, p := range c.Params() {
		p.Data[0], p.Shape[0] = 99, 99
	}
	c.Image[0], c.Labels[0] = 99, "z"
	c.Layers[2].In[0] = 0
	c.Layers[4].Op.(*Clip).Max = 9
	c.Layers[11].Op.(*Reshape).Shape[0] = 9
	c.Layers[14].Op.(*Map).Alpha = 9
	c.Layers[15].Op.(*Transpose).Perm[0] = 9
	slice, pad := c.Layers[16].Op.(*Slice), c.Layers[17].Op.(*Pad)
	slice.Start[0], slice.Step[0], slice.Shape[0], pad.Before[0], pad.After[0] = 9, 9, 9, 9, 9
	if !reflect.DeepEqual(n, before) {
		t.Error("changing a clone changes the network")
	}
}

// Whatever is not finite is found wherever it is, also where eight numbers are looked at together.
func TestAllFinite(t *testing.T) {
	for n := range 20 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(math.MaxFloat32) * float32(1-2*(i%2))
		}
		if !allFinite(x) {
			t.Errorf("%d finite numbers: not finite", n)
		}
		for i := range x {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				was := x[i]
				if x[i] = float32(bad); allFinite(x) {
					t.Errorf("%v at %d of %d: finite", bad, i, n)
				}
				x[i] = was
			}
		}
	}
}
