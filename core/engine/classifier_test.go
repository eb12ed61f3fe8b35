package engine

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/compute/cpu"
	"steady/core/loss"
	"steady/core/nn"
	"steady/core/scalar"
)

// heads has ends of networks that make probabilities of three scores, or of one.
var heads = map[string]struct {
	scores int
	build  func(h *head)
}{
	"softmax":     {3, func(h *head) { h.add(&nn.Softmax{}, h.at) }},
	"clip":        {3, func(h *head) { h.add(&nn.Clip{Min: 1e-7, Max: 1 - 1e-7}, h.add(&nn.Softmax{}, h.at)) }},
	"log softmax": {3, func(h *head) { h.function(scalar.Log, h.add(&nn.Softmax{}, h.at)) }},
	"exp of log": {3, func(h *head) {
		h.function(scalar.Exp, h.function(scalar.Log, h.add(&nn.Clip{Min: 1e-30, Max: 2}, h.add(&nn.Softmax{}, h.at))))
	}},
	"sigmoids":   {3, func(h *head) { h.function(scalar.Sigmoid, h.at) }},
	"log of sum": {3, func(h *head) { h.function(scalar.Log, h.half(h.add(&nn.Add{}, h.two()...))) }},
	"average":    {3, func(h *head) { h.half(h.add(&nn.Add{}, h.two()...)) }},
	"mean": {3, func(h *head) {
		var rows []nn.Value
		for _, v := range h.two() {
			rows = append(rows, h.add(&nn.Reshape{Shape: nn.Shape{1, 3}}, v))
		}
		h.add(&nn.Reshape{Shape: nn.Shape{3}}, h.add(&nn.Mean{Axis: 0}, h.add(&nn.Concat{}, rows...)))
	}},
	"product": {3, func(h *head) { h.add(&nn.Mul{}, h.two()...) }},
	"both": {1, func(h *head) {
		p := h.function(scalar.Sigmoid, h.at)
		h.add(&nn.Concat{}, h.add(&nn.Affine{Scale: number(-1), Shift: number(1)}, p), p)
	}},
	// Constants that keep probabilities from 0 and 1 before a logarithm, or without one.
	"log of softmax and constant": {3, func(h *head) { h.function(scalar.Log, h.shifted(1, 1e-7, h.add(&nn.Softmax{}, h.at))) }},
	"log of sigmoids and constant": {3, func(h *head) {
		h.function(scalar.Log, h.shifted(1, 1e-3, h.function(scalar.Sigmoid, h.at)))
	}},
	"log of average and constant": {3, func(h *head) {
		h.function(scalar.Log, h.shifted(1, 1e-6, h.half(h.add(&nn.Add{}, h.two()...))))
	}},
	"log of smoothed":      {3, func(h *head) { h.function(scalar.Log, h.shifted(0.98, 0.01, h.add(&nn.Softmax{}, h.at))) }},
	"softmax and constant": {3, func(h *head) { h.shifted(1, 1e-3, h.add(&nn.Softmax{}, h.at)) }},
	"one and constant":     {1, func(h *head) { h.shifted(1, 1e-7, h.function(scalar.Sigmoid, h.at)) }},
	"one sigmoid":          {1, func(h *head) { h.function(scalar.Sigmoid, h.at) }},
	"one clipped": {1, func(h *head) {
		h.add(&nn.Reshape{Shape: nn.Shape{1, 1}}, h.add(&nn.Clip{Min: 0.001, Max: 0.999}, h.function(scalar.Sigmoid, h.at)))
	}},
}

// head is a network whose end is being built.
type head struct {
	nn.Network
	at nn.Value // the scores
}

func number(x float32) *nn.Param { return &nn.Param{Shape: []int{1}, Data: []float32{x}} }

func (h *head) add(o nn.Op, in ...nn.Value) nn.Value {
	name := string(rune('a' + len(h.Layers)))
	h.Layers = append(h.Layers, nn.Layer{Name: name, Op: o, In: in})
	h.Output = nn.Value(len(h.Layers))
	return h.Output
}

func (h *head) function(k scalar.Kind, in nn.Value) nn.Value {
	return h.add(&nn.Map{Function: scalar.Function{Kind: k}}, in)
}

func (h *head) half(in nn.Value) nn.Value { return h.add(&nn.Affine{Scale: number(0.5)}, in) }

func (h *head) shifted(scale, shift float32, in nn.Value) nn.Value {
	return h.add(&nn.Affine{Scale: number(scale), Shift: number(shift)}, in)
}

// two returns the softmax of the scores, and of half of them.
func (h *head) two() []nn.Value {
	return []nn.Value{h.add(&nn.Softmax{}, h.at), h.add(&nn.Softmax{}, h.half(h.at))}
}

// newHead returns a network whose scores are those of the image times a factor.
func newHead(name string, factor float32) *nn.Network {
	h := &head{Network: nn.Network{Image: nn.Shape{heads[name].scores}}}
	h.at = h.add(&nn.Affine{Scale: number(factor)}, nn.Input)
	heads[name].build(h)
	return &h.Network
}

func newEngine(t *testing.T, n *nn.Network) *Engine {
	t.Helper()
	e, err := New(cpu.New(1), n, Config{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestClassifier compares probabilities with what the network itself says of them, where nothing is rounded away.
func TestClassifier(t *testing.T) {
	x3, x1 := []float32{0.2, -0.7, 1.1}, []float32{0.4}
	for name, h := range heads {
		n := newHead(name, 2)
		x := x3
		if h.scores == 1 {
			x = x1
		}
		// A layer at the end keeps the engine from leaving out a Softmax.
		plain := *n
		plain.Layers = append(plain.Layers[:len(plain.Layers):len(plain.Layers)],
			nn.Layer{Name: "end", Op: &nn.Affine{Scale: number(1)}, In: []nn.Value{n.Output}})
		plain.Output++
		raw := newEngine(t, &plain)
		want := make([]float32, raw.Classes())
		if err := raw.Logits(want, x); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "log ") {
			loss.Exp(want, want)
		}
		if len(want) == 1 {
			want = []float32{1 - want[0], want[0]}
		}
		c, err := n.Classifier()
		if err != nil || c.Validate() != nil {
			t.Errorf("%s: %v, %v", name, err, c.Validate())
			continue
		}
		e := newEngine(t, c)
		got := make([]float32, e.Classes())
		if err := e.Logits(got, x); err != nil {
			t.Fatal(err)
		}
		e.Probabilities(got, got)
		for k := range want {
			within := 2e-6
			if strings.Contains(name, "constant") || strings.Contains(name, "smoothed") {
				within = 0.01 // what the constants add
			}
			if len(got) != len(want) || math.Abs(float64(got[k]-want[k])) > within {
				t.Errorf("%s: %v, want %v", name, got, want)
				break
			}
		}
	}
}

// TestClassifierGradient checks that gradients are finite and do not vanish where probabilities are 0 and 1.
func TestClassifierGradient(t *testing.T) {
	x3, x1 := []float32{1, 0, 0.5}, []float32{1}
	for name, h := range heads {
		c, err := newHead(name, 150).Classifier()
		if err != nil {
			t.Fatal(err)
		}
		x, label := x3, 0
		if h.scores == 1 {
			x, label = x1, 1
		}
		e := newEngine(t, c)
		logits, grad := make([]float32, e.Classes()), make([]float32, len(x))
		margin := func(_ int, z, dz []float32) { // of the label over the first of the other classes
			dz[label], dz[1-label] = 1, -1
		}
		if err := e.Gradient(grad, logits, x, margin); err != nil {
			t.Fatal(err)
		}
		if loss.CheckFinite(logits) != nil || loss.ArgMax(logits) != label || loss.CheckFinite(grad) != nil || !(steepest(grad) > 1) {
			t.Errorf("%s: logits %v, gradient %v", name, logits, grad)
		}
	}
}

// steepest returns the largest element of a gradient, whatever its sign.
func steepest(grad []float32) float32 {
	return max(slices.Max(grad), -slices.Min(grad))
}

func TestClassifierKeepsLogits(t *testing.T) {
	n := &nn.Network{Image: nn.Shape{3}, Output: 1, Layers: []nn.Layer{{Name: "a", Op: &nn.Relu{}, In: []nn.Value{0}}}}
	if c, err := n.Classifier(); c != n || err != nil {
		t.Errorf("%v, %v, want the network itself", c, err)
	}
	for _, s := range []nn.Shape{{1}, {1, 1, 1}, {3, 8, 8}, {2, 3}} {
		n.Image = s
		if _, err := n.Classifier(); !errors.Is(err, nn.ErrNotClassifier) {
			t.Errorf("output of %v: %v", s, err)
		}
	}
	n.Image = nn.Shape{1, 4, 1}
	if _, err := n.Classifier(); err != nil {
		t.Error(err)
	}
}
