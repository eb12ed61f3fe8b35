package onnx

import (
	"reflect"
	"testing"

	"steady/core/nn"
	"steady/core/onnx/internal/onnxpb"
)

// The batch is free, whatever the file says of it, and a shape may name it in several ways.
func TestReadBatch(t *testing.T) {
	for _, batch := range []onnxpb.Dim{{Param: "N"}, {Param: "batch size"}, {}, {Value: -1}, {Value: 1}, {Value: 8}} {
		for _, first := range []int64{0, 1, 8, -1} {
			input := imageInfo(2, 3)
			input.Dims[0] = batch
			second := int64(-1)
			if first == -1 {
				second = 6
			}
			n, err := Read(file{opset: 10, input: input, inits: []*onnxpb.Tensor{ints("s", first, second)},
				nodes: []*onnxpb.Node{op("Reshape", list("x", "s"), "y")}}.bytes())
			switch {
			case first == 8 && batch.Value != 8:
				if err == nil {
					t.Errorf("batch %v: reshaping to a batch of 8 is accepted", batch)
				}
			case err != nil:
				t.Errorf("batch %v: %v", batch, err)
			case n.Classes() != 6:
				t.Errorf("batch %v: %d classes, want 6", batch, n.Classes())
			}
		}
	}
}

// Tokens of a transformer before those of the image, for a batch of any size, and the batch merged with heads, also in
// files with a fixed batch size.
func TestReadBatchAxis(t *testing.T) {
	token := []*onnxpb.Node{op("Shape", list("x"), "s"), op("Gather", list("s", "0"), "n"),
		op("Concat", list("n", "m", "m"), "t", attributeInt("axis", 0)), op("Shape", list("t"), "r"),
		op("ConstantOfShape", list("r"), "ones", attributeTensor("value", ints("", 1))), op("Mul", list("ones", "m"), "ms"),
		op("Equal", list("t", "ms"), "q"), op("Where", list("q", "ones", "t"), "f"), op("Expand", list("c", "f"), "e"),
		op("Concat", list("e", "x"), "y", attributeInt("axis", 1))}
	n, err := Read(file{opset: 13, input: imageInfo(2, 3), nodes: token, inits: []*onnxpb.Tensor{ints("0", 0), ints("m", -1),
		ramp("c", 1, 1, 3)}}.bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := []nn.Op{&nn.Constant{Value: param("c", []int{1, 3}, 0, 1, 2)}, &nn.Concat{}}
	if got := []nn.Op{n.Layers[0].Op, n.Layers[1].Op}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, want %s", describe(got), describe(want))
	}
	tile := []*onnxpb.Node{op("Shape", list("x"), "s"), op("Gather", list("s", "0"), "n"),
		op("Concat", list("n", "1", "1"), "t", attributeInt("axis", 0)), op("Tile", list("c", "t"), "e"),
		op("Concat", list("e", "x"), "y", attributeInt("axis", 1))}
	n, err = Read(file{opset: 13, input: imageInfo(2, 3), nodes: tile, inits: []*onnxpb.Tensor{ints("0", 0), ints("1", 1),
		ramp("c", 1, 1, 3)}}.bytes())
	if err != nil {
		t.Fatal(err)
	}
	want[0] = &nn.Constant{Value: param("e", []int{1, 3}, 0, 1, 2)}
	if got := []nn.Op{n.Layers[0].Op, n.Layers[1].Op}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, want %s", describe(got), describe(want))
	}
	for _, batch := range []int64{0, 1, 4} {
		input := imageInfo(6, 4)
		heads, tokens := ints("h", 6, -1, 2), ints("t", -1, 4)
		if batch > 0 {
			input.Dims[0] = onnxpb.Dim{Value: batch}
			heads, tokens = ints("h", 6, 2*batch, 2), ints("t", 6*batch, 4)
		}
		n, err := Read(file{opset: 13, input: input, inits: []*onnxpb.Tensor{heads, tokens, ramp("w", 4, 4), ints("b", 6, -1, 4)},
			nodes: []*onnxpb.Node{op("Transpose", list("x"), "a", attributeInts("perm", 1, 0, 2)), // 6×N×4
				op("Reshape", list("a", "h"), "c"),                                   // 6×2N×2
				op("Transpose", list("c"), "d", attributeInts("perm", 1, 0, 2)),      // 2N×6×2
				op("Transpose", list("c"), "f", attributeInts("perm", 1, 2, 0)),      // 2N×2×6
				op("MatMul", list("d", "f"), "g"), op("MatMul", list("g", "d"), "i"), // 2N×6×2
				op("Transpose", list("i"), "j", attributeInts("perm", 1, 0, 2)),     // 6×2N×2
				op("Reshape", list("j", "t"), "k"),                                  // 6N×4
				op("Gemm", list("k", "w"), "l"), op("Reshape", list("l", "b"), "o"), // 6×N×4
				op("Transpose", list("o"), "y", attributeInts("perm", 1, 0, 2))}}.bytes())
		if err != nil {
			t.Errorf("a batch of %d: %v", batch, err)
			continue
		}
		if shapes, err := n.Shapes(); err != nil || !shapes[n.Output].Equal(nn.Shape{6, 4}) {
			t.Errorf("a batch of %d: output has shape %v (%v), want [6 4]", batch, shapes[n.Output], err)
		}
	}
}
