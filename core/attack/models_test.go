package attack

import (
	"math"

	"steady/core/loss"
	"steady/core/nn"
	"steady/core/random"
)

// mlp is a small network that attacks can be tried on without an engine: logits = B·tanh(A·x + a) + b, or
// A·x + a when it has no B.
type mlp struct {
	shape     nn.Shape
	hidden    int
	classes   int
	a, b      []float32 // hidden × inputs, classes × hidden
	biasA     []float32
	biasB     []float32
	gradients int // images that Gradient was asked for
	calls     int
	poison    func(call int, logits, grad []float32)
}

func (m *mlp) InputShape() nn.Shape { return m.shape }
func (m *mlp) Classes() int         { return m.classes }

func (m *mlp) forward(x, h, z []float32) {
	affine(h, m.a, m.biasA, x)
	if m.b == nil {
		copy(z, h)
		return
	}
	for i, v := range h {
		h[i] = float32(math.Tanh(float64(v)))
	}
	affine(z, m.b, m.biasB, h)
}

func (m *mlp) Logits(dst, x []float32) error {
	d := m.shape.Size()
	h := make([]float32, m.hidden)
	for i := 0; i < len(x)/d; i++ {
		m.forward(x[i*d:][:d], h, dst[i*m.classes:][:m.classes])
	}
	m.calls++
	if m.poison != nil {
		m.poison(m.calls, dst, nil)
	}
	return nil
}

func (m *mlp) Gradient(grad, logits, x []float32, f loss.Func) error {
	d, n := m.shape.Size(), len(x)/m.shape.Size()
	seed := make([]float32, n*m.classes)
	h := make([]float32, n*m.hidden)
	for i := range n {
		m.forward(x[i*d:][:d], h[i*m.hidden:][:m.hidden], logits[i*m.classes:][:m.classes])
	}
	// In two parts, as an engine cuts a list into batches.
	half := n / 2
	f(0, logits[:half*m.classes], seed[:half*m.classes])
	f(half, logits[half*m.classes:n*m.classes], seed[half*m.classes:])
	for i := range n {
		back := seed[i*m.classes:][:m.classes]
		if m.b != nil {
			hi := h[i*m.hidden:][:m.hidden]
			gh := make([]float32, m.hidden)
			transposed(gh, m.b, back)
			for j := range gh {
				gh[j] *= 1 - hi[j]*hi[j]
			}
			back = gh
		}
		transposed(grad[i*d:][:d], m.a, back)
	}
	m.gradients += n
	m.calls++
	if m.poison != nil {
		m.poison(m.calls, logits, grad)
	}
	return nil
}

func affine(dst, w, b, x []float32) {
	for i := range dst {
		s := float64(b[i])
		for j, v := range x {
			s += float64(w[i*len(x)+j]) * float64(v)
		}
		dst[i] = float32(s)
	}
}

func transposed(dst, w, g []float32) {
	for j := range dst {
		s := 0.0
		for i, v := range g {
			s += float64(w[i*len(dst)+j]) * float64(v)
		}
		dst[j] = float32(s)
	}
}

// newMLP has random weights; hidden 0 makes a linear model.
func newMLP(shape nn.Shape, hidden, classes int, scale float32) *mlp {
	r := random.New(11, 0, "weights", 0)
	normal := func(n int, s float32) []float32 {
		x := make([]float32, n)
		r.FillNormal(x)
		for i := range x {
			x[i] *= s
		}
		return x
	}
	m := &mlp{shape: shape, hidden: hidden, classes: classes}
	d := shape.Size()
	if hidden == 0 {
		m.hidden = classes
		m.a, m.biasA = normal(classes*d, scale), normal(classes, 0.1)
		return m
	}
	m.a, m.biasA = normal(hidden*d, scale), normal(hidden, 0.1)
	m.b, m.biasB = normal(classes*hidden, 1), normal(classes, 0.1)
	return m
}

// images returns n images with pixels in [lo,hi], and as labels their classes by the model.
func (m *mlp) images(n int, lo, hi float32) (x []float32, labels []int) {
	x = make([]float32, n*m.shape.Size())
	random.New(5, 0, "images", 0).FillUniform(x, lo, hi)
	z := make([]float32, n*m.classes)
	if err := m.Logits(z, x); err != nil {
		panic(err)
	}
	m.calls = 0
	for i := range n {
		labels = append(labels, loss.ArgMax(z[i*m.classes:][:m.classes]))
	}
	return x, labels
}

// accuracy returns the fraction of the images that are classified as their label.
func (m *mlp) accuracy(x []float32, labels []int) float64 {
	z := make([]float32, len(labels)*m.classes)
	if err := m.Logits(z, x); err != nil {
		panic(err)
	}
	right := 0
	for i, l := range labels {
		if loss.ArgMax(z[i*m.classes:][:m.classes]) == l {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}

// constant predicts class 0 for every image, and allocates nothing.
type constant struct {
	shape   nn.Shape
	classes int
	seed    [64]float32
}

func (m *constant) InputShape() nn.Shape { return m.shape }
func (m *constant) Classes() int         { return m.classes }

func (m *constant) Logits(dst, x []float32) error {
	for i := range dst {
		dst[i] = 0
		if i%m.classes == 0 {
			dst[i] = 1
		}
	}
	return nil
}

func (m *constant) Gradient(grad, logits, x []float32, f loss.Func) error {
	m.Logits(logits, x)
	f(0, logits, m.seed[:len(logits)])
	for i := range grad {
		grad[i] = float32(i%3) - 1
	}
	return nil
}

func newSource(i uint64) *random.Source { return random.New(1, i, "test", 0) }
