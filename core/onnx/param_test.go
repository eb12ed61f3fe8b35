package onnx

import (
	"slices"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// Parameters that are made of the same constant, or by nodes of the same name, in different ways are different ones.
func TestParametersDiffer(t *testing.T) {
	resize := func(in, out, transform string) *onnxpb.Node {
		n := op("Resize", list(in, "", "", "s"), out, attributeText("mode", "linear"), attributeText("coordinate_transformation_mode", transform))
		n.Name = "resize"
		return n
	}
	both := op("Concat", list("a", "b"), "y", attributeInt("axis", 1))
	for name, test := range map[string]struct {
		file file
		want [][]float32
	}{
		"sum and difference": {file{opset: 13, input: imageInfo(1, 1), inits: []*onnxpb.Tensor{floats("c", []int64{1, 2, 2}, 1, 2, 3, 4)},
			nodes: []*onnxpb.Node{op("Add", list("x", "c"), "a"), op("Sub", list("x", "c"), "b"), both}},
			[][]float32{{1, 2, 3, 4}, {-1, -2, -3, -4}}},
		"two resizes": {file{opset: 13, input: imageInfo(1, 1, 2), inits: []*onnxpb.Tensor{ints("s", 1, 1, 1, 3)},
			nodes: []*onnxpb.Node{resize("x", "a", "align_corners"), resize("x", "b", "asymmetric"), both}},
			[][]float32{{1, 0, .5, .5, 0, 1}, {1, 0, 1. / 3, 2. / 3, 0, 1}}},
		"two ways to broadcast": {file{opset: 13, input: imageInfo(2, 2, 2, 2), inits: []*onnxpb.Tensor{floats("c", []int64{2, 1, 2, 1}, 1, 2, 3, 4),
			ints("s", 2, 1, 1, 2)}, nodes: []*onnxpb.Node{op("Mul", list("x", "c"), "a"), op("Reshape", list("c", "s"), "d"),
			op("Mul", list("x", "d"), "b"), both}},
			[][]float32{{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}, {1, 2, 1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4, 3, 4}}},
	} {
		n, err := Read(test.file.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got [][]float32
		for _, l := range n.Layers {
			switch o := l.Op.(type) {
			case *nn.Constant:
				got = append(got, o.Value.Data)
			case *nn.Linear:
				got = append(got, o.Weight.Data)
			case *nn.Affine:
				if len(o.Scale.Data) > 1 {
					got = append(got, o.Scale.Data)
				}
			}
		}
		equal := func(a, b []float32) bool {
			return slices.EqualFunc(a, b, func(x, y float32) bool { return max(x-y, y-x) < 1e-6 })
		}
		if !slices.EqualFunc(got, test.want, equal) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
