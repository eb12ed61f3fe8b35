package nn

import "fmt"

// Value numbers a tensor of the network: 0 is the input and i+1 is what Layers[i] makes.
type Value int

// Input is the value that enters the network.
const Input Value = 0

// Shape is the shape of one image's share of a value, without the batch dimension: {C, H, W}, {features}, or
// {tokens, features}.
type Shape []int

// Size returns the number of elements of the shape.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether two shapes have the same dimensions.
func (s Shape) Equal(t Shape) bool {
	if len(s) != len(t) {
		return false
	}
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

// Param is a tensor that belongs to the network: a weight, a bias or a running statistic.
type Param struct {
	Name  string
	Shape []int
	Data  []float32 // row-major, len = product of Shape
}

// Layer is one operation, reading earlier values and making one new value.
type Layer struct {
	Name string // unique within the network; used in messages
	Op   Op
	In   []Value
}

// Network is a directed acyclic graph of layers in an order in which each layer reads only earlier values.
// Its batch dimension is free: every shape is that of one image.
type Network struct {
	Name   string
	Image  Shape // shape of the input, {C, H, W} for images
	Layers []Layer
	Output Value
	Labels []string // class names, when they are known
}

// Op is a pointer to one of the operation types of this package: *Conv, *Relu and so on.
type Op interface {
	// infer returns the shape of the output for inputs of the given shapes.
	infer(in []Shape) (Shape, error)
}

// Infer returns the shape of what an operation makes of inputs of the given shapes, or says why it cannot take them.
func Infer(o Op, in ...Shape) (Shape, error) { return o.infer(in) }

// Conv is a 2-D convolution (cross-correlation), C×H×W to K×H'×W'.
type Conv struct {
	Weight   *Param // K × C/Groups × R × S
	Bias     *Param // K, or nil
	Stride   [2]int // rows, columns
	Pads     [4]int // top, left, bottom, right
	Dilation [2]int
	Groups   int
}

// BatchNorm normalizes each channel: scale·(x-mean)/sqrt(variance+Epsilon) + shift.
// Evaluation uses the stored Mean and Variance, training those of the batch.
type BatchNorm struct {
	Scale, Shift   *Param // C
	Mean, Variance *Param // C, running statistics
	Epsilon        float32
	Momentum       float32 // weight of the old running statistic, as in ONNX
}

// Linear is a matrix product with a bias over the last dimension: Gemm and MatMul by a constant.
type Linear struct {
	Weight *Param // outputs × inputs
	Bias   *Param // outputs, or nil
}

// Relu is max(x, 0).
type Relu struct{}

// LeakyRelu is x where x > 0, Slope·x elsewhere.
type LeakyRelu struct{ Slope float32 }

// Clip limits to [Min, Max].
type Clip struct{ Min, Max float32 }

// MaxPool takes the largest of each window; padding never wins.
type MaxPool struct{ Pool }

// AveragePool takes the mean of each window.
type AveragePool struct {
	Pool
	CountPadding bool // divide by the whole window, padding included
}

// Pool is the window of a pooling layer.
type Pool struct {
	Kernel, Stride [2]int
	Pads           [4]int // top, left, bottom, right; with ceil mode already worked in
}

// GlobalAveragePool takes the mean of each channel: C×H×W to C×1×1.
type GlobalAveragePool struct{}

// Add is the sum of two values; a dimension of 1 is repeated.
type Add struct{}

// Concat joins values along Axis of their per-image shape (0 is the channel).
type Concat struct{ Axis int }

// Affine is x·Scale + Shift with constants: Add, Sub, Mul and Div by a constant.
// Each is nil (1 or 0) or has one element for all, one per channel, or any others that Param.Span allows.
type Affine struct{ Scale, Shift *Param }

// Reshape is the same elements, in the same order, in another shape: Flatten, Reshape.
type Reshape struct{ Shape Shape }

// Softmax is exp(x)/Σexp(x) along Axis of the per-image shape.
type Softmax struct{ Axis int }

// Shapes returns the shape of every value, the input's first, or an error that names the layer it fails at.
func (n *Network) Shapes() ([]Shape, error) {
	if err := n.Image.Check(); err != nil {
		return nil, fmt.Errorf("net: input: %w", err)
	}
	shapes := make([]Shape, 1, len(n.Layers)+1)
	shapes[0] = n.Image
	for i, l := range n.Layers {
		if l.Op == nil {
			return nil, fmt.Errorf("net: layer %q: has no operation", l.Name)
		}
		in := make([]Shape, len(l.In))
		for j, v := range l.In {
			if v < 0 || int(v) > i {
				return nil, fmt.Errorf("net: layer %q: reads value %d, which is not made before it", l.Name, v)
			}
			in[j] = shapes[v]
		}
		s, err := l.Op.infer(in)
		if err != nil {
			return nil, fmt.Errorf("net: layer %q: %w", l.Name, err)
		}
		shapes = append(shapes, s)
	}
	if n.Output < 0 || int(n.Output) >= len(shapes) {
		return nil, fmt.Errorf("net: output is value %d, which no layer makes", n.Output)
	}
	return shapes, nil
}
