package compute

import (
	"errors"
	"fmt"
	"math"

	"steady/core/scalar"
)

// Buffer is float32 memory of a backend.
type Buffer interface {
	Len() int
}

// Kernel is an operation prepared by a Backend, which alone can run it.
type Kernel interface{}

// Backend makes buffers and kernels on one device.
//
// Where a kernel takes accumulate, it adds to what its output holds instead of overwriting it. Gradients with
// respect to parameters are sums over the images of a run and overwrite. Buffers given as nil are left out (a
// convolution without bias); inputs and outputs do not overlap except where said.
type Backend interface {
	// Name returns what the backend is called on the command line.
	Name() string
	// NewBuffer returns a buffer of zeros.
	NewBuffer(elements int) Buffer
	// Write copies src into dst from element offset on; Read copies len(dst) elements out from offset on,
	// waiting for what still runs.
	Write(dst Buffer, offset int, src []float32)
	Read(dst []float32, src Buffer, offset int)
	// ReadAll reads the first elements of several buffers, waiting once.
	ReadAll(dst [][]float32, src []Buffer)
	// Err returns the first failure since Err was last called: of preparing a kernel or a buffer, or of the device. Results
	// since then are meaningless, but what Read was to fill is unchanged. A device that is lost stays lost.
	Err() error
	// Run runs the kernels in order over the first images images of their buffers.
	Run(images int, kernels []Kernel)
	// Measuring returns a backend that prepares all that this one does (SGDKernels and AttackKernels too, if it has them),
	// but counts memory instead of taking it.
	Measuring() Measuring

	// Conv is y = act(conv(x) + bias + residual); weight is K × C/Groups × R × S, residual as large as y.
	Conv(s ConvShape, y, x, weight, bias, residual Buffer, act Activation) Kernel
	ConvInputGradient(s ConvShape, dx, dy, weight Buffer, accumulate bool) Kernel
	ConvParamGradient(s ConvShape, dweight, dbias, x, dy Buffer) Kernel

	// BatchNorm normalizes by the statistics of the run and moves the running ones. It leaves the batch's mean and
	// 1/sqrt(variance+epsilon) in saved (2×C), for the gradient.
	BatchNorm(s BatchNormShape, y, x, saved Buffer, p BatchNormParams, act Activation) Kernel
	// BatchNormGradient allows dx to be dy.
	BatchNormGradient(s BatchNormShape, dx, dscale, dshift, dy, x, saved Buffer, p BatchNormParams, accumulate bool) Kernel

	// Activate is y = act(x); y may be x.
	Activate(act Activation, size int, y, x Buffer) Kernel
	// ActivateGradient is dx = dy·act'(ref), where ref is the activation's input, or its output when act.Slope is not
	// negative; dx may be dy.
	ActivateGradient(act Activation, size int, dx, dy, ref Buffer, accumulate bool) Kernel

	MaxPool(s PoolShape, y, x Buffer) Kernel
	// MaxPoolGradient adds the gradient of a window to the first element equal to its maximum.
	MaxPoolGradient(s PoolShape, dx, dy, x, y Buffer, accumulate bool) Kernel
	AveragePool(s PoolShape, y, x Buffer) Kernel
	AveragePoolGradient(s PoolShape, dx, dy Buffer, accumulate bool) Kernel

	// Add is y = act(a + b).
	Add(size int, y, a, b Buffer, act Activation) Kernel
	// Copy copies elements within each image: concatenation, transposition, slices, padding, repetition, and their
	// gradients. An element of y that several elements go to takes their sum; elements that none goes to stay.
	Copy(c Copy, y, x Buffer, accumulate bool) Kernel
	// Product is y = a·b, element by element; elements of y that several products go to take their sum. It serves
	// products, means and their gradients.
	Product(p Product, y, a, b Buffer, accumulate bool) Kernel
	// MatMul is y = act(a·b + bias), bias having N elements.
	MatMul(s MatMulShape, y, a, b, bias Buffer, act Activation, accumulate bool) Kernel

	// Map is y = f(x); y may be x.
	Map(f scalar.Function, size int, y, x Buffer) Kernel
	// MapGradient is dx = dy·f'(x); dx may be dy.
	MapGradient(f scalar.Function, size int, dx, dy, x Buffer, accumulate bool) Kernel

	// LayerNorm normalizes each row by its own mean and variance; scale and shift have s.Size elements.
	LayerNorm(s LayerNormShape, y, x, scale, shift Buffer) Kernel
	LayerNormInputGradient(s LayerNormShape, dx, dy, x, scale Buffer, accumulate bool) Kernel
	LayerNormParamGradient(s LayerNormShape, dscale, dshift, dy, x Buffer) Kernel

	// Affine is y = x·scale + shift with constants that repeat as s says.
	Affine(s AffineShape, y, x, scale, shift Buffer) Kernel
	AffineInputGradient(s AffineShape, dx, dy, scale Buffer, accumulate bool) Kernel
	AffineParamGradient(s AffineShape, dscale, dshift, x, dy Buffer) Kernel

	Softmax(s SoftmaxShape, y, x Buffer) Kernel
	SoftmaxGradient(s SoftmaxShape, dx, dy, y Buffer, accumulate bool) Kernel
}

// Measuring is a Backend that counts the memory of its buffers and kernels, and takes none for them. They cannot be run,
// written or read.
type Measuring interface {
	Backend
	// Count counts more bytes, which whoever prepares takes.
	Count(bytes float64)
	// Bytes returns the bytes counted so far.
	Bytes() float64
}

// Microbatcher is implemented by a Backend that is faster with a few of the images of a batch at a time, taken through all
// kernels.
type Microbatcher interface {
	// MicrobatchSize returns how many images to run at a time where each takes imageBytes of memory, and the parameters
	// take paramBytes; 0 leaves that to the caller.
	MicrobatchSize(imageBytes, paramBytes float64) int
	// RunMicrobatched is Run for kernels between which no memory that is one image's ever becomes another's, so that
	// images need not wait for each other.
	RunMicrobatched(images int, kernels []Kernel)
}

// Threaded is implemented by a Backend each of whose threads works in memory of its own.
type Threaded interface {
	Threads() int
}

// BatchHinter is implemented by a Backend that prepares kernels in other forms for other numbers of images.
type BatchHinter interface {
	// SetMaxImages says on how many images at most kernels prepared from now on will run. Otherwise a backend knows only
	// how many there is room for in their buffers, which are often made for something larger.
	SetMaxImages(images int)
}

// ErrTooLarge matches the failure of a buffer that is larger than the device allows.
var ErrTooLarge = errors.New("buffer too large for the device")

// UnsupportedError is the failure of preparing a kernel that a backend does not have.
type UnsupportedError struct{ Backend, Op string }

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s: %s is not supported", e.Backend, e.Op)
}

// Activation is an elementwise function of a layer's output: values below 0 are multiplied by Slope, then everything is
// limited to [Min, Max].
type Activation struct {
	Slope    float32
	Min, Max float32
}

var (
	// NoActivation leaves values as they are.
	NoActivation = Activation{Slope: 1, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
	// Relu is max(x, 0), also of minus infinity, which a slope of 0 would make NaN.
	Relu = Activation{Slope: 1, Min: 0, Max: float32(math.Inf(1))}
)

// ConvShape is the geometry of a convolution over one image.
type ConvShape struct {
	C, H, W          int // input
	K, OH, OW        int // output
	R, S             int // window: rows, columns
	Stride, Dilation [2]int
	Pads             [4]int // top, left, bottom, right
	Groups           int
}

// BatchNormShape is C channels of Plane elements an image.
type BatchNormShape struct {
	C, Plane int
	Epsilon  float32
	Momentum float32 // weight of the old running statistic
}

// BatchNormParams are the tensors of a batch normalization, C elements each.
type BatchNormParams struct {
	Scale, Shift, Mean, Variance Buffer
}

// PoolShape is the geometry of a pooling over one image.
type PoolShape struct {
	C, H, W, OH, OW int
	Kernel, Stride  [2]int
	Pads            [4]int // top, left, bottom, right
	CountPadding    bool   // averages divide by the whole window, as far as it lies within the padding
}

// View is where the elements of a block of Dims lie in a buffer: the element with the indices i is at
// image·Image + Offset + Σ i·Strides. An Image of 0 is one tensor for all images; written to, it takes their sum.
type View struct {
	Image, Offset int
	Strides       []int
}

// Copy is the copy of a block of Dims elements from the places X to the places Y.
type Copy struct {
	Dims []int
	Y, X View
}

// Product is a product over a block of Dims elements. Y is not one tensor for all images.
type Product struct {
	Dims    []int
	Y, A, B View
}

// MatMulShape is Batch products of M×K by K×N matrices for an image.
type MatMulShape struct {
	Batch, M, K, N int
	Y, A, B        Matrix // the rows of Y are dense: its Column is 1
}

// Matrix is how matrices lie in a buffer: from one image, one product, one row and one column to the next. An Image of
// 0 is one stack of matrices for all images; Y then takes the sum over the images of the run.
type Matrix struct{ Image, Batch, Row, Column int }

// AffineShape says how constants repeat over an image of Size elements: element i uses constant
// (i / Scale.Inner) % Scale.Count, likewise for Shift.
type AffineShape struct {
	Size         int
	Scale, Shift Repeat
}

// Repeat is the repetition of Count constants, each for Inner elements in a row.
type Repeat struct{ Count, Inner int }

// SoftmaxShape is an image of Outer × Axis × Inner elements with the softmax along Axis.
type SoftmaxShape struct{ Outer, Axis, Inner int }

// LayerNormShape is Rows rows of Size elements for an image.
type LayerNormShape struct {
	Rows, Size int
	Epsilon    float32
}
