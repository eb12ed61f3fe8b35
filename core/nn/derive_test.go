package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// evaluate computes a network in float64 from the definitions of its operations, as far as Fold is about them.
func evaluate(t *testing.T, n *Network, x []float64) []float64 {
	t.Helper()
	shapes, err := n.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	values := [][]float64{x}
	for i, l := range n.Layers {
		in, s, out := values[l.In[0]], shapes[l.In[0]], make([]float64, shapes[i+1].Size())
		switch o := l.Op.(type) {
		case *Conv:
			convolve(o, out, in, s, shapes[i+1])
		case *Linear:
			outputs, inputs := o.Weight.Shape[0], o.Weight.Shape[1]
			for i := range out {
				row, k := i/outputs, i%outputs
				if o.Bias != nil {
					out[i] = float64(o.Bias.Data[k])
				}
				for j, v := range in[row*inputs:][:inputs] {
					out[i] += float64(o.Weight.Data[k*inputs+j]) * v
				}
			}
		case *BatchNorm:
			for j := range out {
				c := j / (len(in) / s[0])
				deviation := math.Sqrt(float64(o.Variance.Data[c]) + float64(o.Epsilon))
				out[j] = float64(o.Scale.Data[c])*(in[j]-float64(o.Mean.Data[c]))/deviation + float64(o.Shift.Data[c])
			}
		case *Affine:
			at := func(p *Param, j int, absent float64) float64 {
				if p == nil {
					return absent
				}
				_, last, _ := p.Span(s)
				return float64(p.Data[j/s[last:].Size()%len(p.Data)])
			}
			for j := range out {
				out[j] = in[j]*at(o.Scale, j, 1) + at(o.Shift, j, 0)
			}
		case *Relu:
			for j := range out {
				out[j] = max(in[j], 0)
			}
		case *Add:
			for j := range out {
				out[j] = in[j] + values[l.In[1]][j]
			}
		case *Softmax:
			sum := 0.0
			for j := range out {
				out[j] = math.Exp(in[j])
				sum += out[j]
			}
			for j := range out {
				out[j] /= sum
			}
		case *Reshape:
			copy(out, in)
		default:
			t.Fatalf("no definition of %T", o)
		}
		values = append(values, out)
	}
	return values[n.Output]
}

func convolve(o *Conv, out, in []float64, s, to Shape) {
	w := o.Weight.Shape
	for i := range out {
		k, y, x := i/(to[1]*to[2]), i/to[2]%to[1], i%to[2]
		if o.Bias != nil {
			out[i] = float64(o.Bias.Data[k])
		}
		for j := range w[1] * w[2] * w[3] {
			c, r, q := j/(w[2]*w[3]), j/w[3]%w[2], j%w[3]
			row, column := y*o.Stride[0]-o.Pads[0]+r*o.Dilation[0], x*o.Stride[1]-o.Pads[1]+q*o.Dilation[1]
			c += k / (w[0] / o.Groups) * w[1]
			if row >= 0 && row < s[1] && column >= 0 && column < s[2] {
				out[i] += float64(o.Weight.Data[k*w[1]*w[2]*w[3]+j]) * in[(c*s[1]+row)*s[2]+column]
			}
		}
	}
}

func noise(n int) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.Float64()*2 - 1
	}
	return x
}

func same(t *testing.T, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d elements, want %d", len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-5*(1+math.Abs(want[i])) {
			t.Fatalf("element %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func kinds(n *Network) string {
	s := ""
	for _, l := range n.Layers {
		s += fmt.Sprintf("%s%v ", OpName(l.Op), l.In)
	}
	return s
}

func TestFold(t *testing.T) {
	image := Shape{4, 5, 5}
	padded := conv("w", 6, 2, 3, 3)
	padded.Groups, padded.Pads, padded.Bias = 2, [4]int{1, 0, 1, 2}, param("b", 6)
	twice := conv("twice", 4, 4, 1, 1)
	skip := chain(image, conv("w", 4, 4, 1, 1), norm("n", 4), &Relu{}, &Add{})
	skip.Layers[3].In = []Value{1, 3}
	tail := chain(image, conv("w", 4, 4, 1, 1), norm("n", 4))
	tail.Output = 1
	tests := []struct {
		name string
		net  *Network
		want string
	}{
		{"conv", chain(image, padded, norm("n", 6), &Relu{}), "Conv[0] Relu[1] "},
		{"linear", chain(Shape{5}, &Linear{param("w", 3, 5), nil}, norm("n", 3)), "Linear[0] "},
		{"affine", chain(image, padded, &Affine{param("s", 6), param("t", 1)}, norm("n", 6)), "Conv[0] "},
		{"one weight twice", chain(image, twice, norm("n", 4), twice, norm("m", 4)), "Conv[0] Conv[1] "},
		{"at the input", chain(image, norm("n", 4), &Relu{}), "Affine[0] Relu[1] "},
		{"after a relu", chain(image, padded, &Relu{}, norm("n", 6)), "Conv[0] Relu[1] Affine[2] "},
		{"two norms", chain(image, &Relu{}, norm("n", 4), norm("m", 4)), "Relu[0] Affine[1] Affine[2] "},
		{"another reader", skip, "Conv[0] Affine[1] Relu[2] Add[1 3] "},
		{"read as output", tail, "Conv[0] Affine[1] "},
		{"tokens", chain(Shape{3, 5}, &Linear{param("w", 4, 5), nil}, &Affine{param("s", 1, 4), param("t", 1, 4)}),
			"Linear[0] "},
		{"per token", chain(Shape{3, 5}, &Linear{param("w", 4, 5), nil}, &Affine{Scale: param("s", 3)}), "Linear[0] Affine[1] "},
		{"norm of tokens", chain(Shape{4, 5}, &Linear{param("w", 4, 5), nil}, norm("n", 4)), "Linear[0] Affine[1] "},
		{"one row", chain(Shape{1, 5}, &Linear{param("w", 4, 5), nil}, &Affine{Shift: param("s", 1, 4)}), "Linear[0] "},
		{"per element", chain(image, conv("w", 4, 4, 1, 1), &Affine{param("s", 4, 5, 5), nil}), "Conv[0] Affine[1] "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := test.net.Clone()
			folded := test.net.Fold()
			if !reflect.DeepEqual(test.net, before) {
				t.Error("folding changes the original")
			}
			if err := folded.Validate(); err != nil {
				t.Fatal(err)
			}
			if got := kinds(folded); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			x := noise(test.net.Image.Size())
			same(t, evaluate(t, folded, x), evaluate(t, test.net, x))
			if again := folded.Fold(); kinds(again) != kinds(folded) {
				t.Errorf("folded again it is %s, want %s", kinds(again), kinds(folded))
			}
		})
	}
}

func TestLogits(t *testing.T) {
	linear := &Linear{param("w", 4, 4), nil}
	read := chain(Shape{4}, linear, &Softmax{}, &Add{})
	read.Layers[2].In = []Value{1, 2}
	for _, test := range []struct {
		net  *Network
		want string
	}{
		{chain(Shape{4}, linear, &Softmax{}), "Linear[0] "},
		{chain(Shape{4, 1, 1}, &Relu{}, &Softmax{}, &Reshape{Shape{4}}), "Relu[0] Reshape[1] "},
		{chain(Shape{4}, linear), "Linear[0] "},
		{chain(Shape{4}, &Softmax{}, linear), "Softmax[0] Linear[1] "},
		{chain(Shape{4, 2}, &Relu{}, &Softmax{}), "Relu[0] Softmax[1] "}, // not over all classes
		{read, "Linear[0] Softmax[1] Add[1 2] "},
		{chain(Shape{4}), ""},
		{chain(Shape{4}, &Softmax{}), ""},
	} {
		before := kinds(test.net)
		got := test.net.Logits()
		if kinds(got) != test.want || got.Validate() != nil || kinds(test.net) != before {
			t.Errorf("%s becomes %s (%v), want %s", before, kinds(got), got.Validate(), test.want)
		}
	}
}

func TestNormalized(t *testing.T) {
	mean, std := []float32{10, 20, 30}, []float32{2, 4, 8}
	x := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6} // 3×1×2
	want := make([]float64, 6)
	for i, v := range x {
		c := i / 2
		want[(2-c)*2+i%2] = max((v*255-float64(mean[c]))/float64(std[c]), 0)
	}
	n := chain(Shape{3, 1, 2}, &Relu{})
	n.Layers[0].Name = "preprocess"
	m := n.Normalized(mean, std, 255, true)
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	same(t, evaluate(t, m, x), want)
	if kinds(n) != "Relu[0] " || kinds(m) != "Conv[0] Relu[1] " {
		t.Errorf("%s becomes %s", kinds(n), kinds(m))
	}
	same(t, evaluate(t, n.Normalized(nil, nil, 1, false), x), x)
	same(t, evaluate(t, n.Normalized([]float32{0.1}, []float32{0.5}, 1, false), x), []float64{0, 0.2, 0.4, 0.6, 0.8, 1})
	for name, bad := range map[string]*Network{
		"mean":  n.Normalized([]float32{1, 2}, nil, 1, false),
		"std":   n.Normalized(nil, make([]float32, 4), 1, false),
		"zero":  n.Normalized(nil, []float32{1, 0, 1}, 1, false),
		"image": (&Network{}).Normalized(nil, nil, 1, false),
		"row":   chain(Shape{3}, &Relu{}).Normalized(nil, nil, 1, false),
	} {
		if bad.Validate() == nil {
			t.Errorf("%s: a mistake goes unnoticed", name)
		}
	}
}
