package onnx

import (
	"reflect"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
	"steady/core/scalar"
)

// bytes8 returns an initializer of type UINT8 or INT8.
func bytes8(name string, kind onnxpb.DataType, dims []int64, data ...int8) *onnxpb.Tensor {
	t := &onnxpb.Tensor{Name: name, Dims: dims, DataType: kind, HasRaw: true}
	for _, x := range data {
		t.Raw = append(t.Raw, byte(x))
	}
	return t
}

// quantized returns a network as quantizers write it: the image on a grid of uint8, weights of int8 with a scale for each
// output, a bias of int32.
func quantized() file {
	one := attributeInt("axis", 0)
	return file{opset: 13, input: imageInfo(2, 1, 1),
		inits: []*onnxpb.Tensor{
			floats("xs", nil, 0.5), {Name: "xz", DataType: onnxpb.Uint8, Raw: []byte{128}, HasRaw: true},
			bytes8("w8", onnxpb.Int8, []int64{2, 2, 1, 1}, 3, -4, 127, -128), floats("ws", []int64{2}, 0.25, 2),
			bytes8("wz", onnxpb.Int8, []int64{2}, 1, 0),
			{Name: "b32", Dims: []int64{2}, DataType: onnxpb.Int32, Int32s: []int64{100000, -3}}, floats("bs", []int64{2}, 0.125, 1),
		},
		nodes: []*onnxpb.Node{
			op("QuantizeLinear", list("x", "xs", "xz"), "xq"), op("DequantizeLinear", list("xq", "xs", "xz"), "xd"),
			op("DequantizeLinear", list("w8", "ws", "wz"), "w", one), op("DequantizeLinear", list("b32", "bs"), "b", one),
			op("Conv", list("xd", "w", "b"), "y"),
		}}
}

func TestReadQuantized(t *testing.T) {
	n, err := Read(quantized().bytes())
	if err != nil {
		t.Fatal(err)
	}
	var got []nn.Op
	for _, l := range n.Layers {
		got = append(got, l.Op)
	}
	number := func(i int) *nn.Param { // the names do not matter
		o := got[i].(*nn.Affine)
		if o.Scale != nil {
			return o.Scale
		}
		return o.Shift
	}
	want := []nn.Op{
		&nn.Affine{Scale: param(number(0).Name, []int{1}, 2)}, &nn.Map{Function: scalar.Function{Kind: scalar.Round}},
		&nn.Affine{Shift: param(number(2).Name, []int{1}, 128)}, &nn.Clip{Min: 0, Max: 255},
		&nn.Affine{Shift: param(number(4).Name, []int{1}, -128)}, &nn.Affine{Scale: param(number(5).Name, []int{1}, 0.5)},
		&nn.Conv{Weight: param("w", []int{2, 2, 1, 1}, 0.5, -1.25, 254, -256), Bias: param("b", []int{2}, 12500, -3),
			Stride: ints2(1, 1), Dilation: ints2(1, 1), Groups: 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", describe(got), describe(want))
	}
	checkRewritten(t, n)
}

// Constants that a file has as floats and quantizes itself.
func TestFoldQuantized(t *testing.T) {
	f := file{opset: 13, input: imageInfo(5),
		inits: []*onnxpb.Tensor{floats("c", []int64{1, 5}, -100, 0.75, 1.25, 2.6, 1000), floats("s", nil, 0.5),
			bytes8("z", onnxpb.Int8, nil, 7)},
		nodes: []*onnxpb.Node{op("QuantizeLinear", list("c", "s", "z"), "q"), op("DequantizeLinear", list("q", "s", "z"), "d"),
			op("Add", list("x", "d"), "y")}}
	n, err := Read(f.bytes())
	if err != nil {
		t.Fatal(err)
	}
	// In units of 0.5: halves to even, and from -128-7 to 127-7.
	if got, want := n.Layers[0].Op.(*nn.Affine).Shift.Data, []float32{-67.5, 1, 1, 2.5, 60}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestQuantizeErrors(t *testing.T) {
	weights := bytes8("w", onnxpb.Int8, []int64{1, 2}, 1, 2)
	for _, c := range []struct {
		name  string
		inits []*onnxpb.Tensor
		node  *onnxpb.Node
		want  string
	}{
		{"no scale", nil, op("QuantizeLinear", list("x"), "d"), "input 1: is missing"},
		{"a scale of 0", []*onnxpb.Tensor{floats("s", nil, 0)}, op("QuantizeLinear", list("x", "s"), "d"), "want scales above 0"},
		{"no scales at all", []*onnxpb.Tensor{floats("s", []int64{0})}, op("QuantizeLinear", list("x", "s"), "d"), "is empty"},
		{"a value quantized along an axis", []*onnxpb.Tensor{floats("s", []int64{2}, 1, 1)}, op("QuantizeLinear", list("x", "s"), "d"),
			"want 1 (only constants"},
		{"more zeros than scales", []*onnxpb.Tensor{floats("s", nil, 1), bytes8("z", onnxpb.Int8, []int64{2}, 0, 0)},
			op("DequantizeLinear", list("x", "s", "z"), "d"), "as many as there are scales"},
		{"zeros of a float type", []*onnxpb.Tensor{floats("s", nil, 1), floats("z", nil, 0)},
			op("DequantizeLinear", list("x", "s", "z"), "d"), "has type FLOAT, valid: UINT8, INT8, INT32"},
		{"scales along another axis", []*onnxpb.Tensor{weights, floats("s", []int64{3}, 1, 1, 1)},
			op("DequantizeLinear", list("w", "s"), "d"), "as many as the constant has along axis 1"},
		{"an axis that is not there", []*onnxpb.Tensor{weights, floats("s", []int64{2}, 1, 1)},
			op("DequantizeLinear", list("w", "s"), "d", attributeInt("axis", 5)), "attribute axis"},
		{"floats dequantized", []*onnxpb.Tensor{ramp("w", 2), floats("s", nil, 1)}, op("DequantizeLinear", list("w", "s"), "d"),
			"want integers"},
		{"integers quantized", []*onnxpb.Tensor{weights, floats("s", nil, 1)}, op("QuantizeLinear", list("w", "s"), "d"),
			"want one of a float type"},
	} {
		f := file{opset: 13, input: imageInfo(2), inits: c.inits, nodes: []*onnxpb.Node{c.node, op("Add", list("x", "d"), "y")}}
		if _, err := Read(f.bytes()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.want)
		}
	}
}
