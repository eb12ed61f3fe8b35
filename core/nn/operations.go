package nn

import "steady/core/scalar"

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

// Map applies a function to each element.
type Map struct{ scalar.Function }

// Mul is the product of two values, element by element; a dimension of 1 is repeated.
type Mul struct{}

// MatMul is the product of two stacks of matrices: …×M×K and …×K×N to …×M×N.
type MatMul struct{}

// LayerNorm normalizes the last Axes dimensions together: Scale·(x-mean)/sqrt(variance+Epsilon) + Shift (Ba, Kiros and
// Hinton, "Layer Normalization", 2016).
type LayerNorm struct {
	Scale, Shift *Param // the last Axes dimensions, or nil
	Axes         int
	Epsilon      float32
}

// Mean takes the mean along Axis, whose dimension becomes 1.
type Mean struct{ Axis int }

// Transpose orders the dimensions anew: the output's dimension i is the input's dimension Perm[i].
type Transpose struct{ Perm []int }

// Slice takes a part: along each axis the output's element i is the input's element Start + i·Step. A negative Step
// goes backwards, a Step of 0 repeats one element.
type Slice struct {
	Start, Step []int
	Shape       Shape // of the output
}

// Pad puts elements of one value before and after those of each axis.
type Pad struct {
	Before, After []int
	Value         float32
}

// Constant reads nothing: its value is the same for every image.
type Constant struct{ Value *Param }
