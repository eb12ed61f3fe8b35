package onnx

import (
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// Shapes that follow from rarely used attributes and broadcasting.
func TestReadShapes(t *testing.T) {
	for name, test := range map[string]struct {
		file file
		want nn.Shape
	}{
		"resize by 0.7": {file{opset: 13, input: imageInfo(1, 1, 10), inits: []*onnxpb.Tensor{floats("s", []int64{4}, 1, 1, 1, 0.7)},
			nodes: []*onnxpb.Node{op("Resize", list("x", "", "s"), "y")}}, nn.Shape{1, 1, 7}},
		"maximum with a larger constant": {file{opset: 13, input: imageInfo(1, 8, 8), inits: []*onnxpb.Tensor{floats("c", []int64{4, 1, 1}, 0, 0, 0, 0)},
			nodes: []*onnxpb.Node{op("Max", list("x", "c"), "y")}}, nn.Shape{4, 8, 8}},
		"axes and noop_with_empty_axes": {file{opset: 18, inits: []*onnxpb.Tensor{ints("a", 1)}, nodes: []*onnxpb.Node{
			op("ReduceMean", list("x", "a"), "y", attributeInt("noop_with_empty_axes", 1))}}, nn.Shape{1, 4, 4}},
		"a function that is never true": {file{opset: 20, nodes: []*onnxpb.Node{call("nan", list("x"), "n"), op("Where", list("n", "x", "x"), "y")},
			change: func(m *onnxpb.Model) {
				m.Functions = []*onnxpb.Function{function("nan", list("x"), list("y"), op("IsNaN", list("x"), "y"))}
			}}, nn.Shape{2, 4, 4}},
	} {
		n, err := Read(test.file.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		shapes, err := n.Shapes()
		if err != nil || !shapes[n.Output].Equal(test.want) {
			t.Errorf("%s: %v, %v, want %v", name, shapes[n.Output], err, test.want)
		}
	}
}
